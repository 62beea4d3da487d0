"""One day's record, as the folds read it."""

from typing import Literal, NamedTuple

Kind = Literal["build", "limit"]


class EntryRow(NamedTuple):
    """What is stored for one habit on one day.

    `day` is a proleptic ordinal, `value` is in thousandths (None: nothing was stated), `minute` is the local minute
    0-1439 at which it was done, when that is known.
    """

    day: int
    value: int | None
    skipped: bool
    minute: int | None = None


def is_check(kind: Kind, unit: str, target: int) -> bool:
    """Whether a day is simply done or not: no unit, and a target of 1 (a limit: of 0). ``target`` in thousandths."""
    return not unit and target == (0 if kind == "limit" else 1000)
