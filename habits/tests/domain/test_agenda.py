"""What calendars show: examples of each schedule, and that it is what reading each day by itself would say."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.domain import fold
from habits.domain.agenda import Occurrence, Told, agenda
from habits.domain.entry import EntryRow
from habits.domain.history import history
from habits.domain.plan import Plan, Rules
from habits.domain.schedule import DaySchedule, Monthly, Period, Rolling, Schedule, Weekdays, Weekly
from habits.tests.domain import strategies
from habits.tests.domain.cases import DAILY, habit, on, plan, rows
from habits.tests.domain.effort import effort
from habits.tests.domain.oracle import Now, Oracle

DAY = timedelta(days=1)
AHEAD = 40
BEHIND = 7


def told(rules: Rules, entries: list[EntryRow], today: int, base: fold.Fold | None = None) -> Told:
    base = base or fold.start(rules)
    since = None if base.through is None else base.through + 1
    return Told(rules, history(rules, entries, since, None, today, base=base), base, entries, today)


def shown(rules: Rules, days: str, today: int, *, ahead: int = 7) -> str:
    """One word a thing: its days of January, its state, and its amounts where it has any."""
    found = agenda(told(rules, rows(days), on(today)), on(today) - BEHIND, on(today) + ahead)
    return " ".join(_word(one) for one in found)


def _word(one: Occurrence) -> str:
    days = f"{one.first.day}" if one.first == one.last else f"{one.first.day}-{one.last.day}"
    amounts = f":{one.done // 1000}/{one.need // 1000}" if (one.done, one.need) != (0, 1000) else ""
    return f"{days}{'' if one.state == 'pending' else one.state}{amounts}"


@pytest.mark.parametrize(
    ("schedule", "days", "expected"),
    [
        (DAILY, "1.s", "1kept:1/1 2missed 3skipped 4 5 6 7 8 9 10 11"),
        (DAILY, "1111", "1kept:1/1 2kept:1/1 3kept:1/1 4kept:1/1 5 6 7 8 9 10 11"),
        (Weekdays((3, 5)), "1.1", "1extra:1/1 3kept:1/1 5 10"),
        (Weekly(3), "1.1", "1-7:2/3 8-14:0/3"),
        (Weekly(1), "1", "1-7kept:1/1 8-14"),
        (Weekly(None), "1.1", "1-7kept:2/1 8-14"),
        (Monthly(5), "1.1", "1-31:2/5"),
        (Rolling(2, 1), "1.1", "1kept:1/1 3kept:1/1 5 7 9 11"),
        (Rolling(4, 2), "111", "1kept:1/1 2kept:1/1 3kept:1/1 6 7 10 11"),
        (Rolling(4, 2), "1..", "1kept:1/1 4 5 8 9"),
        (Rolling(1, 1), "", "4 5 6 7 8 9 10 11"),
        (Rolling(3, None), "1.s", "1kept:1/1 3skipped"),
    ],
)
def test_each_schedule(schedule: Schedule, days: str, expected: str) -> None:
    assert shown(habit(plan(1, schedule)), days, 4) == expected


def test_an_open_day_of_a_total_shows_the_whole_window() -> None:
    assert shown(habit(plan(1, Rolling(3, None), 10)), "35", 3) == "1kept:3/10 2kept:5/10 3:8/10"


def test_what_was_begun_today_counts() -> None:
    assert shown(habit(plan(1, DAILY, 5)), "3", 1, ahead=1) == "1:3/5 2:0/5"


def test_pauses_are_left_out_and_shorten_periods() -> None:
    off = ((on(5), on(9)),)
    assert shown(habit(off=off), "111", 3) == "1kept:1/1 2kept:1/1 3kept:1/1 4 10"
    assert shown(habit(plan(1, Weekly(7)), off=off), "111", 3) == "1-4:3/4 10-14:0/5"
    assert shown(habit(plan(1, Rolling(2, 1)), off=off), "111", 3, ahead=9) == "1kept:1/1 2kept:1/1 3kept:1/1 10 12"
    assert shown(habit(plan(1, Weekly(2)), off=((on(1), on(14)),)), "", 3) == ""
    assert shown(habit(plan(1, Rolling(2, 1)), off=((on(3), on(3)),)), "11", 3, ahead=2) == "1kept:1/1 2kept:1/1 5"


def test_a_miss_that_a_freeze_has_saved() -> None:
    rules = habit(plan(1, DAILY, freezes=True))
    assert shown(rules, "1111111", 9, ahead=0).split()[-2:] == ["8frozen", "9"]


def test_a_plan_to_come_is_followed_from_its_day_on() -> None:
    rules = habit(plan(1), plan(4, Weekdays((6,))), plan(8, Weekly(2)), plan(15, Rolling(3, 1)))
    assert shown(rules, "11", 2, ahead=16) == "1kept:1/1 2kept:1/1 3 6 8-14:0/2 15 18"


def test_days_carry_the_hour_of_their_plan() -> None:
    rules = habit(replace(plan(1), preferred_time=time(7, 30)), plan(3))
    found = agenda(told(rules, [], on(2)), on(1), on(3))
    assert [one.at for one in found] == [time(7, 30), time(7, 30), None]


def test_a_habit_that_begins_later() -> None:
    assert shown(habit(), "", 0, ahead=2) == "1 2"
    assert shown(habit(plan(1, Weekly(2))), "", 0, ahead=2) == "1-7:0/2"
    assert shown(habit(plan(1, Rolling(3, 2))), "", 0, ahead=5) == "1 2 4 5"


@effort(70)
@given(strategies.rules("build"), strategies.entries(), strategies.todays)
def test_days_ahead_are_those_that_each_day_would_ask_for(rules: Rules, entries: list[EntryRow], today: int) -> None:
    """The slow way: go on day by day, do what is due, and look again."""
    done = [row for row in entries if row.day <= today]
    expected = []
    for day in range(today, today + AHEAD + 1):
        schedule = _plan(rules, day).schedule
        total = isinstance(schedule, Rolling) and schedule.times is None
        due = fold.read(rules, fold.start(rules), done, day).today.due
        if due and isinstance(schedule, DaySchedule | Rolling) and not total:
            expected.append(day)
            done = [*(row for row in done if row.day != day), EntryRow(day, 9_000_000, False)]
    found = agenda(told(rules, entries, today), today - BEHIND, today + AHEAD)
    ahead = [one.first.toordinal() for one in found if one.first == one.last and not _periodic(rules, one)]
    assert [day for day in ahead if day > today] == [day for day in expected if day > today]


@effort(70)
@given(strategies.rules("build"), strategies.entries(), strategies.todays)
def test_periods_ahead_are_those_that_each_day_would_find_open(
    rules: Rules, entries: list[EntryRow], today: int
) -> None:
    expected = {}
    for day in range(today + 1, today + AHEAD + 1):
        unit = fold.read(rules, fold.start(rules), [row for row in entries if row.day <= today], day).open_unit
        if unit and isinstance(_plan(rules, day).schedule, Period) and unit.first.toordinal() > today:
            expected[unit.first] = (unit.last, unit.need)
    expected = {first: told_ for first, told_ in expected.items() if told_[1]}
    found = agenda(told(rules, entries, today), today - BEHIND, today + AHEAD)
    ahead = {one.unit: one for one in found if _periodic(rules, one) and one.unit.toordinal() > today}
    assert {first: one.need for first, one in ahead.items()} == {first: need for first, (_, need) in expected.items()}
    for first, (last, _) in expected.items():
        on_days = [first + n * DAY for n in range((last - first).days + 1)]
        on_days = [day for day in on_days if not Oracle(rules, {}).paused(day)]
        assert (ahead[first].first, ahead[first].last) == (on_days[0], on_days[-1])


@effort(70)
@given(strategies.rules("build"), strategies.entries(), strategies.todays, st.integers(0, 30))
def test_what_is_behind_is_what_became_of_it(rules: Rules, entries: list[EntryRow], today: int, kept: int) -> None:
    """Whatever part of the past is already closed in a fold."""
    base = fold.advance(rules, fold.start(rules), entries, today - BEHIND - 1 - kept)
    since = [row for row in entries if row.day >= fold.needs_from(base)]
    found = agenda(told(rules, since, today, base), today - BEHIND, today)
    oracle = Oracle(rules, {date.fromordinal(row.day): row for row in entries})
    now = date.fromordinal(today)
    _, units = oracle.streak(Now(now, over=False))
    days = {one.first: one.state for one in found if not _periodic(rules, one)}
    asked = [now - n * DAY for n in range(BEHIND, -1, -1)]
    asked = [day for day in asked if not isinstance(oracle.plan(day).schedule, Period)]
    states = {day: oracle.state(day, now, units) for day in asked}
    assert days == {day: state for day, state in states.items() if state != "off"}
    periods = {
        unit.first: (unit.state, int(unit.done))
        for unit in units
        if unit.last >= now - BEHIND * DAY and unit.state != "neutral"
        if isinstance(oracle.plan(unit.first).schedule, Period)
    }
    assert {one.unit: (one.state.value, one.done) for one in found if _periodic(rules, one)} == periods


def _plan(rules: Rules, day: int) -> Plan:
    return Oracle(rules, {}).plan(date.fromordinal(day))


def _periodic(rules: Rules, one: Occurrence) -> bool:
    return isinstance(_plan(rules, one.unit.toordinal()).schedule, Period)
