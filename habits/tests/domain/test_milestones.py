"""Milestones, against going through the history day by day."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from habits.domain.entry import EntryRow
from habits.domain.history import history
from habits.domain.milestones import KEPT, STREAKS, Milestone, MilestoneKind, milestones
from habits.domain.plan import Rules
from habits.domain.schedule import StreakUnit
from habits.domain.states import DayState
from habits.domain.views import DayView
from habits.tests.domain import strategies as some
from habits.tests.domain.cases import MONDAY, habit, on, rows

ROUND = [step * 10**power * 1000 for power in range(6) for step in (1, 5)]


def _of(days: str, today: int, *, totals: bool = False) -> list[Milestone]:
    past = history(habit(), rows(days), None, None, on(today))
    return milestones(past.days, date.fromordinal(on(today)), kind="build", unit="day", totals=totals)


def _kept(days: list[DayView]) -> int:
    return sum(view.state is DayState.KEPT for view in days)


def _longest(days: list[DayView]) -> int:
    return max((view.streak for view in days), default=0)


@settings(max_examples=30, deadline=None)
@given(some.rules(), some.entries(), some.todays, st.sampled_from(["day", "week", "month"]))
def test_each_is_reached_on_its_day_and_not_before(
    rules: Rules, entries: list[EntryRow], today: int, unit: StreakUnit
) -> None:
    days = history(rules, entries, None, today + 5, today).days
    until = date.fromordinal(today)
    past = [view for view in days if view.day <= until]
    expected = set()
    for at, view in enumerate(past):
        before, upto = past[:at], past[: at + 1]
        for name, goals, count in ((MilestoneKind.KEPT, KEPT, _kept), (MilestoneKind.STREAK, STREAKS[unit], _longest)):
            expected |= {Milestone(name, goal, view.day) for goal in goals if count(before) < goal <= count(upto)}
    longest = max((view.streak for view in past), default=0)
    if longest >= 3:
        first = next(view.day for view in past if view.streak == longest)
        expected.add(Milestone(MilestoneKind.LONGEST, longest, first))
    if rules.kind == "build":
        total, stated = 0, 0
        for view in past:
            if view.value and view.state is not DayState.SKIPPED:
                reached = [amount for amount in ROUND if total < amount <= total + view.value]
                total, stated = total + view.value, stated + 1
                if reached and stated >= 5:
                    expected.add(Milestone(MilestoneKind.TOTAL, reached[-1], view.day))
    found = milestones(days, until, kind=rules.kind, unit=unit, totals=True)
    assert set(found) == expected
    assert [one.day for one in found] == sorted((one.day for one in found), reverse=True)


def test_seven_kept_days_in_a_row_are_two_milestones_and_a_record() -> None:
    found = _of("1111111", 7)
    day = MONDAY.replace(day=7)
    assert set(found) == {
        Milestone(MilestoneKind.KEPT, 7, day),
        Milestone(MilestoneKind.STREAK, 7, day),
        Milestone(MilestoneKind.LONGEST, 7, day),
    }


def test_a_streak_is_told_the_first_time_only() -> None:
    assert [one for one in _of("1111111.1111111", 15) if one.kind is MilestoneKind.STREAK] == [
        Milestone(MilestoneKind.STREAK, 7, MONDAY.replace(day=7))
    ]


def test_what_few_days_bring_is_no_total() -> None:
    found = [one for one in _of("9999999", 7, totals=True) if one.kind is MilestoneKind.TOTAL]
    assert found == [Milestone(MilestoneKind.TOTAL, 50_000, MONDAY.replace(day=6))]


def test_a_habit_without_amounts_has_no_totals() -> None:
    assert not [one for one in _of("9" * 20, 20) if one.kind is MilestoneKind.TOTAL]


def test_nothing_done_is_no_milestone() -> None:
    assert _of("", 30) == []
