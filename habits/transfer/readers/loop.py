"""What Loop Habit Tracker's values, frequencies and colours mean here; shared by its zip and its database.

Read from uhabits 2.3.1 (`Entry.kt`, `ScoreList.kt`, `PaletteColor.kt`, and its migrations).
"""

import re
from dataclasses import replace
from datetime import time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from habits.domain.entry import Kind
from habits.domain.schedule import Interval, Rolling, Schedule
from habits.transfer.limits import EARLIEST, MOST_MILLI, NAME_LENGTH, UNIT_LENGTH, WHY_LENGTH
from habits.transfer.neutral import COUNTED, DAILY, ONE, ImportedHabit, ImportedPlan
from habits.transfer.readers import cells

UNKNOWN, NO, YES_AUTO, YES_MANUAL, SKIP = -1, 0, 1, 2, 3
_NAMES: Final = {"UNKNOWN": UNKNOWN, "NO": NO, "YES_AUTO": YES_AUTO, "YES_MANUAL": YES_MANUAL, "SKIP": SKIP}
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_LONGEST_WINDOW: Final = 60
_LONGEST_INTERVAL: Final = 365

Stated = tuple[int | None, bool]
"""(value in thousandths or None, skipped)"""

_YES_NO: Final[dict[int, Stated]] = {
    UNKNOWN: (None, False),
    NO: (0, False),
    YES_AUTO: (None, False),
    YES_MANUAL: (ONE, False),
    SKIP: (None, True),
}


def number_of(cell: str) -> int:
    """A value of a CSV file as Loop's integer: the names of 2.x, or the numbers of older files and of amounts."""
    named = _NAMES.get(cell)
    if named is not None:
        return named
    if not _WHOLE.fullmatch(cell):
        raise cells.BadCellError("bad_value", cell)
    return int(cell)


def stated(number: int, *, numerical: bool) -> Stated:
    """What Loop's integer says about a day.

    Amounts are thousandths already, so "NO" is 0, "YES_AUTO" 0.001 and "YES_MANUAL" 0.002 there; -1 is nothing and 3 a
    skip, as Loop itself takes them. A YES_AUTO of a yes/no habit is Loop's own conclusion, not the user's statement.
    """
    if numerical:
        if number == SKIP:
            return None, True
        if number == UNKNOWN:
            return None, False
        if number < 0:
            raise cells.BadCellError("value_negative", number)
        if number > MOST_MILLI:
            raise cells.BadCellError("value_too_large", number)
        return number, False
    try:
        return _YES_NO[number]
    except KeyError:
        raise cells.BadCellError("bad_value", number) from None


def schedule_of(times: int, days: int, *, numerical: bool) -> tuple[Schedule, int]:
    """The schedule of a frequency, and how many of its periods the target has to be shared over (1 but for long ones).

    n times in n days or more is daily. Loop judges n in d days by the last d days, which is our rolling schedule; one
    that looks further back than ours can is brought down to it.
    """
    times, days = max(1, times), max(1, days)
    if days == 1 or times >= days:
        return DAILY, 1
    if days <= _LONGEST_WINDOW:
        return Rolling(days, None if numerical else times), 1
    if numerical:
        return Rolling(_LONGEST_WINDOW, None), days
    if times == 1:
        return Interval(min(days, _LONGEST_INTERVAL), EARLIEST), 1
    return Rolling(_LONGEST_WINDOW, max(1, round(times * _LONGEST_WINDOW / days))), 1


def plan_of(
    times: int, days: int, target: object, *, numerical: bool, kind: Kind, at: time | None = None
) -> ImportedPlan:
    """The one plan of a Loop habit. Freezes are off: Loop has none."""
    schedule, shared_over = schedule_of(times, days, numerical=numerical)
    if not numerical:
        return ImportedPlan(schedule, ONE, preferred_time=at)
    milli = _milli(target)
    if shared_over > 1:
        milli = milli * _LONGEST_WINDOW // shared_over
    return ImportedPlan(schedule, max(milli, 1 if kind == "build" else 0), preferred_time=at)


def habit_of(
    *, key: str, name: str, question: str, description: str, numerical: bool, limit: bool, unit: str, plan: ImportedPlan
) -> ImportedHabit:
    """A habit from what both of Loop's formats hold."""
    why = " – ".join(filter(None, (cells.line_of(question, WHY_LENGTH), cells.line_of(description, WHY_LENGTH))))
    return ImportedHabit(
        key=key,
        name=cells.line_of(name, NAME_LENGTH),
        kind="limit" if limit else "build",
        plans=(plan,),
        unit=(cells.line_of(unit, UNIT_LENGTH) or COUNTED) if numerical else "",
        why=why[:WHY_LENGTH],
    )


def anchored(habit: ImportedHabit) -> None:
    """Count an interval from the habit's first day."""
    plan = habit.plans[0]
    if isinstance(plan.schedule, Interval) and habit.started_on:
        habit.plans = (replace(plan, schedule=replace(plan.schedule, anchor=habit.started_on)),)


def name_key(name: str, occurrence: int) -> str:
    """The key of a habit that is known by its name only; `occurrence` tells apart those that share one."""
    return f"loop:name:{cells.digest(name)}" + (f":{occurrence}" if occurrence else "")


def _milli(target: object) -> int:
    try:
        exact = Decimal(str(target)) * 1000
        if not exact.is_finite():
            return 0
        return int(min(max(exact, Decimal(0)), Decimal(MOST_MILLI)).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation:
        return 0


_PALETTE: Final[list[tuple[int, str]]] = [
    (0xD32F2F, "red"),
    (0xE64A19, "orange"),
    (0xF57C00, "orange"),
    (0xFF8F00, "yellow"),
    (0xF9A825, "yellow"),
    (0xAFB42B, "green"),
    (0x7CB342, "green"),
    (0x388E3C, "green"),
    (0x00897B, "teal"),
    (0x00ACC1, "teal"),
    (0x039BE5, "blue"),
    (0x1976D2, "blue"),
    (0x303F9F, "blue"),
    (0x5E35B1, "violet"),
    (0x8E24AA, "violet"),
    (0xD81B60, "pink"),
    (0x5D4037, "brown"),
    (0x303030, "grey"),
    (0x757575, "grey"),
    (0xAAAAAA, "grey"),
]
_BEFORE_21: Final = [0, 1, 4, 5, 7, 8, 9, 10, 13, 14, 15, 17, 19]
"""Where the 13 colours of databases before version 21 are in the palette of today."""


def colour_of_hex(text: str) -> str:
    """Our colour nearest to #rrggbb; teal for what is no colour."""
    try:
        rgb = int(text.strip().removeprefix("#"), 16) & 0xFFFFFF
    except ValueError:
        return "teal"
    return min(_PALETTE, key=lambda known: _distance(known[0], rgb))[1]


def colour_of_index(index: object, version: int) -> str:
    """Our colour for a palette index, or for the ARGB number that the oldest databases hold."""
    if not isinstance(index, int):
        return "teal"
    if index < 0:
        return colour_of_hex(f"{index & 0xFFFFFF:06x}")
    if version < 21:
        index = _BEFORE_21[index] if index < len(_BEFORE_21) else 0
    return _PALETTE[index][1] if index < len(_PALETTE) else "teal"


def _distance(one: int, other: int) -> int:
    return sum(((one >> shift & 255) - (other >> shift & 255)) ** 2 for shift in (0, 8, 16))
