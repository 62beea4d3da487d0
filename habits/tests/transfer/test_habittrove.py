"""HabitTrove's zip."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from habits.domain.schedule import Interval, Monthdays, Monthly, Schedule, Weekdays, Weekly
from habits.models import ImportJob
from habits.tests.transfer.conftest import Import, Read, stored, zipped
from habits.transfer.neutral import COUNTED, DAILY

if TYPE_CHECKING:
    from smarthabit.accounts.user import User

NEW_YORK = {"system": {"timezone": "America/New_York"}}


def trove_habit(name: str = "Read", **more: Any) -> dict[str, Any]:
    """A habit as `habits.json` has it; by New York's clock its completions are of the first and the third."""
    completions = ["2026-03-02T04:30:00.000Z", "2026-03-03T15:00:00.000Z", "2026-03-03T16:00:00.000Z"]
    usual = {"id": f"id-{name}", "name": name, "description": "Why not", "frequency": "FREQ=DAILY", "coinReward": 1}
    return {**usual, "completions": completions, **more}


def trove(*habits: dict[str, Any], settings: Any = NEW_YORK) -> bytes:
    """The zip."""
    files = {"habits.json": json.dumps({"habits": habits}), "auth.json": "not even JSON", "coins.json": "{}"}
    return zipped(files | ({} if settings is None else {"settings.json": json.dumps(settings)}))


def test_completions_belong_to_the_days_of_the_file_s_own_zone(read: Read) -> None:
    found = read(trove(trove_habit(archived=True)))
    assert (found.format, found.reasons) == ("habittrove", [])
    assert found.days() == {"2026-03-01": (1000, False), "2026-03-03": (1000, False)}
    habit = found.habits[0]
    assert (habit.name, habit.why, habit.archived, habit.unit) == ("Read", "Why not", True, "")
    assert habit.started_on == dt.date(2026, 3, 1)


def test_a_target_of_several_completions_makes_them_count(read: Read) -> None:
    found = read(trove(trove_habit(targetCompletions=3)))
    assert found.days() == {"2026-03-01": (1000, False), "2026-03-03": (2000, False)}
    assert (found.habits[0].unit, found.habits[0].plans[0].target) == (COUNTED, 3000)


@pytest.mark.parametrize("settings", [None, {}, [], {"system": 3}, {"system": {"timezone": "../Mars"}}])
def test_without_a_zone_the_days_are_those_of_utc(read: Read, settings: Any) -> None:
    found = read(trove(trove_habit(), settings=settings))
    assert [*found.days()] == ["2026-03-02", "2026-03-03"]
    assert found.reasons == [("settings.json", 0, "no_zone")]


@pytest.mark.parametrize(
    ("rule", "schedule"),
    [
        ("FREQ=DAILY", DAILY),
        ("RRULE:FREQ=DAILY;INTERVAL=3", Interval(3, dt.date(2026, 3, 1))),
        ("FREQ=WEEKLY;BYDAY=WE,MO", Weekdays((1, 3))),
        ("freq=weekly", Weekly(1)),
        ("FREQ=WEEKLY;INTERVAL=2", Interval(14, dt.date(2026, 3, 1))),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15,1", Monthdays((1, 15, -1))),
        ("FREQ=MONTHLY;BYDAY=1MO", Monthly(1)),
        ("FREQ=YEARLY", Interval(365, dt.date(2026, 3, 1))),
    ],
)
def test_recurrence_rules(read: Read, rule: str, schedule: Schedule) -> None:
    found = read(trove(trove_habit(frequency=rule)))
    assert found.habits[0].plans[0].schedule == schedule
    assert found.reasons == []


@pytest.mark.parametrize(
    "rule", ["", "often", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=99"]
)
def test_a_rule_that_no_schedule_is_becomes_daily_and_is_told(read: Read, rule: str) -> None:
    found = read(trove(trove_habit(frequency=rule)))
    assert found.habits[0].plans[0].schedule == DAILY
    assert found.reasons == [("habits[0]", 0, "bad_schedule")]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"isTask": True, "frequency": "2026-03-01"}, ("habits[0]", 0, "task")),
        ({"name": 5}, ("habits[0]", 0, "no_name")),
        ({"completions": ["yesterday"]}, ("habits[0].completions", 1, "bad_day")),
        ({"completions": [{"at": 1}]}, ("habits[0].completions", 1, "bad_day")),
        ({"completions": ["1850-01-01T00:00:00Z"]}, ("habits[0].completions", 1, "day_too_early")),
        ({"completions": ["0001-01-01T00:00:00Z"]}, ("habits[0].completions", 1, "bad_day")),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_place(
    read: Read, more: dict[str, Any], reason: tuple[str, int, str]
) -> None:
    found = read(trove(trove_habit(**more), trove_habit("Run")))
    assert found.reasons == [reason]
    assert len(found.days(1)) == 2


@pytest.mark.django_db
def test_an_import_goes_in_whole_and_a_second_time_changes_nothing(user: User, import_file: Import) -> None:
    content = trove(trove_habit(), trove_habit("Buy milk", isTask=True), trove_habit("Water", targetCompletions=8))
    first, again = import_file(content), import_file(content)
    assert {job.status for job in (first, again)} == {ImportJob.Status.DONE}
    assert stored(user) == {
        "Read": {"2026-03-01": (1000, False, ""), "2026-03-03": (1000, False, "")},
        "Water": {"2026-03-01": (1000, False, ""), "2026-03-03": (2000, False, "")},
    }
