"""Closing days, and holding stored states against their entries."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from habits.events import DaysClosed
from habits.models import Habit, HabitState
from habits.selectors import habit_views
from habits.selectors.entries import entry_rows, rows_since
from habits.services import EntryChange, add_pause, delete_entry, record_entry, roll_over
from habits.services.rebuild import rebuild
from habits.services.rollover import HABITS_AT_ONCE
from habits.services.states import refold_habit
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.closing import LEASE, claim_ended, mark_closed
from smarthabit.accounts.services import set_next_rollover
from smarthabit.accounts.user import User, UserClock

TODAY = NOON.date()
NIGHT = dt.datetime(2026, 3, 19, 0, 5, tzinfo=dt.UTC)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[DaysClosed]:
    """What the rollover told."""
    events: list[DaysClosed] = []
    monkeypatch.setattr("habits.services.rollover.publish", events.append)
    return events


def check_in(user: User, habit: Habit, *backs: int) -> None:
    for back in backs:
        day = TODAY - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)


def test_a_day_that_ends_moves_states_and_tells_what_broke(
    user: User, make_habit: MakeHabit, told: list[DaysClosed]
) -> None:
    kept, broken = (make_habit(name, freezes=False) for name in ("kept", "broken"))
    check_in(user, kept, 0, 1)
    check_in(user, broken, 1, 2)
    assert roll_over(NOON) == 1
    assert roll_over(NIGHT) == 1
    assert told[-1].day == TODAY
    assert told[-1].streaks[user.pk].broken == (broken.pk,)
    assert [one.streak for one in told[-1].streaks[user.pk].standings] == [0]
    assert set(HabitState.objects.values_list("through", flat=True)) == {TODAY}


def test_a_freeze_that_saved_a_streak_is_told(user: User, make_habit: MakeHabit, told: list[DaysClosed]) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=8))
    check_in(user, habit, *range(1, 9))
    roll_over(NOON)
    roll_over(NIGHT)
    assert (told[-1].streaks[user.pk].broken, told[-1].streaks[user.pk].frozen) == ((), (habit.pk,))


def test_only_users_whose_day_has_ended_are_touched(user: User, stranger: User, told: list[DaysClosed]) -> None:
    User.objects.filter(pk=stranger.pk).update(timezone="America/Los_Angeles")
    assert roll_over(NOON) == 2
    assert roll_over(NOON) == 0
    assert roll_over(NIGHT) == 1
    assert UserClock.objects.get(user=user).next_rollover == dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    assert UserClock.objects.get(user=stranger).next_rollover == dt.datetime(2026, 3, 19, 7, tzinfo=dt.UTC)


def test_a_run_that_comes_late_changes_no_result(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    check_in(user, habit, *range(6))
    later = NOON + dt.timedelta(days=60)
    unmoved = habit_views(user, later)[0].snapshot
    roll_over(later)
    assert habit_views(user, later)[0].snapshot == unmoved


def test_a_traveller_s_day_that_opens_again_is_read_right(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(freezes=False)
    check_in(user, habit, 0, 1)
    User.objects.filter(pk=user.pk).update(timezone="Pacific/Kiritimati")
    user.refresh_from_db()
    evening = NOON + dt.timedelta(hours=8)
    roll_over(evening)
    assert HabitState.objects.get(pk=habit.pk).through == TODAY
    User.objects.filter(pk=user.pk).update(timezone="Pacific/Honolulu")
    user.refresh_from_db()
    delete_entry(user=user, habit_id=habit.pk, day=TODAY, now=evening)
    roll_over(evening + dt.timedelta(hours=20))
    (view,) = habit_views(user, evening)
    assert view.snapshot.streak.current == 1


def test_one_account_that_fails_is_put_off_and_the_others_go_on(
    user: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from habits.services import rollover

    real = rollover._close

    def close(portion: Any) -> None:
        if user.pk in portion.habits:
            raise ZeroDivisionError
        real(portion)

    monkeypatch.setattr(rollover, "_close", close)
    assert roll_over(NOON) == 2
    assert UserClock.objects.get(user=user).next_rollover == NOON + dt.timedelta(hours=1)
    assert UserClock.objects.get(user=stranger).closed_through == TODAY - dt.timedelta(days=1)


def test_many_users_take_several_rounds_up_to_the_bound(
    user: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habits.services.rollover.USERS_AT_ONCE", 1)
    assert roll_over(NOON, most=1) == 1
    assert roll_over(NOON) == 1
    assert roll_over(NOON) == 0


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_written_in_whatever_order_the_states_are_what_the_entries_say(
    user: User, make_habit: MakeHabit, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable history, not a secret
    schedules: list[dict[str, Any]] = [
        {"type": "weekdays", "days": [1, 3, 5]},
        {"type": "weekly", "times": 3},
        {"type": "rolling", "times": 2, "days": 5},
        {"type": "monthly", "times": 4},
    ]
    habits = [make_habit(schedule["type"], schedule=schedule) for schedule in schedules]
    for step in range(40):
        now = NOON + dt.timedelta(days=step * 2)
        habit = chance.choice(habits)
        day = now.date() - dt.timedelta(days=chance.choice([0, 0, 0, 1, 3, 12, 50]))
        if chance.random() < 0.2:
            delete_entry(user=user, habit_id=habit.pk, day=day, now=now)
        else:
            change = EntryChange(chance.choice([0, 1000, 1000]), skipped=chance.random() < 0.1)
            record_entry(user=user, habit_id=habit.pk, day=day, change=change, now=now)
        if chance.random() < 0.1:
            add_pause(user=user, now=now, starts_on=day, ends_on=day + dt.timedelta(days=3))
        if chance.random() < 0.3:
            roll_over(now)
    assert [differs for _, _, differs in rebuild(now=now, write=False)] == [False] * 4


def test_the_check_finds_names_and_mends_a_state_that_is_wrong(
    user: User, make_habit: MakeHabit, capsys: pytest.CaptureFixture[str]
) -> None:
    habit = make_habit()
    check_in(user, habit, 0, 1)
    call_command("rebuild_states", "--check")
    state = HabitState.objects.get(pk=habit.pk)
    state.fold["strength"] = 0.99
    state.save()
    with pytest.raises(CommandError):
        call_command("rebuild_states", "--check", "--user", user.email)
    assert f"habit {habit.pk} of {user.email} differs" in capsys.readouterr().out
    call_command("rebuild_states")
    call_command("rebuild_states", "--check")


def test_a_state_in_another_form_is_read_from_scratch_and_mended(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    check_in(user, habit, 0, 1, 2)
    HabitState.objects.update(fold={"v": 0}, anchor={})
    assert habit_views(user, NOON)[0].snapshot.streak.current == 3
    assert [differs for _, _, differs in rebuild(now=NOON, write=False)] == [True]
    roll_over(NOON)
    assert [differs for _, _, differs in rebuild(now=NOON, write=False)] == [False]


def test_a_write_to_a_state_in_another_form_makes_it_afresh(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    check_in(user, habit, 1, 2)
    HabitState.objects.update(week_starts_on=7)
    check_in(user, habit, 0)
    assert HabitState.objects.get().week_starts_on == 1
    refold_habit(user, habit, TODAY, since=TODAY)
    assert habit_views(user, NOON)[0].snapshot.streak.current == 3


def test_somebody_new_is_not_told_of_days_they_never_had(
    user: User, make_habit: MakeHabit, told: list[DaysClosed]
) -> None:
    make_habit()
    assert roll_over(NOON) == 1
    assert told == []


def _slipping(make_habit: MakeHabit, count: int) -> list[Habit]:
    """Habits of as many new users, each done until yesterday; their days are closed until then."""
    first = User.objects.count()
    owners = [User.objects.create_user(f"many-{first + number}@example.org") for number in range(count)]
    habits = [make_habit(owner=owner, freezes=False) for owner in owners]
    for owner, habit in zip(owners, habits, strict=True):
        check_in(owner, habit, 1, 2)
    roll_over(NOON)
    return habits


def test_many_users_take_no_more_statements_than_a_few_and_are_told_in_one_event(
    make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[DaysClosed] = []
    monkeypatch.setattr("habits.services.rollover.publish", events.append)
    _slipping(make_habit, 2)
    with CaptureQueriesContext(connection) as few:
        roll_over(NIGHT)
    habits = _slipping(make_habit, 12)
    with CaptureQueriesContext(connection) as many:
        roll_over(NIGHT)
    assert len(many) <= len(few)
    assert [len(event.numbers) for event in events] == [2, 12]
    assert {of.broken for of in events[1].streaks.values()} == {(habit.pk,) for habit in habits}


def test_users_with_many_habits_are_closed_in_portions(make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[DaysClosed] = []
    monkeypatch.setattr("habits.services.rollover.publish", events.append)
    monkeypatch.setitem(HABITS_AT_ONCE, connection.vendor, 2)
    _slipping(make_habit, 5)
    assert roll_over(NIGHT) == 6
    assert sum(len(event.numbers) for event in events) == 5
    assert max(len(event.numbers) for event in events) == 2
    assert not UserClock.objects.exclude(closed_through=TODAY).exists()


def test_what_is_claimed_is_nobody_else_s_until_the_lease_is_over(user: User, stranger: User) -> None:
    def claimed(now: dt.datetime, limit: int) -> list[int]:
        return [pk for one in claim_ended(now, limit=limit) for pk in one.user_ids]

    first = claimed(NOON, 1)
    assert sorted(first + claimed(NOON, 5)) == sorted([user.pk, stranger.pk])
    assert len(first) == 1
    assert claimed(NOON, 5) == []
    assert len(claimed(NOON + LEASE, 5)) == 2


def test_whoever_moves_to_another_zone_meanwhile_comes_again(user: User) -> None:
    (ended,) = claim_ended(NOON, limit=5)
    set_next_rollover(user.pk, at=None)
    assert mark_closed(ended.user_ids, lease=ended.lease, closed=TODAY, next_end=NIGHT, told=True) == []
    assert UserClock.objects.get(user=user).next_rollover is None
    assert roll_over(NOON) == 1


@pytest.mark.parametrize("since", [1, TODAY.toordinal() - 1])
def test_entries_of_many_habits_are_those_of_each(user: User, make_habit: MakeHabit, since: int) -> None:
    habits = [make_habit(str(number)) for number in range(3)]
    for back, habit in enumerate(habits):
        check_in(user, habit, back, back + 1)
    others = [(habits[-1].pk + 1 + number, 1) for number in range(60)]
    found = rows_since([*((habit.pk, since) for habit in habits), *others])
    assert dict(found) == {habit.pk: rows for habit in habits if (rows := entry_rows(habit.pk, since))}


def test_when_nobody_s_day_ends_no_habit_is_looked_at(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert roll_over(NOON) == 0
    assert sum("habits_" in each["sql"] for each in asked) == 0
