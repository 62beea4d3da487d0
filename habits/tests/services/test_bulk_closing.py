"""Days closed for many habits at once: the same states, numbers and news as one by one."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import transaction

from habits.events import DaysClosed, Streaks
from habits.models import Entry, Habit, HabitState, Pause
from habits.selectors.closing import plans_in_force
from habits.services import EntryChange, HabitChange, add_pause, record_entry, roll_over, update_habit
from habits.services.bulk_closing import close_plain
from habits.services.rebuild import rebuild
from habits.services.states import STATE_FIELDS
from habits.tests.conftest import DAILY, NOON, MakeHabit
from smarthabit.accounts.user import User, UserClock

TODAY = NOON.date()
DAY = dt.timedelta(days=1)
NIGHTS = [dt.datetime(2026, 3, day, 10, 5, tzinfo=dt.UTC) for day in range(19, 25)]
SCHEDULES: list[dict[str, Any]] = [
    DAILY,
    DAILY,
    DAILY,
    {"type": "weekdays", "days": [1, 3, 4, 5]},
    {"type": "interval", "every": 2, "anchor": "2026-03-01"},
    {"type": "monthdays", "days": [19, 20, 22, -1]},
    {"type": "weekly", "times": 3},
    {"type": "rolling", "times": 2, "days": 5},
]


def write(habit: Habit, chance: random.Random) -> None:
    """Entries of the days around the ones that will be closed."""
    days = [TODAY + DAY * ahead for ahead in range(-12, len(NIGHTS) + 2)]
    rows = []
    for day in days:
        if chance.random() < 0.75:
            value = chance.choice([None, 0, 500, 1000, 1000, 1000, 1000, 3000])
            minute = chance.choice([None, 0, 480, 1439])
            rows.append(
                Entry(
                    user_id=habit.user_id, habit=habit, day=day, value_milli=value, skipped=chance.random() < 0.1,
                    minute=minute, written_at=NOON,
                )
            )  # fmt: skip
    Entry.objects.bulk_create(rows)


def afresh() -> None:
    """Have the states made of what was just stored beside the services."""
    HabitState.objects.update(fold={"v": 0}, anchor={}, rules_key=0)
    roll_over(NOON)


@pytest.fixture
def many(user: User, stranger: User, make_habit: MakeHabit) -> list[Habit]:
    """Habits of all sorts, of two people whose weeks and zones differ."""
    chance = random.Random(7)  # noqa: S311 - a repeatable history, not a secret
    User.objects.filter(pk=stranger.pk).update(timezone="Pacific/Kiritimati", week_starts_on=7)
    stranger.refresh_from_db()
    made = []
    for owner, schedules in ((user, SCHEDULES), (stranger, SCHEDULES[1:4])):
        for number, schedule in enumerate(schedules):
            for kind in ("build", "limit"):
                fields: dict[str, Any] = {"schedule": schedule, "kind": kind, "freezes": number % 2 == 0}
                made.append(make_habit(f"{kind} {number}", owner=owner, **fields))
    for habit in made:
        write(habit, chance)
    late = TODAY + 2 * DAY
    Pause.objects.create(user=user, habit=made[0], starts_on=late, ends_on=late, created_at=NOON)
    afresh()
    return made


Row = tuple[Any, ...]


Told = tuple[dt.date, list[tuple[int, int]], dict[int, Streaks]]


def nights(monkeypatch: pytest.MonkeyPatch, *, plain: bool) -> tuple[list[Row], list[Row], list[Told], int]:
    """States, clocks and news after all nights - in a transaction that is undone - and how many were plain."""
    from habits.services import bulk_closing, rollover

    told: list[Told] = []
    closed: list[int] = []

    def close_plain(*arguments: Any) -> set[int]:
        found = bulk_closing.close_plain(*arguments) if plain else set()
        closed.extend(found)
        return found

    def publish(event: DaysClosed) -> None:
        told.append((event.day, sorted(event.numbers), dict(event.streaks)))

    monkeypatch.setattr(rollover, "close_plain", close_plain)
    monkeypatch.setattr(rollover, "publish", publish)
    with transaction.atomic():
        for night in NIGHTS:
            roll_over(night)
        states = list(HabitState.objects.order_by("pk").values_list("pk", *STATE_FIELDS))
        clocks = list(UserClock.objects.order_by("pk").values_list("pk", "seq", "closed_through", "next_rollover"))
        assert not [pk for pk, _, differs in rebuild(now=night, write=False) if differs]
        transaction.set_rollback(True)
    plain_bytes = [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in states]
    return plain_bytes, clocks, told, len(closed)


def test_many_at_once_end_up_where_each_does_alone(many: list[Habit], monkeypatch: pytest.MonkeyPatch) -> None:
    *together, plain = nights(monkeypatch, plain=True)
    *alone, none = nights(monkeypatch, plain=False)
    assert together == alone
    assert (none, together[2] != []) == (0, True)
    assert len(many) < plain < len(many) * len(NIGHTS)


def closes_plainly(user: User) -> bool:
    """Whether today is closed for the user's habits as arrays."""
    pks = list(Habit.objects.owned_by(user).values_list("pk", flat=True))
    with transaction.atomic():
        found = close_plain(pks, TODAY.toordinal() + 1)
        transaction.set_rollback(True)
    return bool(found)


@pytest.mark.parametrize(
    "odd",
    [
        {"rules_key": 0},
        {"week_starts_on": 3},
        {"anchor": {"v": 0}},
        {"anchor": {"v": 1, "through": TODAY.toordinal() - 60}},
        {"evidence": b""},
        {"anchor_evidence": b"x"},
        {"fold": {"v": 0}},
        {"through": TODAY - 2 * DAY},
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_fold(
    user: User, make_habit: MakeHabit, odd: dict[str, Any]
) -> None:
    make_habit()
    roll_over(NOON)
    assert closes_plainly(user)
    HabitState.objects.update(**odd)
    assert not closes_plainly(user)


def test_so_are_pauses_and_streaks_that_end(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY - DAY, change=EntryChange(1000), now=NOON)
    assert not closes_plainly(user)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(1000), now=NOON)
    assert closes_plainly(user)
    add_pause(user=user, now=NOON, starts_on=TODAY, ends_on=TODAY)
    assert not closes_plainly(user)


def test_the_plan_that_is_in_force_on_the_day_counts(
    user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    habit = make_habit()
    write(habit, random.Random(2))  # noqa: S311 - as above
    change, later = HabitChange(target_milli=3000), TODAY + 2 * DAY
    update_habit(user=user, habit_id=habit.pk, change=change, now=NOON, effective_from=later)
    afresh()
    assert nights(monkeypatch, plain=True)[3] > 0


def test_of_plans_that_do_not_count_days_none_is_given(make_habit: MakeHabit) -> None:
    weekly, read = make_habit(schedule={"type": "weekly", "times": 3}), make_habit()
    assert plans_in_force([weekly.pk, read.pk], TODAY.toordinal()).habit_id.tolist() == [read.pk]
    assert plans_in_force([], TODAY.toordinal()).habit_id.tolist() == []


def test_a_habit_that_counted_weeks_once_is_left_to_the_fold(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(schedule={"type": "weekly", "times": 3})
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(schedule=DAILY), now=NOON, effective_from=TODAY)
    roll_over(NOON)
    assert not closes_plainly(user)
