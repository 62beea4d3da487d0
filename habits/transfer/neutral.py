"""What every reader makes of a file: habits, entries, and what it refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple, Protocol

from habits.domain.entry import Kind
from habits.domain.schedule import Schedule, Weekdays

DAILY = Weekdays((1, 2, 3, 4, 5, 6, 7))
ONE = 1000
COUNTED = "×"
"""The unit of a number that came without one: a habit without a unit and a target of 1 would be a plain check."""

Claim = Literal["", "done", "missed"]


class FileRefusedError(Exception):
    """The file as a whole cannot be taken. `code` names the reason (see `reasons`), `detail` what it hinges on."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = str(detail)[:200]


class Refusal(NamedTuple):
    """One thing that was left out or changed: where it stands (line 0: no line in particular) and why."""

    file: str
    line: int
    code: str
    detail: str = ""


Refuse = Callable[[Refusal], None]


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """What was asked of a habit, the target in thousandths; `effective_from` None stands for the day it starts on."""

    schedule: Schedule
    target: int
    freezes: bool = False
    effective_from: date | None = None
    preferred_time: time | None = None


@dataclass(frozen=True, slots=True)
class ImportedPause:
    """Days off, both ends included; open at the end where `ends_on` is None."""

    starts_on: date
    ends_on: date | None
    reason: str = ""
    created_at: datetime | None = None


@dataclass(slots=True)
class ImportedHabit:
    """A habit as the file has it. `key` makes a second run of the file find the habit again.

    `aliases` are keys that the same habit would have in a sister format. `by_name` lets it stand for the user's own
    habit of the same name. `broken` ones could not be read and are left out with all their entries.
    """

    key: str
    name: str
    kind: Kind = "build"
    plans: tuple[ImportedPlan, ...] = (ImportedPlan(DAILY, ONE),)
    unit: str = ""
    why: str = ""
    cue: str = ""
    colour: str = "teal"
    icon: str = ""
    tags: tuple[str, ...] = ()
    position: int = 0
    started_on: date | None = None
    archived: bool = False
    archived_on: date | None = None
    created_at: datetime | None = None
    pauses: tuple[ImportedPause, ...] = ()
    aliases: tuple[str, ...] = ()
    by_name: bool = False
    broken: bool = False


class Origin(NamedTuple):
    """How an entry of our own export came about."""

    performed_at: datetime | None
    minute: int | None
    source: str
    version: int
    written_at: datetime
    stamps: Mapping[str, Any] | None


class ImportedEntry(NamedTuple):
    """One stated day. `habit` counts in the source's habits; `value` is in thousandths.

    `claim` is a day that is said to be done or missed without a value.
    """

    habit: int
    file: str
    line: int
    day: date
    value: int | None
    skipped: bool = False
    note: str = ""
    claim: Claim = ""
    origin: Origin | None = None

    @property
    def known(self) -> bool:
        """Whether it says more than a note does."""
        return self.value is not None or self.skipped or bool(self.claim)


class ImportedRevision(NamedTuple):
    """What a day of our own export said before, or what was said of it and did not stand."""

    habit: int
    file: str
    line: int
    day: date
    value: int | None
    skipped: bool
    note: str
    outcome: str
    origin: Origin
    recorded_at: datetime


class Source(Protocol):
    """An opened file. `rows` reads it from the start, as often as asked; `habits` is whole after the first time.

    `extras` are the parts of our own export that belong to the account or to other apps, by name.
    """

    format: str
    habits: list[ImportedHabit]
    extras: dict[str, Any]

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The entries; what cannot be read is handed to `refuse`. Raises FileRefusedError for more than the limits."""
        ...

    def revisions(self, refuse: Refuse) -> Iterator[ImportedRevision]:
        """The history of the entries, which only our own export has; after the rows have been read."""
        ...

    def settle(self, tallies: "Mapping[int, Tally]") -> None:
        """Fill in what the habits owe to their entries, once all have been read."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


@dataclass(slots=True)
class Tally:
    """What the entries of one habit come to."""

    rows: int = 0
    first: date | None = None
    last: date | None = None
    smallest: int | None = None
    check: bool = True
    claims: set[str] = field(default_factory=set)

    def add(self, entry: ImportedEntry) -> None:
        """Take one more entry into account."""
        self.rows += 1
        if not entry.known:
            return
        if self.first is None or entry.day < self.first:
            self.first = entry.day
        if self.last is None or entry.day > self.last:
            self.last = entry.day
        value = entry.value
        if value is not None:
            if value not in {0, ONE}:
                self.check = False
            if value and (self.smallest is None or value < self.smallest):
                self.smallest = value


def ignore(_: Refusal) -> None:
    """A `Refuse` for readings whose refusals are told another time."""
