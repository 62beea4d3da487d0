"""Facts against the history told day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.suggestions import WINDOW, Subject, facts_of
from analytics.domain.suggestions.facts import UNKNOWN
from analytics.tests.suggestions.pasts import DAILY, FIRST, MONDAY, facts, plan, timed
from habits.domain.entry import EntryRow
from habits.domain.history import history
from habits.domain.plan import Plan, Rules, plan_on, spans_of
from habits.domain.schedule import Monthly, Rolling, Weekly
from habits.domain.states import UnitState
from habits.tests.domain import strategies as some

UNDECIDED = {UnitState.NEUTRAL, UnitState.PENDING}


@settings(max_examples=80, deadline=None)
@given(some.rules(), some.entries(), some.todays)
def test_units_are_those_that_closed_under_the_plan_in_force(rules: Rules, entries: list[EntryRow], today: int) -> None:
    found = facts_of(Subject(1), rules, entries, today)
    span = next((one for one in spans_of(rules) if one.first <= today <= one.last), None)
    units = [] if span is None else history(rules, entries, None, None, today).units
    closed = [
        unit.state is UnitState.KEPT
        for unit in units
        if unit.state not in UNDECIDED and span and span.first <= unit.last.toordinal() < today
        and unit.first.toordinal() >= span.first
    ]  # fmt: skip
    assert found.outcomes.tolist() == closed
    assert found.plan == plan_on(rules, date.fromordinal(today))


@settings(max_examples=60, deadline=None)
@given(some.rules(), some.entries(), some.todays)
def test_amounts_and_words_are_those_stated_before_today(rules: Rules, entries: list[EntryRow], today: int) -> None:
    found = facts_of(Subject(1), rules, entries, today)
    stated = {row.day: row for row in entries if row.day >= rules.started_on.toordinal()}
    for at, day in enumerate(range(found.first, today)):
        row = stated.get(day)
        assert found.said[at] == (row is not None and (row.value is not None or row.skipped))
        if row is None or not row.skipped:
            assert found.amounts[at] == (row.value or 0 if row else 0)


def test_only_the_last_half_year_counts() -> None:
    rules = Rules(
        "build", MONDAY - timedelta(days=4000), (Plan(MONDAY - timedelta(days=4000), DAILY, 1000, True),), (), 1
    )
    found = facts_of(Subject(1), rules, [EntryRow(FIRST - 300, 1000, False)], FIRST)
    assert len(found.units) == WINDOW
    assert not found.outcomes.any()


def test_a_new_target_starts_afresh() -> None:
    found = facts([1] * 30, plan(target=3000), plan(target=1000, day=20))
    assert found.outcomes.tolist() == [True] * 10
    assert found.first == FIRST + 20


def test_today_does_not_count_whatever_is_stated_for_it() -> None:
    rules = Rules("build", MONDAY, (plan(),), (), 1)
    found = facts_of(Subject(1), rules, [EntryRow(FIRST, 1000, False), EntryRow(FIRST + 1, 1000, False)], FIRST + 1)
    assert found.chances.tolist() == [True]


def test_a_habit_that_begins_later_has_nothing_to_tell() -> None:
    rules = Rules("build", MONDAY, (plan(),), (), 1)
    found = facts_of(Subject(1), rules, [], FIRST - 10)
    assert (len(found.units), found.per_week, found.outcomes.tolist()) == (0, 0.0, [])


def test_minutes_are_kept_where_it_was_done() -> None:
    assert timed([480, None, 500]).minutes.tolist() == [480, UNKNOWN, 500]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (facts([1]), True),
        (facts([1], unit="pages"), False),
        (facts([1], plan(target=2000)), False),
        (facts([1], plan(Weekly(None), 1000)), False),
        (facts([0], plan(target=0), kind="limit"), True),
        (facts([0], plan(target=1000), kind="limit"), False),
    ],
)
def test_what_is_simply_done_or_not(found: object, expected: bool) -> None:
    assert getattr(found, "check") is expected  # noqa: B009 - a property of a slotted class


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=90), st.sampled_from([Weekly(3), Monthly(3), Rolling(4, 2), DAILY])
)
def test_blocks_are_sums_of_whole_periods_cut_back_from_yesterday(values: list[int], schedule: object) -> None:
    found = facts(values, plan(schedule, 1000))  # type: ignore[arg-type]
    length = {"Weekly": 7, "Monthly": 30, "Rolling": 4, "Weekdays": 7}[type(schedule).__name__]
    back = values[::-1]
    whole = [sum(back[at : at + length]) * 1000 for at in range(0, len(back) - length + 1, length)]
    assert found.blocks(found.amounts, 9) == whole[:9]


def test_yardsticks() -> None:
    assert facts([1], plan(target=5000)).yardstick == 5000
    assert facts([1], plan(Weekly(None), 5000)).yardstick == 1
    assert facts([1], plan(Weekly(None), 5000), kind="limit").yardstick == 0
