"""Which suggestions are made, and that none is ever nonsense."""

from __future__ import annotations

from datetime import date, time
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.suggestions import (
    CERTAIN,
    REST,
    Candidate,
    Facts,
    Kind,
    Past,
    Patch,
    Spread,
    Subject,
    candidates_of,
    choose,
    facts_of,
    patch_from_json,
)
from analytics.domain.suggestions.breaks import slack
from analytics.domain.suggestions.choosing import LEAST_GAIN
from analytics.tests.suggestions.pasts import FIRST, facts, plan
from habits.domain.entry import EntryRow
from habits.domain.plan import Rules
from habits.domain.schedule import Weekly, schedule_to_json
from habits.tests.domain import strategies as some

TODAY = 1000


def made(habit_id: int, kind: Kind = Kind.CUE, certainty: float = 0.9) -> Candidate:
    return Candidate(habit_id, kind, Patch(at=600), {}, Spread(0, 1, 2), certainty, 0.5, 0.6, 1000)


@settings(max_examples=120, deadline=None)
@given(some.rules(), st.lists(some.entries(), min_size=1, max_size=3), some.todays, st.sampled_from(["", "km"]))
def test_no_history_makes_nonsense(rules: Rules, parts: list[list[EntryRow]], today: int, unit: str) -> None:
    by_day = {row.day: row for rows in parts for row in rows}
    entries = [EntryRow(*by_day[day][:3], day * 37 % 1440) for day in sorted(by_day)]
    found = facts_of(Subject(1, unit), rules, entries, today)
    for one in candidates_of(found, [found]):
        assert CERTAIN <= one.certainty <= 1
        assert one.expected.p10 <= one.expected.p50 <= one.expected.p90
        assert all(isfinite(figure) for figure in (*one.expected, *one.evidence.values()))
        assert 0 <= one.before <= 1
        assert 0 <= one.after <= 1
        assert one.patch != Patch()
        assert patch_from_json(one.patch.to_json()) == one.patch
        assert one.patch.target is None or one.patch.target > 0
        assert one.patch.schedule is None or schedule_to_json(one.patch.schedule)
        assert one.patch.target != found.plan.target
        assert one.patch.schedule != found.plan.schedule


@pytest.mark.parametrize(
    "past",
    [
        facts([]),
        facts([1]),
        facts(["s"] * 100),
        facts([None] * 100),
        facts([1] * 100),
        facts([1] * 100, off=((FIRST, FIRST + 365),)),
        facts([0] * 13, plan(target=20_000), unit="minutes"),
        facts([0] * 100, kind="limit"),
        facts([9] * 20, plan(Weekly(None), 5000), unit="km"),
        facts([1] * 60 + [None] * 40, off=((FIRST + 100, FIRST + 200),)),
    ],
)
def test_nothing_is_said_of_a_habit_of_which_nothing_is_known(past: Facts) -> None:
    assert candidates_of(past, []) == []


def test_what_would_bring_next_to_nothing_is_not_suggested() -> None:
    kept = facts(([1] * 6 + [0, 1, 0] + [1] * 20) * 2 + [1] * 100)
    made = slack(kept)
    assert made is not None
    assert made.certainty >= CERTAIN
    assert made.expected.p50 < LEAST_GAIN
    assert made not in candidates_of(kept, [])


def test_the_most_urgent_comes_first() -> None:
    found = candidates_of(facts([0] * 40 + [1] * 12 + [None] * 12, plan(freezes=False)), [])
    assert found[0].kind is Kind.PAUSE


def test_patches_of_every_sort_survive_storing() -> None:
    patch = Patch(Weekly(5), 500, False, time(7, 30), anchor=3, back_on=date(2025, 1, 6), pause=True)
    assert patch_from_json(patch.to_json()) == patch
    assert patch.has_words
    assert not Patch(target=1).has_words


def test_one_a_habit_and_two_a_week() -> None:
    candidates = [made(1), made(1, Kind.PAUSE), made(2), made(3, certainty=0.99), made(4)]
    assert [(one.habit_id, one.kind) for one in choose(candidates, [], TODAY)] == [(1, Kind.PAUSE), (3, Kind.CUE)]
    made_before = [Past(9, TODAY - 6, None, False), Past(8, TODAY - 7, None, False)]
    assert [one.habit_id for one in choose(candidates, made_before, TODAY)] == [1]
    assert choose(candidates, [Past(9, TODAY, None, False)] * 3, TODAY) == []


@pytest.mark.parametrize(
    ("before", "free"),
    [
        (Past(1, 0, None, True), False),
        (Past(1, 0, None, False), True),
        (Past(1, 0, TODAY - REST + 1, False), False),
        (Past(1, 0, TODAY - REST, False), True),
        (Past(2, 0, TODAY, True), True),
    ],
)
def test_a_habit_rests(before: Past, free: bool) -> None:
    assert bool(choose([made(1)], [before], TODAY)) is free
