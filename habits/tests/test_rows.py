"""A habit as a row of a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.live import render_rows
from habits.models import Habit
from habits.rows import Row, row_of, step_for
from habits.selectors import habit_views
from habits.services import EntryChange, record_entry
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

TODAY = dt.date(2026, 3, 18)


def _row(user: User, habit: Habit, day: dt.date | None = None) -> Row:
    return row_of(habit_views(user, NOON, ids=[habit.pk], day=day)[0])


def _state(user: User, habit: Habit, day: dt.date = TODAY, **change: Any) -> None:
    record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(**change), now=NOON)


@pytest.mark.parametrize(
    ("target", "step"), [(1000, 1000), (30_000, 1000), (100_000, 1000), (500_000, 10_000), (2_000_000, 100_000)]
)
def test_one_press_adds_one_and_more_where_targets_are_great(target: int, step: int) -> None:
    assert step_for(target) == step


def test_a_count_goes_up_and_down_from_what_is_stated(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Run", target_milli=5000, unit="km")
    _state(user, habit, value_milli=2500)
    count = _row(user, habit).count
    assert count is not None
    assert (count.value, count.more, count.less, count.percent) == ("2.5", "3.5", "1.5", 50)
    assert (count.stated, count.target) == ("2.5 km", "of 5 km")


def test_a_count_goes_no_lower_than_nothing(user: User, make_habit: MakeHabit) -> None:
    count = _row(user, make_habit(target_milli=5000)).count
    assert count is not None
    assert (count.value, count.less) == ("", "0")


def test_the_target_of_a_period_is_told_by_its_progress(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Run", schedule={"type": "weekly", "total": True}, target_milli=20_000, unit="km")
    _state(user, habit, dt.date(2026, 3, 16), value_milli=7500)
    row = _row(user, habit)
    assert row.count is not None
    assert (row.count.target, row.period) == ("km", "7.5 of 20 km this week")


def test_days_of_a_week_are_counted(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Gym", schedule={"type": "weekly", "times": 3})
    _state(user, habit, value_milli=1000)
    assert _row(user, habit).period == "1 of 3 this week"
    assert _row(user, habit, dt.date(2026, 3, 17)).period == ""


@pytest.mark.parametrize(
    ("made", "bounds", "brief"),
    [
        ({}, ("1", ""), ""),
        ({"target_milli": 12_500, "unit": "min"}, ("12.5", ""), "of 12.5 min"),
        ({"kind": "limit", "target_milli": 2000, "unit": "cups"}, ("", "2"), "at most 2 cups"),
        ({"schedule": {"type": "weekly", "times": 3}}, ("1", ""), "0 of 3 this week"),
        (
            {"schedule": {"type": "weekly", "times": 3}, "target_milli": 2000, "unit": "km"},
            ("2", ""),
            "of 2 km · 0 of 3 this week",
        ),
        (
            {"schedule": {"type": "weekly", "total": True}, "target_milli": 30_000, "unit": "km"},
            ("0.001", ""),
            "0 of 30 km this week",
        ),
        (
            {"kind": "limit", "schedule": {"type": "weekly", "total": True}, "target_milli": 5000, "unit": "drinks"},
            ("", ""),
            "0 of 5 drinks this week",
        ),
    ],
)
def test_a_row_says_what_is_asked_in_few_words_and_between_which_amounts_it_is_done(
    user: User, make_habit: MakeHabit, made: dict[str, Any], bounds: tuple[str, str], brief: str
) -> None:
    row = _row(user, make_habit(**made))
    assert ((row.least, row.most), row.brief) == (bounds, brief)


@pytest.mark.parametrize(("kind", "shown"), [("build", "0 of 14.3 km this week"), ("limit", "0 of 14.2 km this week")])
def test_the_share_of_a_week_that_has_begun_is_told_to_a_tenth_on_the_safe_side(
    user: User, make_habit: MakeHabit, kind: str, shown: str
) -> None:
    total = {"type": "weekly", "total": True}
    habit = make_habit(
        kind=kind, schedule=total, target_milli=20_000, unit="km", started_on=TODAY, freezes=kind == "build"
    )
    assert _row(user, habit).period == shown


def test_a_skip_is_what_a_row_says_first(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(schedule={"type": "weekly", "times": 3})
    _state(user, habit, skipped=True)
    assert _row(user, habit).brief == "Skipped"


def test_a_week_that_asks_for_nothing_is_not_counted(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(schedule={"type": "weekly", "times": 1}, started_on=dt.date(2026, 3, 18))
    assert _row(user, habit).period == ""


def test_months_are_counted_too(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Call", schedule={"type": "monthly", "times": 4})
    assert _row(user, habit).period == "0 of 4 this month"


def test_a_limit_that_was_broken_can_be_stated_as_held(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("No smoking", kind="limit", target_milli=0, freezes=False)
    assert _row(user, habit).open_limit
    _state(user, habit, value_milli=1000)
    row = _row(user, habit)
    assert row.check is not None
    assert (row.done, row.check.post) == (False, "0")


def test_a_limit_with_an_amount_says_at_most(user: User, make_habit: MakeHabit) -> None:
    count = _row(user, make_habit("Coffee", kind="limit", target_milli=2000, unit="cups")).count
    assert count is not None
    assert count.target == "at most 2 cups"


def test_a_limit_of_nothing_with_a_unit_is_full_at_the_first(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Sweets", kind="limit", target_milli=0, unit="pieces")
    before = _row(user, habit).count
    _state(user, habit, value_milli=1000)
    after = _row(user, habit).count
    assert before is not None
    assert after is not None
    assert (before.percent, after.percent) == (0, 100)


def test_the_row_tells_streak_freezes_note_and_time(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(preferred_time=dt.time(7, 30))
    for day in range(8, 18):
        _state(user, habit, dt.date(2026, 3, day), value_milli=1000)
    _state(user, habit, note="before work")
    row = _row(user, habit)
    assert (row.streak_words, row.freezes_words) == ("10 days", "1 freeze in hand")
    assert (row.note, row.preferred_time) == ("before work", "7:30 a.m.")


def test_the_socket_draws_the_row_of_the_page(user: User, stranger: User, make_habit: MakeHabit) -> None:
    clock.shift(NOON - clock.now())
    habit = make_habit("Meditate")
    ((key, (version, html)),) = render_rows(user, [str(habit.pk), "none", "99999"]).items()
    assert key == f"habit:{habit.pk}"
    assert html.startswith(f'<li id="habit-{habit.pk}"')
    assert f'data-version="{version}"' in html
    assert render_rows(stranger, [str(habit.pk)]) == {}
