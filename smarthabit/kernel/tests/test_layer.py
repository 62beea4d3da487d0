"""The channel layer of a single process: sent from any thread, received on the loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any

import pytest

from smarthabit.kernel.layer import ThreadSafeLayer

THREADS, SENDS = 8, 1000


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 30))


def send_from_thread(layer: ThreadSafeLayer, group: str, messages: list[dict[str, Any]]) -> threading.Thread:
    async def send() -> None:
        for message in messages:
            await layer.group_send(group, message)

    thread = threading.Thread(target=lambda: asyncio.run(send()))
    thread.start()
    return thread


def test_eight_threads_lose_nothing_and_keep_each_senders_order() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        threads = [
            send_from_thread(layer, "g", [{"type": "x", "sender": sender, "number": n} for n in range(SENDS)])
            for sender in range(THREADS)
        ]
        got: defaultdict[int, list[int]] = defaultdict(list)
        for _ in range(THREADS * SENDS):
            message = await layer.receive(channel)
            assert "lost" not in message
            got[message["sender"]].append(message["number"])
        assert dict(got) == {sender: list(range(SENDS)) for sender in range(THREADS)}
        for thread in threads:
            thread.join()

    run(test())


def test_a_message_from_a_thread_wakes_a_waiting_receiver_at_once() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        waiting = asyncio.ensure_future(layer.receive(channel))
        await asyncio.sleep(0)
        begun = time.monotonic()
        send_from_thread(layer, "g", [{"type": "x"}])
        await waiting
        assert time.monotonic() - begun < 0.5

    run(test())


def test_a_full_channel_forgets_its_oldest_and_says_so_once() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer(capacity=3)
        channel = await layer.new_channel()
        for number in range(5):
            await layer.send(channel, {"type": "x", "number": number})
        await asyncio.sleep(0)
        assert [await layer.receive(channel) for _ in range(3)] == [
            {"type": "x", "number": 2, "lost": True},
            {"type": "x", "number": 3},
            {"type": "x", "number": 4},
        ]

    run(test())


def test_an_expired_message_is_not_delivered() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer(expiry=0.01)
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "old"})
        await asyncio.sleep(0.05)
        await layer.send(channel, {"type": "new"})
        assert await layer.receive(channel) == {"type": "new", "lost": True}

    run(test())


def test_a_group_reaches_its_members_and_nobody_else() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        inside, left, outside = [await layer.new_channel() for _ in range(3)]
        await layer.group_add("g", inside)
        await layer.group_add("g", left)
        await layer.group_discard("g", left)
        await layer.group_discard("g", outside)
        await layer.group_send("g", {"type": "x"})
        assert await layer.receive(inside) == {"type": "x"}
        for channel in (left, outside):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(layer.receive(channel), 0.05)

    run(test())


def test_members_do_not_share_one_message() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        one, two = [await layer.new_channel() for _ in range(2)]
        await layer.group_add("g", one)
        await layer.group_add("g", two)
        await layer.group_send("g", {"type": "x"})
        (await layer.receive(one))["type"] = "changed"
        assert await layer.receive(two) == {"type": "x"}

    run(test())


def test_a_cancelled_receiver_closes_its_channel() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        waiting = asyncio.ensure_future(layer.receive(channel))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        with pytest.raises(RuntimeError):
            await layer.group_add("g", channel)
        await layer.group_send("g", {"type": "x"})

    run(test())


def test_a_loop_that_has_ended_does_not_hold_up_the_sender() -> None:
    layer = ThreadSafeLayer()

    async def open_and_leave() -> None:
        await layer.group_add("g", await layer.new_channel())

    asyncio.run(open_and_leave())
    asyncio.run(layer.group_send("g", {"type": "x"}))


def test_what_is_sent_to_no_channel_goes_nowhere() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        await layer.send("nobody", {"type": "x"})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(layer.receive("nobody"), 0.05)

    run(test())


def test_flush_forgets_everything() -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        await layer.flush()
        await layer.group_send("g", {"type": "x"})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(layer.receive(channel), 0.05)

    run(test())


@pytest.mark.parametrize("name", ["", "with space", "x" * 100])
def test_names_are_checked(name: str) -> None:
    async def test() -> None:
        layer = ThreadSafeLayer()
        with pytest.raises(TypeError):
            await layer.group_send(name, {"type": "x"})
        with pytest.raises(TypeError):
            await layer.send(name, {"type": "x"})

    run(test())
