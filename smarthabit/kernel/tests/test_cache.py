"""The cache while Redis is away: empty, quick, and back by itself."""

import time
from typing import Any

import pytest
from django.core.cache import caches
from redis.exceptions import ConnectionError as RedisConnectionError

from smarthabit.kernel import cache as cache_module
from smarthabit.kernel.cache import ForgivingRedisCache


@pytest.fixture
def away(unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> ForgivingRedisCache:
    """A cache at an address where nothing listens."""
    monkeypatch.setattr(cache_module, "_closed_until", {})
    options: dict[str, Any] = {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}
    return ForgivingRedisCache(f"redis://127.0.0.1:{unused_tcp_port}/0", options)


@pytest.fixture
def unused_tcp_port() -> int:
    from smarthabit.testing.processes import free_port

    return free_port()


def test_an_absent_redis_is_an_empty_cache(away: ForgivingRedisCache) -> None:
    assert away.add("k", 1) is True
    assert away.get("k", "nothing") == "nothing"
    away.set("k", 1)
    assert away.incr("k") == 0
    assert away.count("k", 60) == 0
    assert (away.touch("k"), away.delete("k"), away.has_key("k"), "k" in away) == (False, False, False, False)
    assert (away.get_many(["k"]), away.set_many({"k": 1})) == ({}, [])
    away.delete_many(["k"])


def test_after_a_failure_redis_is_left_alone_for_a_while(
    away: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def failing(*_: Any, **__: Any) -> None:
        nonlocal asked
        asked += 1
        raise RedisConnectionError

    monkeypatch.setattr(type(away._cache), "get", failing)
    for _ in range(100):
        away.get("k")
    assert asked == 1
    monkeypatch.setattr(cache_module, "_closed_until", {key: time.monotonic() for key in cache_module._closed_until})
    away.get("k")
    assert asked == 2


def test_the_pause_is_one_for_all_threads_of_a_process(
    away: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    away.get("k")
    twin = ForgivingRedisCache(away._servers[0], {"OPTIONS": {}})  # type: ignore[attr-defined]  # Django's own attribute
    monkeypatch.setattr(type(twin._cache), "get", lambda *_: pytest.fail("asked while the pause lasts"))
    assert twin.get("k", "nothing") == "nothing"


@pytest.mark.services
def test_a_count_begins_at_one_and_ends_with_its_time() -> None:
    counting: Any = caches["default"]
    counting.clear()
    assert [counting.count("k", 60), counting.count("k", 60)] == [1, 2]
    assert counting.get("k") == 2
    counting.touch("k", 0)
    assert counting.count("k", 1) == 1
    time.sleep(1.1)
    assert counting.count("k", 60) == 1
