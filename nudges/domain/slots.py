"""The six parts of a day in which a nudge may go out, and the four ways of wording it.

Minutes are minutes after local midnight. A slot begins at its start and ends where the next begins; the last ends at
22:00. A nudge goes out at the start of a slot.
"""

from bisect import bisect_right
from typing import Final

SLOTS: Final = 6
SLOT_START: Final = (420, 540, 720, 840, 1020, 1200)
SLOT_END: Final = (540, 720, 840, 1020, 1200, 1320)
STYLES: Final = ("plan", "streak", "return", "tiny")
DEFAULT_SLOT: Final = 4  # for a user who chose no time: after work


def slot_of(minute: int) -> int:
    """The slot (0-5) a local minute (0-1439) counts for; earlier minutes go to the first, later ones to the last."""
    return max(bisect_right(SLOT_START, minute) - 1, 0)


def is_quiet(minute: int, start: int, end: int) -> bool:
    """Whether a local minute lies in quiet hours from `start` (included) to `end` (not included), which may wrap."""
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end
