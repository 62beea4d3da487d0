"""Fold, history and read agree with the oracle, whatever the rules, the rows and the cuts between the days closed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.domain import fold
from habits.domain.entry import EntryRow
from habits.domain.history import history
from habits.domain.plan import Rules
from habits.domain.views import Snapshot
from habits.tests.domain import strategies
from habits.tests.domain.effort import effort
from habits.tests.domain.oracle import Now, Oracle


def oracle_of(rules: Rules, rows: list[EntryRow]) -> Oracle:
    return Oracle(rules, {date.fromordinal(row.day): row for row in rows})


def read(rules: Rules, rows: list[EntryRow], today: int) -> Snapshot:
    return fold.read(rules, fold.start(rules), rows, today)


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays)
def test_streak_and_strength_of_today(rules: Rules, rows: list[EntryRow], today: int) -> None:
    now = Now(date.fromordinal(today), over=False)
    counts, _ = oracle_of(rules, rows).streak(now)
    found = read(rules, rows, today)
    assert (found.streak.current, found.streak.longest, found.streak.since, found.streak.freezes) == (
        counts.current,
        counts.longest,
        counts.since,
        counts.freezes,
    )
    assert found.strength == pytest.approx(oracle_of(rules, rows).strength(now), abs=1e-9)


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays)
def test_units_and_day_states(rules: Rules, rows: list[EntryRow], today: int) -> None:
    oracle = oracle_of(rules, rows)
    _, units = oracle.streak(Now(date.fromordinal(today), over=False))
    past = history(rules, rows, None, None, today)
    assert [tuple(unit) for unit in past.units] == [
        (unit.first, unit.last, unit.state, round(unit.need), unit.done) for unit in units
    ]
    assert [day.state for day in past.days] == [
        oracle.state(day.day, date.fromordinal(today), units) for day in past.days
    ]


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays, st.data())
def test_streak_and_strength_of_a_past_day(rules: Rules, rows: list[EntryRow], today: int, data: st.DataObject) -> None:
    oracle = oracle_of(rules, rows)
    days = history(rules, rows, None, None, today).days
    if days:
        shown = data.draw(st.sampled_from(days))
        now = Now(shown.day, over=shown.day.toordinal() < today)
        assert shown.streak == oracle.streak(now)[0].current
        assert shown.strength == pytest.approx(oracle.strength(now), abs=1e-9)


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays, st.lists(st.integers(0, 100), max_size=6))
def test_closing_in_steps_is_closing_at_once(rules: Rules, rows: list[EntryRow], today: int, steps: list[int]) -> None:
    at_once = fold.advance(rules, fold.start(rules), rows, today - 1)
    stepwise = fold.start(rules)
    for upto in sorted({*(today - 1 - step for step in steps), today - 1}):
        loaded = [row for row in rows if fold.needs_from(stepwise) <= row.day <= upto]
        moved = fold.advance(rules, stepwise, loaded, upto)
        stepwise = fold.Fold.from_json(moved.to_json()) or moved
        later = [row for row in rows if row.day >= fold.needs_from(stepwise, today)]
        assert fold.read(rules, stepwise, later, today) == read(rules, rows, today)
    assert stepwise == at_once


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays)
def test_history_ends_where_read_stands(rules: Rules, rows: list[EntryRow], today: int) -> None:
    now = read(rules, rows, today)
    past = history(rules, rows, today, today, today)
    shown = past.days[0]
    assert (shown.state, shown.value, shown.skipped) == (now.today.state, now.today.value, now.today.skipped)
    assert (shown.streak, shown.strength) == (now.streak.current, now.strength)
    assert past.units == ([now.open_unit] if now.open_unit else [])


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays, st.data())
def test_a_part_of_a_history_is_that_part(rules: Rules, rows: list[EntryRow], today: int, data: st.DataObject) -> None:
    whole = history(rules, rows, None, None, today)
    first = data.draw(st.integers(today - 60, today))
    last = data.draw(st.integers(first, today))
    part = history(rules, rows, first, last, today)
    shared = [day for day in whole.days if first <= day.day.toordinal() <= last]
    assert part.days[len(part.days) - len(shared) :] == shared
    assert [unit for unit in whole.units if unit.last.toordinal() >= first and unit.first.toordinal() <= last] == (
        part.units
    )


@effort(70)
@given(strategies.rules(), strategies.entries(), strategies.todays)
def test_later_entries_count_for_nothing(rules: Rules, rows: list[EntryRow], today: int) -> None:
    assert read(rules, rows, today) == read(rules, [row for row in rows if row.day <= today], today)


@effort(60)
@given(strategies.rules(), strategies.entries(), strategies.todays, st.data())
def test_a_history_can_go_on_from_a_fold(rules: Rules, rows: list[EntryRow], today: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(today - 40, today))
    base = fold.advance(rules, fold.start(rules), rows, data.draw(st.integers(first - 20, first - 1)))
    loaded = [row for row in rows if row.day >= fold.needs_from(base)]
    assert history(rules, loaded, first, today, today, base=base) == history(rules, rows, first, today, today)
