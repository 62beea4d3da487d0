"""How many messages a user has had, as the rules of eligibility count them: by local days, a message per occasion.

Days are the user's own, wherever they were. Whoever crosses the date line eastwards lives a local date twice; what went
out on the later date then counts for the earlier one, too, or seven days could hold more than a week's budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

WEEK: Final = timedelta(days=7)

Occasion = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """One habit's part in a message, whichever channels it went by."""

    habit_id: int
    day: date
    slot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rules of eligibility ask about; messages of several habits at one occasion are one."""

    today_habit: int
    today_user: int
    week_user: int
    last: datetime | None


def counts(sent: Sequence[Sent], habit_id: int, occasion: Occasion) -> Counts:
    """What was sent besides the message of ``occasion`` itself; ``sent`` reaches back a week from its day."""
    day = occasion[0]
    others = [one for one in sent if (one.day, one.slot) != occasion]
    today = [one for one in others if one.day == day]
    return Counts(
        today_habit=len({one.slot for one in today if one.habit_id == habit_id}),
        today_user=len({one.slot for one in today}),
        week_user=len({(one.day, one.slot) for one in others if one.day > day - WEEK}),
        last=max((one.at for one in others), default=None),
    )
