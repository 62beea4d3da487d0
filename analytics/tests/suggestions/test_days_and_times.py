"""Weekdays, times of day, and what to hang a habit on."""

from __future__ import annotations

from datetime import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.suggestions import Facts, Kind, Measure
from analytics.domain.suggestions.cues import if_then, stack
from analytics.domain.suggestions.times import LENGTH, _windows, change_time
from analytics.domain.suggestions.weekdays import change_days
from analytics.tests.suggestions.pasts import DAILY, FIRST, facts, plan, timed
from habits.domain.schedule import Weekdays, Weekly

MWF = Weekdays((1, 3, 5))


def test_a_weekday_that_fails_moves_to_the_one_it_is_done_on_anyway() -> None:
    week = [1, 0, 1, 1, 0, 0, 0]  # Mondays, Wednesdays and, unasked, Thursdays; Fridays fail
    found = change_days(facts(week * 12, plan(MWF)))
    assert found is not None
    assert found.patch.schedule == Weekdays((1, 3, 4))
    assert (found.evidence["weekday"], found.evidence["instead"]) == (5, 4)
    assert (found.evidence["done"], found.evidence["times"]) == (0, 12)
    assert found.expected.p10 > 0
    assert found.after > found.before


def test_without_a_hint_the_free_day_is_far_from_the_others() -> None:
    found = change_days(facts([0, 1, 0, 1, 0, 0, 0] * 12, plan(Weekdays((1, 2, 4)))))
    assert found is not None
    assert found.patch.schedule == Weekdays((2, 4, 6))


def test_a_daily_habit_leaves_the_day_out() -> None:
    found = change_days(facts([1, 1, 1, 1, 1, 1, 0] * 12))
    assert found is not None
    assert found.patch.schedule == Weekdays((1, 2, 3, 4, 5, 6))
    assert found.measure is Measure.MISSES
    assert found.expected.p50 > 0.8


@pytest.mark.parametrize(
    "past",
    [
        facts([1, 0] * 40, plan(Weekly(3))),
        facts([0] * 40, plan(Weekdays((1,)))),
        facts([1, 0, 1, 0, 1, 0, 0] * 2, plan(MWF)),
        facts([1, 0, 1, 0, 1, 0, 0] * 12, plan(MWF)),
        facts([1, 0, 1, 0, 0, 0, 0] * 2 + [1, 0, 1, 0, 1, 0, 0] * 2, plan(MWF)),
        facts([1, 0, "s", 0, "s", 0, 0] * 12, plan(MWF)),
    ],
)
def test_no_weekday_stands_out(past: Facts) -> None:
    assert change_days(past) is None


def test_the_worst_of_seven_is_no_evidence_by_itself() -> None:
    """Each weekday alike: as looking at seven is corrected for, few are found."""
    rng = np.random.default_rng(5)
    found = [change_days(facts([int(hit) for hit in rng.random(112) < 0.6])) for _ in range(60)]
    assert sum(one is not None for one in found) <= 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 1439)), min_size=1, max_size=90))
def test_windows_count_the_days_still_open(minutes: list[int | None]) -> None:
    for window in _windows(timed(minutes)):
        late = [one for one in minutes if one is None or one >= window.begin]
        within = [one for one in late if one is not None and one < window.begin + LENGTH]
        assert (window.counts.hits, sum(window.counts)) == (len(within), len(late))


def test_a_better_window_is_offered_by_its_usual_half_hour() -> None:
    minutes = ([440, None, 455, 450, None, 1200] * 10)[:60]
    found = change_time(timed(minutes, plan(preferred=time(20, 0))))
    assert found is not None
    assert (found.evidence["from"], found.evidence["to"]) == (360, 540)
    assert found.patch.preferred_time == time(7, 30)
    assert (found.evidence["done"], found.evidence["open"]) == (30, 60)


@pytest.mark.parametrize(
    "past",
    [
        timed([440, None, 455] * 20),
        timed([440, None, 455] * 20, plan(preferred=time(7, 0))),
        timed([440, None, 1210, 450] * 20, plan(preferred=time(20, 0))),
        timed([440, 1200] * 2, plan(preferred=time(20, 0))),
        timed([440] * 60, plan(preferred=time(20, 0))),
        facts([0] * 60, plan(preferred=time(20, 0)), kind="limit"),
    ],
)
def test_no_window_is_better(past: Facts) -> None:
    assert change_time(past) is None


HALF = [1080, None] * 20


def test_an_if_then_plan_is_tied_to_the_usual_time() -> None:
    found = if_then(timed([1081, None] * 20))
    assert found is not None
    assert (found.kind, found.patch.at) == (Kind.CUE, 1080)
    assert (found.evidence["missed"], found.evidence["days"]) == (14, 28)
    assert found.expected.p50 > 0


@pytest.mark.parametrize("past", [timed(HALF, cue="after tea"), timed([1080] * 40), timed([None] * 40)])
def test_no_plan_where_there_is_one_or_none_can_be_named(past: Facts) -> None:
    assert if_then(past) is None


def test_the_chosen_time_serves_where_none_is_known() -> None:
    assert timed([None] * 5, plan(preferred=time(6, 30))).usual == 390


def test_a_reliable_habit_just_before_is_the_anchor() -> None:
    early, late = timed([960] * 40, habit_id=2), timed([1020] * 39 + [None], habit_id=3)
    found = stack(timed(HALF), [early, late])
    assert found is not None
    assert (found.patch.anchor, found.evidence["minutes"]) == (2, 120)
    assert (found.evidence["anchor_done"], found.evidence["anchor_days"]) == (28, 28)


@pytest.mark.parametrize(
    "other",
    [
        timed([1020] * 40),
        timed([1020, None] * 20, habit_id=2),
        timed([1100] * 40, habit_id=2),
        timed([900] * 40, habit_id=2),
        timed([1020] * 4 + [None] * 2, habit_id=2),
        timed([1020] * 40, plan(Weekdays((1, 2))), habit_id=2),
        timed([None] * 40, habit_id=2),
        facts([1] * 40, minute=1020, off=((FIRST + 40, FIRST + 50),), habit_id=2),
        facts([0] * 40, kind="limit", habit_id=2),
    ],
)
def test_what_is_no_anchor(other: Facts) -> None:
    assert stack(timed(HALF), [other]) is None


def test_no_anchor_is_looked_for_where_none_is_wanted() -> None:
    assert stack(timed([1080] * 40, plan(DAILY)), [timed([1020] * 40, habit_id=2)]) is None
