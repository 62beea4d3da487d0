"""What an uploaded file may cost us."""

from dataclasses import dataclass
from datetime import date

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one file. Sizes are in bytes, `seconds` is the time a database may spend on one query.

    `foreign_habits` caps files of other programs: while one is read, each of its habits takes a bit for every day.
    """

    rows: int = 1_000_000
    habits: int = 20_000
    foreign_habits: int = 10_000
    line: int = 65_536
    record_lines: int = 200
    members: int = 45_000
    directory: int = 4 * MIB
    unpacked: int = 512 * MIB
    ratio: int = 400
    ratio_from: int = 4 * MIB
    text: int = 2 * MIB
    depth: int = 16
    seconds: float = 60.0


LIMITS = Limits()

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
MOST_MILLI = 10**12
NOTE_LENGTH = 2000
NAME_LENGTH = 120
WHY_LENGTH = 500
CUE_LENGTH = 200
UNIT_LENGTH = 24
TAG_LENGTH = 40
MOST_TAGS = 12
