"""A Redis cache that may be away: the product goes on without it, and says so in the log."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

T = TypeVar("T")


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache while Redis is down, and asks it again only after a pause.

    Without the pause every request would wait for the socket timeout of a frozen Redis, once per operation.
    """

    pause_seconds = 5.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        _closed_until.setdefault(server_key(self), 0.0)

    def _try(self, operation: Callable[[], T], instead: T) -> T:
        key = server_key(self)
        if time.monotonic() < _closed_until[key]:
            return instead
        try:
            return operation()
        except (RedisError, OSError):
            _closed_until[key] = time.monotonic() + self.pause_seconds
            log.warning("cache unavailable, going on without it", exc_info=True)
            return instead

    def add(self, *args: Any, **options: Any) -> bool:
        """Whether the key was new; an absent Redis holds no key."""
        return self._try(lambda: super(ForgivingRedisCache, self).add(*args, **options), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default``."""
        return self._try(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, *args: Any, **options: Any) -> None:
        """Store a value, if that is possible now."""
        self._try(lambda: super(ForgivingRedisCache, self).set(*args, **options), None)

    def touch(self, *args: Any, **options: Any) -> bool:
        """Whether the key was there."""
        return self._try(lambda: super(ForgivingRedisCache, self).touch(*args, **options), False)

    def delete(self, *args: Any, **options: Any) -> bool:
        """Whether the key was there."""
        return self._try(lambda: super(ForgivingRedisCache, self).delete(*args, **options), False)

    def get_many(self, *args: Any, **options: Any) -> dict[Any, Any]:
        """The values that are there."""
        return self._try(lambda: super(ForgivingRedisCache, self).get_many(*args, **options), {})

    def has_key(self, *args: Any, **options: Any) -> bool:
        """Whether the key is there."""
        return self._try(lambda: super(ForgivingRedisCache, self).has_key(*args, **options), False)

    def incr(self, *args: Any, **options: Any) -> int:
        """The new count; 0, less than any limit, while there is none to know."""
        return self._try(lambda: super(ForgivingRedisCache, self).incr(*args, **options), 0)

    def count(self, key: str, seconds: int) -> int:
        """One more under ``key``, which lives for so many seconds from the first: the new count; 0 as ``incr``.

        Where ``incr`` after ``add`` would ask Redis twice for every count, this asks once.
        """
        return self._try(lambda: self._counted(self.make_and_validate_key(key), seconds), 0)

    def _counted(self, key: str, seconds: int) -> int:
        client = self._cache.get_client(key, write=True)  # as Django's own methods do
        counted: int = client.incr(key)
        if counted == 1:
            client.expire(key, seconds)
        return counted

    def set_many(self, *args: Any, **options: Any) -> list[Any]:
        """The keys that could not be stored; of an absent Redis none is named."""
        return self._try(lambda: super(ForgivingRedisCache, self).set_many(*args, **options), [])

    def delete_many(self, *args: Any, **options: Any) -> None:
        """Forget the keys, if that is possible now."""
        self._try(lambda: super(ForgivingRedisCache, self).delete_many(*args, **options), None)


_closed_until: dict[str, float] = {}


def server_key(cache: ForgivingRedisCache) -> str:
    """What the pause is remembered by: Django makes one cache object per thread, but Redis is one."""
    return ",".join(cache._servers)  # type: ignore[attr-defined]  # noqa: SLF001 - Django offers no public name for it
