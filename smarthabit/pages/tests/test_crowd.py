"""The limit of live connections holds over all processes, and heals when one of them is gone."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import cache

from smarthabit.pages import crowd
from smarthabit.pages.crowd import Crowd


def acquainted(*crowds: Crowd) -> None:
    for _ in range(2):  # the first round tells of all of them, the second learns of all of them
        for one in crowds:
            one.tell({})


def test_connections_in_other_processes_count() -> None:
    here, there = Crowd(), Crowd()
    acquainted(here, there)
    assert here.enter(7, 3) == 3
    assert there.enter(7, 2) == 5
    assert here.enter(7, 2) == 4
    assert there.enter(8, 1) == 1


def test_a_look_renews_the_counts() -> None:
    here, there = Crowd(), Crowd()
    acquainted(here, there)
    here.tell({7: 4})
    assert there.enter(7, 1) == 5


def test_a_process_that_is_gone_no_longer_counts(monkeypatch: Any) -> None:
    here, there = Crowd(), Crowd()
    acquainted(here, there)
    there.tell({7: 4})
    later = time.time() + crowd.KEPT_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    here.tell({})
    assert here.enter(7, 1) == 1


def test_an_emptied_cache_leaves_each_process_its_own() -> None:
    here, there = Crowd(), Crowd()
    acquainted(here, there)
    there.enter(7, 4)
    cache.clear()
    assert here.enter(7, 1) == 1
    there.tell({7: 4})
    assert here.enter(7, 1) == 5
