"""Many habits at once, as arrays, come to what each comes to by itself."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habits.domain import fold
from habits.domain.entry import EntryRow
from habits.domain.evidence import DAY_LIMIT, Evidence, observe_days
from habits.domain.evidence_arrays import NO_MINUTE, PACKED, can_follow, observe_all
from habits.domain.fold_arrays import Asked, Counts, Stated, close_day, ends_streaks, marks_of
from habits.domain.plan import Plan, Rules
from habits.domain.schedule import Weekdays, is_due
from habits.domain.strength import pace_of
from habits.tests.domain.strategies import daily, intervals, kinds, monthdays, targets, weekdays

FIRST = date(2024, 1, 1).toordinal()

outcomes = st.tuples(st.booleans(), st.booleans(), st.one_of(st.none(), st.integers(0, 1439)))
histories = st.lists(st.tuples(st.integers(1, 40), outcomes), min_size=1, max_size=40)


@settings(max_examples=30)
@given(st.lists(histories, min_size=1, max_size=3), outcomes)
def test_evidence_of_many_is_that_of_each(past: list[Any], last: tuple[bool, bool, int | None]) -> None:
    """Each has a past of its own; then all see the same day, and a second one 30 days later."""
    alone = []
    for history in past:
        day, days = FIRST, []
        for step, (due, done, minute) in history:
            day += step
            days.append((day, due, done, False, minute))
        alone.append(observe_days(Evidence(), days))
    due, done, minute = last
    states = np.frombuffer(b"".join(each.to_bytes() for each in alone), dtype=PACKED).copy()
    for day in (FIRST + 5000, FIRST + 5030):
        assert can_follow(states, day).all()
        many = np.full(len(states), NO_MINUTE if minute is None else minute)
        observe_all(states, day, np.full(len(states), due), np.full(len(states), done), many)
        for each in alone:
            observe_days(each, [(day, due, done, False, minute)])
    assert states.tobytes() == b"".join(each.to_bytes() for each in alone)


def test_a_day_that_cannot_follow_is_told() -> None:
    seen = observe_days(Evidence(), [(FIRST, True, True, False, None)])
    states = np.frombuffer(seen.to_bytes() + Evidence().to_bytes(), dtype=PACKED)
    assert can_follow(states, FIRST).tolist() == [False, False]
    assert can_follow(states, FIRST + 1).tolist() == [True, False]
    assert can_follow(states, FIRST + DAY_LIMIT + 1).tolist() == [False, False]


VALUES = (None, 0, 333, 1000, 1500, 2000, 5000, 7000)
ENTRIES = [None, *((value, skipped) for value in VALUES for skipped in (False, True))]


@st.composite
def habits(draw: st.DrawFn) -> tuple[Rules, list[EntryRow]]:
    """A habit on days, and entries of its first weeks."""
    kind = draw(kinds)
    schedule = draw(st.one_of(daily, weekdays, intervals, monthdays))
    plan = Plan(date.fromordinal(FIRST), schedule, draw(targets(kind)), draw(st.booleans()))
    drawn = draw(st.lists(st.sampled_from(ENTRIES), min_size=5, max_size=25))
    rows = [EntryRow(FIRST + at, *entry) for at, entry in enumerate(drawn) if entry is not None]
    return Rules(kind, plan.effective_from, (plan,), (), 1), rows


@settings(max_examples=30)
@given(st.lists(habits(), min_size=1, max_size=3))
def test_folds_of_many_are_those_of_each(many: list[tuple[Rules, list[EntryRow]]]) -> None:
    """Day after day; whose streak ends goes on alone, as in the service."""
    folds = [fold.start(rules) for rules, _ in many]
    for day in range(FIRST, FIRST + 26):
        each = [fold.advance(rules, held, rows, day) for held, (rules, rows) in zip(folds, many, strict=True)]
        asked, stated = _asked(many, day), _stated(many, day)
        counts = Counts(
            *(np.array([getattr(held, name) or 0 for held in folds]) for name in ("current", "longest", "since")),
            *(np.array([getattr(held, name) for held in folds]) for name in ("freezes", "run", "strength")),
        )
        marks, amounts = marks_of(asked, stated)
        ended = ends_streaks(asked, marks, counts)
        after = close_day(asked, marks, amounts, counts, day)
        for at, (before, alone) in enumerate(zip(folds, each, strict=True)):
            assert ended[at] == (bool(before.current) and (not alone.current or alone.freezes < before.freezes))
            if not ended[at]:
                assert _figures(after, at) == (
                    alone.current, alone.longest, alone.since or 0, alone.freezes, alone.run, alone.strength,
                )  # fmt: skip
        folds = each


def _asked(many: list[tuple[Rules, list[EntryRow]]], day: int) -> Asked:
    plans = [rules.plans[0] for rules, _ in many]
    paces = [pace_of(plan.schedule) for plan in plans]
    return Asked(
        np.array([rules.kind == "limit" for rules, _ in many]),
        np.array([is_due(plan.schedule, date.fromordinal(day)) for plan in plans]),  # type: ignore[arg-type]  # on days
        np.array([plan.target for plan in plans]),
        np.array([plan.freezes for plan in plans]),
        np.array([pace.held for pace in paces]),
        np.array([pace.gained for pace in paces]),
    )


def _stated(many: list[tuple[Rules, list[EntryRow]]], day: int) -> Stated:
    entries = [{row.day: row for row in rows}.get(day) for _, rows in many]
    values = [None if row is None else row.value for row in entries]
    return Stated(
        np.array([value is not None for value in values]),
        np.array([value or 0 for value in values]),
        np.array([row is not None and row.skipped for row in entries]),
    )


def _figures(counts: Counts, at: int) -> tuple[Any, ...]:
    one = counts.of(np.array([at]))
    names = ("current", "longest", "since", "freezes", "run", "strength")
    return tuple(getattr(one, name)[0] for name in names)


@pytest.mark.parametrize("target", [0, 1000])
def test_a_limit_that_is_overstepped_by_as_much_as_it_allows_gives_nothing(target: int) -> None:
    plan = Plan(date.fromordinal(FIRST), Weekdays((1,)), target, freezes=False)
    rules = Rules("limit", plan.effective_from, (plan,), (), 1)
    rows = [EntryRow(FIRST, 2000 + target, False)]
    asked, stated = _asked([(rules, rows)], FIRST), _stated([(rules, rows)], FIRST)
    none = np.array([0])
    after = close_day(asked, *marks_of(asked, stated), Counts(none, none, none, none, none, np.array([1.0])), FIRST)
    assert after.strength[0] == fold.advance(rules, fold.start(rules), rows, FIRST).strength
