"""Short ways to write down a habit and its days. Histories begin on Monday, 1 January 2024."""

from datetime import date, timedelta

from habits.domain import fold
from habits.domain.entry import EntryRow, Kind
from habits.domain.history import history
from habits.domain.plan import Off, Plan, Rules
from habits.domain.schedule import Schedule, Weekdays
from habits.domain.views import History, Snapshot

MONDAY = date(2024, 1, 1)
FIRST = MONDAY.toordinal()
DAILY = Weekdays((1, 2, 3, 4, 5, 6, 7))


def plan(day: int, schedule: Schedule = DAILY, target: int = 1, *, freezes: bool = False) -> Plan:
    """A plan from the given day of January on; the target in whole units."""
    return Plan(MONDAY + timedelta(days=day - 1), schedule, target * 1000, freezes)


def habit(*plans: Plan, kind: Kind = "build", off: Off = ()) -> Rules:
    return Rules(kind, MONDAY, plans or (plan(1),), off, 1)


def rows(days: str) -> list[EntryRow]:
    """One character a day: a digit is a value, `.` no row, `s` a skip."""
    return [_row(FIRST + n, mark) for n, mark in enumerate(days.replace(" ", "")) if mark != "."]


def _row(day: int, mark: str) -> EntryRow:
    return EntryRow(day, None, True) if mark == "s" else EntryRow(day, int(mark) * 1000, False)


def on(day: int) -> int:
    """A day of January as an ordinal."""
    return FIRST + day - 1


def now(rules: Rules, days: str, today: int) -> Snapshot:
    return fold.read(rules, fold.start(rules), rows(days), on(today))


def past(rules: Rules, days: str, today: int) -> History:
    return history(rules, rows(days), None, None, on(today))


def states(found: History) -> str:
    return " ".join(day.state.value for day in found.days)


def unit_states(found: History) -> str:
    return " ".join(unit.state.value for unit in found.units)


def streaks(found: History) -> list[int]:
    return [day.streak for day in found.days]
