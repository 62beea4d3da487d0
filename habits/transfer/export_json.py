"""Everything a user has, as one JSON document written piece by piece: what `readers.native` reads back without loss.

Fields of an entry that have their usual value are left out. The document names no ids but the habits' keys, and no
moment of its making, so that two exports of the same data are the same bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from habits.models import Entry, EntryRevision, Habit, Pause, Plan
from habits.transfer import sections
from habits.transfer.matching import export_key
from habits.transfer.readers.native import FORMAT, VERSION
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text, milli_text

HABITS_AT_ONCE = 200
ENTRIES_AT_ONCE = 2_000
_PIECE = 65_536

Values = dict[str, Any]


def export_json(user: User) -> Iterator[bytes]:
    """The document, in pieces of some 64 KiB; its cost in memory does not grow with the account."""
    return _gathered(_document(user))


def _document(user: User) -> Iterator[str]:
    yield f'{{"format": {_text(FORMAT)}, "version": {VERSION},\n"profile": {_text(_profile(user))},\n'
    yield f'"pauses": {_text(_pauses_of(user).get(None, []))},\n"habits": ['
    keys: dict[int, str] = {}
    separator = "\n"
    for chunk in _chunks(user):
        keys |= {habit.pk: _key(habit) for habit in chunk}
        for part in _habits(user, chunk):
            yield separator + part if part[0] == "{" else part
            separator = ",\n"
    yield "\n]"
    for name, section in sections.registered().items():
        yield f",\n{_text(name)}: ["
        for place, item in enumerate(section.export(user, keys)):
            yield f"{',' if place else ''}\n{_text(item)}"
        yield "]"
    yield "}\n"


def _chunks(user: User) -> Iterator[list[Habit]]:
    """The habits in the user's order, some at a time."""
    ids = list(Habit.objects.owned_by(user).order_by("position", "id").values_list("pk", flat=True))
    for at in range(0, len(ids), HABITS_AT_ONCE):
        found = Habit.objects.in_bulk(ids[at : at + HABITS_AT_ONCE])
        yield [found[pk] for pk in ids[at : at + HABITS_AT_ONCE] if pk in found]


def _habits(user: User, chunk: list[Habit]) -> Iterator[str]:
    """Each habit's opening, then its entries, then its end; only the openings begin with a brace."""
    ids = [habit.pk for habit in chunk]
    plans, pauses, tags = _plans_of(ids), _pauses_of(user, ids), _tags_of(ids)
    for habit in chunk:
        fields = {
            **_habit(habit),
            "tags": tags[habit.pk],
            "plans": plans[habit.pk],
            "pauses": pauses[habit.pk],
        }
        yield f'{_text(fields)[:-1]}, "entries": ['
        separator = "\n "
        for entry in _entries_of(habit):
            yield separator + _text(entry)
            separator = ",\n "
        yield '], "revisions": ['
        separator = "\n "
        for revision in _revisions_of(habit):
            yield separator + _text(revision)
            separator = ",\n "
        yield "]}"


def _habit(habit: Habit) -> Values:
    return {
        "key": _key(habit),
        "name": habit.name,
        "why": habit.why,
        "cue": habit.cue,
        "kind": habit.kind,
        "unit": habit.unit,
        "colour": habit.colour,
        "icon": habit.icon,
        "position": habit.position,
        "started_on": habit.started_on.isoformat(),
        "archived_on": habit.archived_on.isoformat() if habit.archived_on else None,
        "created_at": instant_text(habit.created_at),
    }


def _key(habit: Habit) -> str:
    return export_key(habit.pk, habit.created_at, habit.import_key)


def _profile(user: User) -> Values:
    return {
        "email": user.email,
        "timezone": user.timezone,
        "day_starts_at": user.day_starts_at.isoformat(),
        "week_starts_on": user.week_starts_on,
        "language": user.language,
        "theme": user.theme,
        "compact": user.compact,
        "shortcuts": user.shortcuts,
    }


def _plans_of(ids: list[int]) -> defaultdict[int, list[Values]]:
    found: defaultdict[int, list[Values]] = defaultdict(list)
    for plan in Plan.objects.filter(habit_id__in=ids).order_by("effective_from"):
        found[plan.habit_id].append(
            {
                "effective_from": plan.effective_from.isoformat(),
                "schedule": plan.schedule,
                "target": milli_text(plan.target_milli),
                "freezes": plan.freezes,
                "preferred_time": plan.preferred_time.isoformat() if plan.preferred_time else None,
            }
        )
    return found


def _pauses_of(user: User, ids: list[int] | None = None) -> defaultdict[int | None, list[Values]]:
    """The pauses of these habits, or (without ids) those of the whole account."""
    found: defaultdict[int | None, list[Values]] = defaultdict(list)
    pauses = Pause.objects.owned_by(user)
    pauses = pauses.filter(habit=None) if ids is None else pauses.filter(habit_id__in=ids)
    for pause in pauses.order_by("starts_on", "ends_on", "id"):
        found[pause.habit_id].append(
            {
                "from": pause.starts_on.isoformat(),
                "to": pause.ends_on.isoformat() if pause.ends_on else None,
                "reason": pause.reason,
                "created_at": instant_text(pause.created_at),
            }
        )
    return found


def _tags_of(ids: list[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Habit.tags.through.objects.filter(habit_id__in=ids).order_by("tag__name")
    for habit_id, name in rows.values_list("habit_id", "tag__name"):
        found[habit_id].append(name)
    return found


def _entries_of(habit: Habit) -> Iterator[Values]:
    rows = (
        Entry.objects.filter(habit_id=habit.pk)
        .order_by("day")
        .values_list(
            "day",
            "value_milli",
            "skipped",
            "note",
            "performed_at",
            "minute",
            "source",
            "version",
            "written_at",
            "stamps",
        )
    )
    for day, value, skipped, note, performed_at, minute, source, version, written_at, stamps in rows.iterator(
        chunk_size=ENTRIES_AT_ONCE
    ):
        entry: Values = {"day": day.isoformat(), "value": None if value is None else milli_text(value)}
        if skipped:
            entry["skipped"] = True
        if note:
            entry["note"] = note
        entry |= _stated(performed_at, minute, stamps)
        yield {**entry, "source": source, "version": version, "written_at": instant_text(written_at)}


def _revisions_of(habit: Habit) -> Iterator[Values]:
    """What its days said before, and what was said of them and did not stand."""
    rows = EntryRevision.objects.filter(habit_id=habit.pk).order_by("day", "id")
    for row in rows.iterator(chunk_size=ENTRIES_AT_ONCE):
        told: Values = {"day": row.day.isoformat(), "outcome": row.outcome, "version": row.version}
        if row.value_milli is not None:
            told["value"] = milli_text(row.value_milli)
        if row.skipped:
            told["skipped"] = True
        if row.note:
            told["note"] = row.note
        told |= _stated(row.performed_at, None, row.stamps)
        instants = {"written_at": instant_text(row.written_at), "recorded_at": instant_text(row.recorded_at)}
        yield {**told, "source": row.source, **instants}


def _stated(performed_at: datetime | None, minute: int | None, stamps: Any) -> Values:
    told: Values = {}
    if performed_at is not None:
        told["performed_at"] = instant_text(performed_at)
    if minute is not None:
        told["minute"] = minute
    if stamps is not None:
        told["stamps"] = stamps
    return told


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _gathered(parts: Iterator[str]) -> Iterator[bytes]:
    """The same text in fewer pieces."""
    held: list[str] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _PIECE:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()
