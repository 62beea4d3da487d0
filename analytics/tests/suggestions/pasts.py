"""Short ways to write down a half year. Days run from FIRST on; TODAY is the first that is not over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from analytics.domain.suggestions import Facts, Reminded, Subject, facts_of
from habits.domain.entry import EntryRow, Kind
from habits.domain.plan import Off, Plan, Rules
from habits.domain.schedule import Schedule, Weekdays

MONDAY = date(2025, 1, 6)
FIRST = MONDAY.toordinal()
DAILY = Weekdays((1, 2, 3, 4, 5, 6, 7))


def plan(
    schedule: Schedule = DAILY,
    target: int = 1000,
    *,
    freezes: bool = True,
    preferred: time | None = None,
    day: int = 0,
) -> Plan:
    return Plan(date.fromordinal(FIRST + day), schedule, target, freezes, preferred)


def facts(
    values: Sequence[int | str | None],
    *plans: Plan,
    kind: Kind = "build",
    unit: str = "",
    cue: str = "",
    minute: int | None = None,
    off: Off = (),
    reminded: Reminded | None = None,
    habit_id: int = 1,
) -> Facts:
    """One value a day in whole units; None is a day without a word, "s" a skip."""
    rows = [
        EntryRow(FIRST + at, None if value == "s" else int(value) * 1000, value == "s", minute if value else None)
        for at, value in enumerate(values)
        if value is not None
    ]
    rules = Rules(kind, MONDAY, plans or (plan(),), off, 1)
    return facts_of(Subject(habit_id, unit, cue, reminded), rules, rows, FIRST + len(values))


def timed(minutes: Sequence[int | None], *plans: Plan, habit_id: int = 1, cue: str = "") -> Facts:
    """One minute a day at which it was done; None is a day on which it was not."""
    rows = [EntryRow(FIRST + at, 1000, False, minute) for at, minute in enumerate(minutes) if minute is not None]
    rules = Rules("build", MONDAY, plans or (plan(),), (), 1)
    return facts_of(Subject(habit_id, "", cue), rules, rows, FIRST + len(minutes))
