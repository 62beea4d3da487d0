"""Goals in the export of an account, and back out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError

from goals.models import Goal, ManualProgress
from goals.services import GoalDraft, create_goal, set_abandoned, settle
from goals.services.rules import MOST_ENTRIES, NOTE_LENGTH
from habits.transfer.matching import export_key
from habits.transfer.sections import Section
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import DayField, MilliField, instant_text, milli_text

_AT_ONCE = 200
_KEY_LENGTH = 120


def export(user: User, habit_keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Each goal with its links, milestones and what was entered for it, the oldest first."""
    goals = Goal.objects.owned_by(user).order_by("pk").prefetch_related("links", "milestones", "entries")
    for goal in goals.iterator(chunk_size=_AT_ONCE):
        links = [link for link in goal.links.all() if link.habit_id in habit_keys]
        yield {
            "key": _key(goal),
            "title": goal.title,
            "measure": goal.measure,
            "target": milli_text(goal.target_milli),
            "unit": goal.unit,
            "starts_on": goal.starts_on.isoformat(),
            "deadline": goal.deadline.isoformat() if goal.deadline else None,
            "abandoned_on": goal.abandoned_on.isoformat() if goal.abandoned_on else None,
            "habits": [{"key": habit_keys[link.habit_id], "weight": milli_text(link.weight_milli)} for link in links],
            "milestones": [milli_text(milestone.amount_milli) for milestone in goal.milestones.all()],
            "progress": [_entry(entry) for entry in sorted(goal.entries.all(), key=lambda one: (one.day, one.pk))],
        }


def restore(user: User, listed: list[dict[str, Any]], habit_ids: Mapping[str, int], now: datetime) -> None:
    """Make the goals that are not there yet. Raises ValueError or RuleError for what no goal can be."""
    held = {_key(goal) for goal in Goal.objects.owned_by(user)}
    for told in listed:
        if _text(told, "key", _KEY_LENGTH) in held:
            continue
        draft = _draft(told, habit_ids)
        if draft.habits or draft.measure == Goal.Measure.MANUAL:
            _make(user, draft, told, now)


SECTION = Section(export, restore)


def _key(goal: Goal) -> str:
    return export_key(goal.pk, goal.created_at, goal.import_key)


def _entry(entry: ManualProgress) -> dict[str, Any]:
    told = {"day": entry.day.isoformat(), "amount": milli_text(entry.amount_milli)}
    return {**told, "note": entry.note, "created_at": instant_text(entry.created_at)}


@transaction.atomic
def _make(user: User, draft: GoalDraft, told: dict[str, Any], now: datetime) -> None:
    goal = create_goal(user=user, draft=draft, now=now)
    entries = [_progress(goal, one, now) for one in _listed(told, "progress", MOST_ENTRIES)]
    if goal.measure == Goal.Measure.MANUAL and entries:
        ManualProgress.objects.bulk_create(entries, batch_size=500)
        settle(user, [goal.pk], now)
    if (abandoned_on := _day(told.get("abandoned_on"))) is not None:
        set_abandoned(user=user, goal_id=goal.pk, abandoned=True, now=now)
        Goal.objects.filter(pk=goal.pk).update(abandoned_on=abandoned_on)


def _draft(told: dict[str, Any], habit_ids: Mapping[str, int]) -> GoalDraft:
    links = [(_text(one, "key", _KEY_LENGTH), one) for one in _listed(told, "habits", 100)]
    return GoalDraft(
        title=_text(told, "title", 120),
        measure=_text(told, "measure", 6),
        target_milli=_milli(told.get("target")),
        unit=_text(told, "unit", 24),
        starts_on=_day(told.get("starts_on")),
        deadline=_day(told.get("deadline")),
        habits=tuple((habit_ids[key], _milli(one.get("weight"))) for key, one in links if key in habit_ids),
        milestones=tuple(_milli(amount) for amount in told.get("milestones") or ()),
        import_key=_text(told, "key", _KEY_LENGTH),
    )


def _progress(goal: Goal, told: dict[str, Any], now: datetime) -> ManualProgress:
    day, at = _day(told.get("day")), told.get("created_at")
    if day is None:
        raise ValueError("progress")
    made = datetime.fromisoformat(at).astimezone(UTC) if isinstance(at, str) else now
    amount = _milli(told.get("amount"))
    note = _text(told, "note", NOTE_LENGTH)
    return ManualProgress(user_id=goal.user_id, goal=goal, day=day, amount_milli=amount, note=note, created_at=made)


def _listed(told: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found = told.get(name) or []
    if not isinstance(found, list) or len(found) > most or not all(isinstance(one, dict) for one in found):
        raise ValueError(name)
    return found


def _text(told: dict[str, Any], name: str, most: int) -> str:
    found = told.get(name)
    if not isinstance(found, str) or len(found) > most:
        raise ValueError(name)
    return found


def _milli(told: Any) -> int:
    try:
        return int(MilliField(signed=True).run_validation(told))
    except ValidationError as error:
        raise ValueError(str(told)[:40]) from error


def _day(told: Any) -> date | None:
    if told is None:
        return None
    try:
        day: date = DayField().run_validation(told)
    except ValidationError as error:
        raise ValueError(str(told)[:40]) from error
    return day
