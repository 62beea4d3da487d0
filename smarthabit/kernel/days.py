"""Which day an instant belongs to."""

import datetime as dt
from zoneinfo import ZoneInfo


def day_of(instant: dt.datetime, zone: ZoneInfo, day_starts_at: dt.time = dt.time(0)) -> dt.date:
    """The date on the wall clock of ``zone``, moved back by ``day_starts_at``.

    Wall-clock arithmetic, not elapsed time: with a day start of 03:00 the day changes when the clock shows 03:00, also
    on the days when it jumps. ``instant`` must be aware; raises ValueError for a naive one.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
    wall = instant.astimezone(zone).replace(tzinfo=None)
    start = dt.timedelta(hours=day_starts_at.hour, minutes=day_starts_at.minute, seconds=day_starts_at.second)
    return (wall - start).date()
