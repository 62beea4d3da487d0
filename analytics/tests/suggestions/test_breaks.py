"""What follows a miss, against a count by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.suggestions import Facts, Kind, Measure, Reminded
from analytics.domain.suggestions.breaks import (
    AFTER,
    RUN,
    drop_off,
    fresh_start,
    pause,
    plan_the_return,
    slack,
    trailing_misses,
)
from analytics.domain.suggestions.quiet import fewer_reminders
from analytics.tests.suggestions.pasts import DAILY, FIRST, facts, plan
from habits.domain.schedule import Weekdays, Weekly

BREAKING = ([1] * 10 + [0] * 6) * 5


@given(st.lists(st.booleans(), max_size=60))
def test_drop_off_is_what_follows_a_break(hits: list[bool]) -> None:
    breaks = [at for at, hit in enumerate(hits) if not hit and at >= RUN and all(hits[at - RUN : at])]
    after = {day for at in breaks for day in range(at + 1, at + AFTER + 1) if day < len(hits)} - set(breaks)
    usual = set(range(len(hits))) - after - set(breaks)
    found = drop_off(np.array(hits, dtype=bool))
    assert found.breaks == len(breaks)
    assert (found.after.hits, sum(found.after)) == (sum(hits[at] for at in after), len(after))
    assert (found.usual.hits, sum(found.usual)) == (sum(hits[at] for at in usual), len(usual))


@given(st.lists(st.booleans(), max_size=20))
def test_trailing_misses(hits: list[bool]) -> None:
    expected = 0
    while expected < len(hits) and not hits[-1 - expected]:
        expected += 1
    assert trailing_misses(np.array(hits, dtype=bool)) == expected


def test_room_is_freezes_first_and_five_a_week_then() -> None:
    found = slack(facts(BREAKING, plan(freezes=False)))
    assert found is not None
    assert found.patch.freezes is True
    assert found.evidence["breaks"] == 5
    found = slack(facts(BREAKING))
    assert found is not None
    assert found.patch.schedule == Weekly(5)
    assert found.after > found.before


@pytest.mark.parametrize(
    "past",
    [
        facts(BREAKING, plan(Weekdays((1, 2, 3)))),
        facts([0] * 80, kind="limit"),
        facts([1, 1, 1, 1, 1, 1, 0] * 12),
        facts([1] * 40 + [0] * 6),
        facts(BREAKING, plan(Weekly(None), 3000), unit="km"),
    ],
)
def test_no_room_where_none_is_needed_or_possible(past: Facts) -> None:
    assert slack(past) is None


def test_a_return_is_planned_where_a_miss_mostly_brings_the_next() -> None:
    found = plan_the_return(facts(([1] * 12 + [0] * 4) * 4 + [1] * 12 + [0] * 2))
    assert found is not None
    assert found.kind is Kind.RETURN
    assert found.evidence["missed"] == 2
    assert found.patch.back_on == fresh_start(date.fromordinal(FIRST + 78))
    assert found.expected.around_zero or found.expected.p10 > 0


@pytest.mark.parametrize(
    "past",
    [
        facts([1] * 40),
        facts([1] * 40 + [0] * 4),
        facts([1, 0] * 20),
        facts(([0] * 9 + [1]) * 4 + [0]),
        facts(([0] * 9 + [1] * 5) * 5 + [0]),
        facts([0] * 40, kind="limit"),
        facts([0]),
        facts([1] * 20 + [0]),
    ],
)
def test_no_return_without_something_to_return_to(past: Facts) -> None:
    assert plan_the_return(past) is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_fresh_start_is_the_next_monday_or_first(today: date) -> None:
    found = fresh_start(today)
    assert 0 <= (found - today).days <= 6
    assert found.weekday() == 0 or found.day == 1
    between = [date.fromordinal(day) for day in range(today.toordinal(), found.toordinal())]
    assert not [day for day in between if day.weekday() == 0 or day.day == 1]


def test_ten_days_of_silence_ask_for_a_pause() -> None:
    found = pause(facts([1] * 20 + [None] * 12))
    assert found is not None
    assert (found.kind, found.measure, found.patch.pause) == (Kind.PAUSE, Measure.MISSES, True)
    assert (found.evidence["silent"], found.evidence["asked"]) == (12, 12)
    assert found.expected.p10 > 0


@pytest.mark.parametrize(
    "past",
    [
        facts([1] * 20 + [None] * 9),
        facts([1] * 20 + [0] * 12),
        facts([1] * 20 + ["s"] * 12),
        facts([None] * 30),
        facts([None] * 5),
        facts([0] * 20 + [None] * 12, kind="limit"),
        facts([1] * 20 + [None] * 12, off=((FIRST + 20, FIRST + 40),)),
    ],
)
def test_no_pause_without_silence(past: Facts) -> None:
    assert pause(past) is None


NOTHING = Reminded(48, 60, 17, 20)


def test_fewer_reminders_where_they_change_nothing() -> None:
    found = fewer_reminders(facts([1] * 70, reminded=Reminded(60, 60, 20, 20)))
    assert found is not None
    assert found.patch.fewer_reminders
    assert found.expected.around_zero
    assert found.certainty > 0.8


@pytest.mark.parametrize(
    "past",
    [
        facts([1] * 70),
        facts([1] * 50, reminded=NOTHING),
        facts([1] * 70, reminded=Reminded(6, 6, 20, 20)),
        facts([1, 1, 0] * 25, reminded=NOTHING),
    ],
)
def test_reminders_stay_where_it_is_not_known(past: Facts) -> None:
    assert fewer_reminders(past) is None


def test_reminders_that_help_are_not_sure_to_be_needless() -> None:
    found = fewer_reminders(facts([1] * 70, plan(DAILY), reminded=Reminded(60, 60, 10, 20)))
    assert found is not None
    assert found.certainty < 0.1
