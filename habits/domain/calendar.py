"""Which day an instant belongs to, and when that day is over.

A user's day is the date of the wall clock minus the hour at which the day starts. The subtraction is made on the wall
clock, not on the instant, so that a day starts at the same reading of the clock on both sides of a clock change.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FURTHEST_EAST = timedelta(hours=14)
_SECOND = timedelta(seconds=1)


def day_of(instant: datetime, zone: ZoneInfo, day_starts_at: time) -> date:
    """The user's day at an aware `instant`."""
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return (wall - _since_midnight(day_starts_at)).date()


def day_closes_at(day: date, zone: ZoneInfo, day_starts_at: time) -> datetime:
    """The first UTC instant from which the user's day is later than `day` for good.

    A clock that is set back over the start of the day opens the old day a second time: the day closes at the second
    pass. A clock that jumps over it closes the day at the jump, so a date that a zone left out closes together with
    the date before it.
    """
    boundary = datetime.combine(day + timedelta(days=1), day_starts_at)
    first_pass, second_pass = (_utc(boundary.replace(fold=fold, tzinfo=zone)) for fold in (0, 1))
    if first_pass > second_pass:
        return _jump_between(second_pass, first_pass, day, zone, day_starts_at)
    reopened = day_of(second_pass - timedelta(microseconds=1), zone, day_starts_at) <= day
    return second_pass if reopened else first_pass


def latest_day_anywhere(now: datetime) -> date:
    """The latest date that is 'today' somewhere on earth: today's in UTC+14."""
    return (now.astimezone(UTC) + FURTHEST_EAST).date()


def week_of(day: date, week_starts_on: int) -> tuple[date, date]:
    """First and last day of the week that holds `day`, for weeks that begin on an ISO weekday (1 = Monday)."""
    first = day - timedelta(days=(day.isoweekday() - week_starts_on) % 7)
    return first, first + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month that holds `day`."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def minute_of_day(instant: datetime, zone: ZoneInfo) -> int:
    """The reading of the wall clock at an aware `instant`, in minutes since midnight (0-1439)."""
    wall = instant.astimezone(zone)
    return wall.hour * 60 + wall.minute


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _utc(wall: datetime) -> datetime:
    return wall.astimezone(UTC)


def _jump_between(before: datetime, after: datetime, day: date, zone: ZoneInfo, day_starts_at: time) -> datetime:
    """The second at which the clock jumps over the end of `day`; zone transitions fall on whole seconds."""
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if day_of(middle, zone, day_starts_at) > day:
            after = middle
        else:
            before = middle
    return after
