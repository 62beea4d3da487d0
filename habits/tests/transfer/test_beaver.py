"""Beaver Habits' JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from habits.domain.schedule import Interval, Monthly, Rolling, Schedule, Weekly
from habits.models import Habit, ImportJob
from habits.tests.transfer.conftest import Import, Read, stored
from habits.transfer.neutral import DAILY, FileRefusedError

if TYPE_CHECKING:
    from smarthabit.accounts.user import User


def beaver_habit(name: str = "Read", **more: Any) -> dict[str, Any]:
    """A habit as its export has it."""
    records = [{"day": "2026-03-01", "done": True}, {"day": "2026-03-02", "done": False, "text": "too tired"}]
    usual = {"id": f"{name:0<6}", "name": name, "tags": [], "star": False, "status": "active", "period": None}
    return {**usual, "chips": [], "records": records, **more}


def document(*habits: dict[str, Any], wrapped: bool = False) -> str:
    """The export, or the file on disk."""
    if wrapped:
        return json.dumps({"data": {"backup": {"telegram_token": "secret"}, "habits": habits, "order_by": 1}})
    return json.dumps({"user_email": "ada@example.org", "exported_at": "2026-03-18", "habits": habits})


@pytest.mark.parametrize("wrapped", [False, True])
def test_done_and_not_done_and_notes_are_taken(read: Read, wrapped: bool) -> None:
    found = read(
        document(beaver_habit(tags=["mind", "mind", ""]), beaver_habit("Old", status="archive"), wrapped=wrapped)
    )
    assert (found.format, found.reasons) == ("beaver", [])
    assert found.days() == {"2026-03-01": (1000, False), "2026-03-02": (0, False)}
    assert [entry.note for entry in found.entries[:2]] == ["", "too tired"]
    book, _ = found.habits
    assert (book.name, book.tags, book.started_on) == ("Read", ("mind",), dt.date(2026, 3, 1))
    assert [habit.archived for habit in found.habits] == [False, True]
    assert "secret" not in repr((found.habits, found.extras))


@pytest.mark.parametrize(
    ("period", "schedule"),
    [
        (None, DAILY),
        (("D", 1, 2), DAILY),
        (("D", 3, 1), Rolling(3, 1)),
        (("W", 1, 3), Weekly(3)),
        (("W", 1, 7), DAILY),
        (("W", 2, 3), Rolling(14, 3)),
        (("M", 1, 10), Monthly(10)),
        (("M", 1, 30), DAILY),
        (("M", 2, 8), Rolling(60, 8)),
        (("Y", 1, 1), Interval(365, dt.date(2026, 3, 1))),
    ],
)
def test_periods(read: Read, period: tuple[str, int, int] | None, schedule: Schedule) -> None:
    names = ("period_type", "period_count", "target_count")
    found = read(document(beaver_habit(period=period and dict(zip(names, period, strict=True)))))
    assert found.habits[0].plans[0].schedule == schedule
    assert found.reasons == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"period": {"period_type": "H", "period_count": 1, "target_count": 1}}, ("habits[0]", 0, "bad_schedule")),
        ({"period": {"period_type": "W", "period_count": 0, "target_count": 1}}, ("habits[0]", 0, "bad_schedule")),
        ({"period": "weekly"}, ("habits[0]", 0, "bad_schedule")),
        ({"name": " "}, ("habits[0]", 0, "no_name")),
        ({"status": "soft_delete"}, ("habits[0]", 0, "deleted_there")),
        ({"records": [{"day": "2026-02-30", "done": True}]}, ("habits[0].records", 1, "bad_day")),
        ({"records": [{"day": "2026-02-03", "done": "yes"}]}, ("habits[0].records", 1, "bad_field")),
        ({"records": [7]}, ("habits[0].records", 1, "bad_field")),
        ({"records": [{"day": "2026-02-03", "done": True}] * 2}, ("habits[0].records", 2, "repeated_day")),
        ({"records": [{"day": "2026-02-03", "done": True, "text": "x" * 2001}]}, ("habits[0].records", 1, "note_cut")),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_place(
    read: Read, more: dict[str, Any], reason: tuple[str, int, str]
) -> None:
    found = read(document(beaver_habit(**more), beaver_habit("Run")))
    assert found.reasons == [reason]
    assert len(found.days(1)) == 2


def test_a_document_wrapped_without_end_is_refused(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="too_deep"):
        read('{"data": ' * 5000 + "1" + "}" * 5000)


@pytest.mark.django_db
def test_an_import_goes_in_whole_and_a_second_time_changes_nothing(user: User, import_file: Import) -> None:
    content = document(beaver_habit(), beaver_habit("Gone", status="soft_delete"), beaver_habit("Run"), wrapped=True)
    first, again = import_file(content), import_file(content)
    assert {job.status for job in (first, again)} == {ImportJob.Status.DONE}
    days = {"2026-03-01": (1000, False, ""), "2026-03-02": (0, False, "too tired")}
    assert stored(user) == {"Read": days, "Run": days}
    assert [habit.name for habit in Habit.objects.owned_by(user)] == ["Read", "Run"]
