"""The only place that reads the clock. Everything else is handed its time, so that any moment can be tested."""

import datetime as dt

_shift = dt.timedelta(0)


def now() -> dt.datetime:
    """This instant, in UTC."""
    return dt.datetime.now(dt.UTC) + _shift  # noqa: TID251 - this is that one place


def shift(by: dt.timedelta) -> None:
    """Move this process's clock by ``by`` from the machine's (a test or a rehearsal; 0 puts it right again)."""
    global _shift  # noqa: PLW0603 - the clock is one per process by nature
    _shift = by
