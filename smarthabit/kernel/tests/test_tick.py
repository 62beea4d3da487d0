"""The pulse of the jobs."""

import datetime as dt

from smarthabit.kernel import clock, tick
from smarthabit.kernel.tasks import record_tick

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_nothing_seen_is_late() -> None:
    assert tick.age(NOON) is None
    assert tick.is_late(NOON)


def test_age_counts_from_the_last_tick() -> None:
    tick.record(NOON)
    assert tick.age(NOON + dt.timedelta(seconds=60)) == 60
    assert not tick.is_late(NOON + dt.timedelta(seconds=tick.LATE_SECONDS))
    assert tick.is_late(NOON + dt.timedelta(seconds=61))


def test_a_clock_that_was_set_back_is_no_negative_age() -> None:
    tick.record(NOON)
    assert tick.age(NOON - dt.timedelta(hours=1)) == 0


def test_the_task_leaves_the_sign() -> None:
    record_tick()
    assert not tick.is_late(clock.now())
