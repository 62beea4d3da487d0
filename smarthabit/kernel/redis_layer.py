"""The pub/sub layer of channels_redis, with many messages in one journey to Redis.

Its own ``group_send`` waits for Redis to answer each message before the next may go, so that a burst goes out no faster
than the machine switches between two processes: a few hundred a second on a busy one.
"""

# ruff: noqa: SLF001 - the layer has no other way to the connection of a shard

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

Message = dict[str, Any]


class PipelinedPubSubLayer(RedisPubSubChannelLayer):
    """What it inherits, and ``group_send_many``."""

    async def group_send_many(self, messages: Sequence[tuple[str, Message]]) -> None:
        """Send each message to its group, in this order within a group; raises when any may not have been sent."""
        layer = self._get_layer()
        by_shard: defaultdict[Any, list[tuple[str, bytes]]] = defaultdict(list)
        for group, message in messages:
            channel = layer._get_group_channel_name(group)
            by_shard[layer._get_shard(channel)].append((channel, self.serialize(message)))
        for shard, parts in by_shard.items():
            async with shard._lock:
                shard._ensure_redis()
                async with shard._redis.pipeline(transaction=False) as pipeline:
                    for channel, content in parts:
                        pipeline.publish(channel, content)
                    await pipeline.execute()
