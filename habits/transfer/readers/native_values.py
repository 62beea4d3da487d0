"""The objects of our own export, checked as if a stranger had written them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from habits.domain.entry import Kind
from habits.domain.schedule import ScheduleError, parse_schedule
from habits.transfer.limits import (
    CUE_LENGTH,
    EARLIEST,
    MOST_TAGS,
    NAME_LENGTH,
    NOTE_LENGTH,
    TAG_LENGTH,
    UNIT_LENGTH,
    WHY_LENGTH,
)
from habits.transfer.neutral import ImportedEntry, ImportedHabit, ImportedPause, ImportedPlan, ImportedRevision, Origin
from habits.transfer.readers import cells

T = TypeVar("T")
Values = Mapping[str, Any]

COLOURS: Final = frozenset({"teal", "blue", "violet", "pink", "red", "orange", "yellow", "green", "brown", "grey"})
SOURCES: Final = frozenset({"web", "api", "import", "offline", "nudge"})
OUTCOMES: Final = frozenset({"replaced", "deleted", "lost"})
_KEY_LENGTH: Final = 120
_MOST_VERSION: Final = 2_000_000_000
_MOST_POSITION: Final = 1_000_000_000
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def habit_of(values: Values) -> ImportedHabit:
    """A habit with its plans and pauses; raises BadCellError for one that could not be ours."""
    kind: Kind = _one_of(values, "kind", {"build", "limit"})  # type: ignore[assignment]  # one of exactly these two
    name = cells.line_of(_text(values, "name", NAME_LENGTH), NAME_LENGTH)
    key = _text(values, "key", _KEY_LENGTH)
    if not name or not key:
        raise cells.BadCellError("bad_field", "key" if name else "name")
    archived_on = _optional(values, "archived_on", _day)
    return ImportedHabit(
        key=key,
        name=name,
        kind=kind,
        plans=_plans(values, kind),
        unit=_text(values, "unit", UNIT_LENGTH).strip(),
        why=_text(values, "why", WHY_LENGTH),
        cue=_text(values, "cue", CUE_LENGTH),
        colour=_one_of(values, "colour", COLOURS),
        icon=_text(values, "icon", 40),
        tags=_tags(values),
        position=_whole(values, "position", -_MOST_POSITION, _MOST_POSITION),
        started_on=_day(values, "started_on"),
        archived=archived_on is not None,
        archived_on=archived_on,
        created_at=_instant(values, "created_at"),
        pauses=pauses_of(values.get("pauses", [])),
    )


def entry_of(index: int, file: str, line: int, values: Any, *, least_version: int = 1) -> ImportedEntry:
    """An entry; a field that is left out has its usual value."""
    if not isinstance(values, dict):
        raise cells.BadCellError("bad_field", "entry")
    stated = values.get("value")
    if stated is not None and not isinstance(stated, str):
        raise cells.BadCellError("bad_value", stated)
    return ImportedEntry(
        habit=index,
        file=file,
        line=line,
        day=_day(values, "day"),
        value=None if stated is None else cells.amount(stated),
        skipped=_flag(values, "skipped"),
        note=_text(values, "note", NOTE_LENGTH),
        origin=Origin(
            performed_at=_optional(values, "performed_at", _instant),
            minute=_optional(values, "minute", _minute),
            source=_one_of(values, "source", SOURCES),
            version=_whole(values, "version", least_version, _MOST_VERSION),
            written_at=_instant(values, "written_at"),
            stamps=_optional(values, "stamps", _stamps),
        ),
    )


def revision_of(index: int, file: str, line: int, values: Any) -> ImportedRevision:
    """An earlier or losing version of an entry."""
    entry = entry_of(index, file, line, values, least_version=0)
    if entry.origin is None or not isinstance(values, dict):
        raise cells.BadCellError("bad_field", "revision")
    outcome, recorded_at = _one_of(values, "outcome", OUTCOMES), _instant(values, "recorded_at")
    told = (entry.day, entry.value, entry.skipped, entry.note, outcome, entry.origin, recorded_at)
    return ImportedRevision(index, file, line, *told)


def pauses_of(listed: Any) -> tuple[ImportedPause, ...]:
    """Pauses of a habit or of the account."""
    found = []
    for values in _objects(listed, "pauses"):
        first, last = _day(values, "from"), _optional(values, "to", _day)
        if last is not None and last < first:
            raise cells.BadCellError("bad_field", "to")
        created_at = _instant(values, "created_at")
        found.append(ImportedPause(first, last, _text(values, "reason", 200), created_at))
    return tuple(found)


def _plans(values: Values, kind: Kind) -> tuple[ImportedPlan, ...]:
    found = {}
    for plan in _objects(values.get("plans", []), "plans"):
        target = cells.amount(_text(plan, "target", 20))
        if kind == "build" and not target:
            raise cells.BadCellError("bad_field", "target")
        try:
            schedule = parse_schedule(plan.get("schedule"))
        except ScheduleError as error:
            raise cells.BadCellError("bad_schedule", error) from error
        first = _day(plan, "effective_from")
        found[first] = ImportedPlan(
            schedule, target, _flag(plan, "freezes"), first, _optional(plan, "preferred_time", _clock)
        )
    if not found:
        raise cells.BadCellError("bad_field", "plans")
    return tuple(found[first] for first in sorted(found))


def _tags(values: Values) -> tuple[str, ...]:
    tags = values.get("tags", [])
    if not isinstance(tags, list) or len(tags) > MOST_TAGS or not all(isinstance(tag, str) for tag in tags):
        raise cells.BadCellError("bad_field", "tags")
    named = (cells.line_of(tag, TAG_LENGTH) for tag in tags)
    return tuple(dict.fromkeys(name for name in named if name))


def _objects(listed: Any, name: str) -> list[Values]:
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise cells.BadCellError("bad_field", name)
    return listed


def _optional(values: Values, name: str, read: Callable[[Values, str], T]) -> T | None:
    return None if values.get(name) is None else read(values, name)


def _text(values: Values, name: str, length: int) -> str:
    text = values.get(name, "")
    if not isinstance(text, str) or len(text) > length:
        raise cells.BadCellError("bad_field", name)
    return cells.storable(text)


def _one_of(values: Values, name: str, allowed: frozenset[str] | set[str]) -> str:
    found = values.get(name)
    if not isinstance(found, str) or found not in allowed:
        raise cells.BadCellError("bad_field", name)
    return found


def _flag(values: Values, name: str) -> bool:
    found = values.get(name, False)
    if not isinstance(found, bool):
        raise cells.BadCellError("bad_field", name)
    return found


def _whole(values: Values, name: str, least: int, most: int) -> int:
    found = values.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise cells.BadCellError("bad_field", name)
    return found


def _minute(values: Values, name: str) -> int:
    return _whole(values, name, 0, 1439)


def _day(values: Values, name: str) -> date:
    found = values.get(name)
    if not isinstance(found, str):
        raise cells.BadCellError("bad_field", name)
    return cells.day(found)


def _instant(values: Values, name: str) -> datetime:
    found = values.get(name)
    if not isinstance(found, str) or not _INSTANT.fullmatch(found):
        raise cells.BadCellError("bad_field", name)
    try:
        instant = datetime.fromisoformat(found)
    except ValueError:
        raise cells.BadCellError("bad_field", name) from None
    if instant.date() < EARLIEST or instant.year > 9998:
        raise cells.BadCellError("bad_field", name)
    return instant


def _clock(values: Values, name: str) -> time:
    found = values.get(name)
    if isinstance(found, str) and re.fullmatch(r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", found, re.ASCII):
        try:
            return time.fromisoformat(found)
        except ValueError:
            pass
    raise cells.BadCellError("bad_field", name)


def _stamps(values: Values, name: str) -> dict[str, list[str]]:
    """When, by which device and in which operation each field was stated (see `habits.domain.merge`)."""
    stamps = values.get(name)
    if not isinstance(stamps, dict) or not all(map(_is_stamp, stamps.values())):
        raise cells.BadCellError("bad_field", name)
    return stamps


def _is_stamp(stamp: Any) -> bool:
    return (
        isinstance(stamp, list)
        and len(stamp) == 3
        and all(isinstance(part, str) and len(part) <= 100 and cells.storable(part) == part for part in stamp)
    )
