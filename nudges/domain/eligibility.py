"""May a nudge go out at this moment? The first rule that forbids it gives the reason code."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nudges.domain.moment import Moment
from nudges.domain.slots import is_quiet

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a user may be spoken to: messages a day for a user and for a habit, messages in seven days, the rest
    between two messages in seconds, and from how many ignored days in a row that rest is doubled."""

    daily_user: int = 2
    daily_habit: int = 1
    weekly_user: int = 7
    rest: int = 3 * 3600
    ignored_before_doubling: int = 3


def refusal(moment: Moment, limits: Limits) -> str | None:
    """The reason code of the first rule that forbids a nudge now, or None when one may go out.

    Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    return _switched_off(moment) or _quiet(moment) or _spent(moment, limits)


def local_minute(at: int, zone: str) -> int:
    """Minutes after local midnight on the wall clock of `zone` at an instant in UTC seconds."""
    wall = datetime.fromtimestamp(at, _zone(zone))
    return wall.hour * 60 + wall.minute


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _switched_off(moment: Moment) -> str | None:
    if moment.kill_switch:
        return "kill_switch"
    if not moment.channel_on:
        return "off"
    if moment.paused:
        return "paused"
    return None if moment.state == OPEN else "closed"


def _quiet(moment: Moment) -> str | None:
    return "quiet" if is_quiet(local_minute(moment.at, moment.zone), *moment.quiet) else None


def _spent(moment: Moment, limits: Limits) -> str | None:
    if moment.sent_today_user >= limits.daily_user or moment.sent_today_habit >= limits.daily_habit:
        return "daily_budget"
    if moment.sent_week_user >= limits.weekly_user:
        return "weekly_budget"
    rest = limits.rest * (2 if moment.ignored_run >= limits.ignored_before_doubling else 1)
    if moment.last_sent is not None and moment.at - moment.last_sent < rest:
        return "cool_down"
    return None
