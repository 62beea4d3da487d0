"""Which days evidence sees: against today as it reads day by day, and however the folding is cut."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habits.domain.asked import closed_days, see
from habits.domain.entry import EntryRow
from habits.domain.evidence import Evidence
from habits.domain.fold import advance, read, start
from habits.domain.ledger import is_done
from habits.domain.plan import Rules
from habits.domain.schedule import Interval, Monthly, Rolling, Weekdays, Weekly, asks_for_total
from habits.tests.domain import strategies
from habits.tests.domain.cases import habit, on, plan, rows
from habits.tests.domain.strategies import FIRST, HORIZON, entries, todays

few = settings(max_examples=60, deadline=None)


def seen(rules: Rules, found: list[EntryRow], upto: int) -> list[tuple[int, bool, bool]]:
    return [day[:3] for day in closed_days(rules, start(rules), found, 0, upto)]


@few
@given(strategies.rules(), entries(), todays)
def test_a_day_is_asked_when_today_said_so_that_morning(whole: Rules, found: list[EntryRow], upto: int) -> None:
    rules = replace(whole, plans=whole.plans[:1], off=())
    schedule, target = rules.plans[0].schedule, rules.plans[0].target
    by_day = {row.day: row for row in found}
    told = {day: (asked, done) for day, asked, done in seen(rules, found, upto)}
    for day in range(rules.started_on.toordinal(), min(upto, FIRST.toordinal() + HORIZON) + 1):
        row = by_day.get(day, EntryRow(day, None, False))
        done = is_done(rules.kind, schedule, target, row.value) or (rules.kind == "limit" and row.value is None)
        if row.skipped and not is_done(rules.kind, schedule, target, row.value):
            assert day not in told
        elif not (rules.kind == "limit" and asks_for_total(schedule)):
            before = [row for row in found if row.day < day]
            due = read(rules, start(rules), before, day).today.due
            assert told.get(day, (False, done))[0] == due
            assert told.get(day, (due, False))[1] in {done, told.get(day) is not None and done}


@few
@given(strategies.rules(), entries(), todays, st.lists(st.integers(1, 30), max_size=6))
def test_moving_on_in_steps_gives_the_same_bytes(
    rules: Rules, found: list[EntryRow], upto: int, steps: list[int]
) -> None:
    at = upto - sum(steps)
    fold, packed = advance(rules, start(rules), found, at), see(rules, start(rules), b"", found, after=0, upto=at)
    for step in steps:
        at += step
        packed = see(rules, fold, packed, found, after=at - step, upto=at)
        fold = advance(rules, fold, found, at)
    assert packed == see(rules, start(rules), b"", found, after=0, upto=upto)
    Evidence.from_bytes(packed)


@few
@given(strategies.rules(), entries(), todays)
def test_what_comes_later_changes_no_closed_day(whole: Rules, found: list[EntryRow], upto: int) -> None:
    """A pause or a plan that begins after a day leaves what was asked on it alone."""
    early = tuple(one for one in whole.plans if one.effective_from.toordinal() <= upto) or whole.plans[:1]
    off = tuple((first, min(last, upto)) for first, last in whole.off if first <= upto)
    known = replace(whole, plans=early, off=off)
    assert seen(known, found, upto) == seen(whole, found, upto)


def test_a_week_asks_until_it_has_enough() -> None:
    rules = habit(plan(1, Weekly(2)))
    assert [asked for _, asked, _ in seen(rules, rows("1.1.1.."), on(7))] == [True, True, True, False]


@pytest.mark.parametrize("skips", [".", "s"])
def test_a_skipped_or_paused_day_makes_a_week_ask_for_less(skips: str) -> None:
    paused = ((on(2), on(5)),) if skips == "." else ()
    rules = habit(plan(1, Weekly(3)), off=paused)
    assert [(day, asked) for day, asked, _ in seen(rules, rows("1" + skips * 4 + ".1"), on(7))] == [
        (on(1), True), (on(7), False)
    ]  # fmt: skip


def test_days_between_due_days_count_as_done_only() -> None:
    rules = habit(plan(1, Interval(3, FIRST)))
    anchor = FIRST.toordinal() - on(1)
    days = seen(rules, rows("11111"), on(5))
    assert [asked for _, asked, _ in days] == [(i - anchor) % 3 == 0 for i in range(5)]


def test_a_limit_on_a_total_is_broken_into_days_with_and_without() -> None:
    rules = replace(habit(plan(1, Monthly(None), target=5)), kind="limit")
    found = [EntryRow(on(2), 2000, False, 1200)]
    days = list(closed_days(rules, start(rules), found, 0, on(3)))
    assert days == [
        (on(1), True, True, False, None), (on(2), True, False, False, 1200), (on(3), True, True, False, None)
    ]  # fmt: skip


def test_a_limit_remembers_when_it_was_overstepped() -> None:
    rules = replace(habit(plan(1, Weekdays((1, 2, 3, 4, 5, 6, 7)), target=0)), kind="limit")
    found = [EntryRow(on(1), 0, False, 600), EntryRow(on(2), 3000, False, 1300)]
    assert [day[4] for day in closed_days(rules, start(rules), found, 0, on(3))] == [None, 1300, None]


@pytest.mark.parametrize("schedule", [Rolling(1, 1), Rolling(7, None)])
def test_windows_of_any_length_are_asked(schedule: Rolling) -> None:
    rules = habit(plan(1, schedule))
    assert [day[1] for day in seen(rules, rows("..1"), on(3))] == [True] * 3
