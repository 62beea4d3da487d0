"""Which days a page is asked to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.domain.trends import WINDOWS

USUAL = 90


@dataclass(frozen=True, slots=True)
class Asked:
    """The days first..last; `window` when they are one of WINDOWS. `trouble` says why it is not what was asked for."""

    first: date
    last: date
    window: int | None
    trouble: str = ""

    @property
    def query(self) -> str:
        """The part of an address that asks for the same, also tomorrow."""
        if self.window:
            return urlencode({"window": self.window})
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})


def asked_range(query: Mapping[str, str], today: date, most: int) -> Asked:
    """`?window=` or `?from=&to=`; what makes no sense becomes the nearest thing that does, with a word about it."""
    if not query.get("from") and not query.get("to"):
        window = query.get("window", "")
        return _window(int(window) if window in {str(days) for days in WINDOWS} else USUAL, today)
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    if (query.get("from") and first is None) or (query.get("to") and last is None):
        return _window(USUAL, today, _("That date could not be read, so here are the last 90 days."))
    return _between(first, last, today, most)


def _between(first: date | None, last: date | None, today: date, most: int) -> Asked:
    end = min(last or today, today)
    begin = first or _back(end, USUAL)
    if begin > today:
        return _window(USUAL, today, _("Those days are still to come, so here are the last 90."))
    trouble = ""
    if begin > end:
        begin, end = end, min(begin, today)
        trouble = _("The dates were the other way round; here are the days between them.")
    if (end - begin).days >= most:
        begin = _back(end, most)
        trouble = _("That is a long time; here are the latest 12 years of it.")
    return Asked(begin, end, None, trouble)


def _window(days: int, today: date, trouble: str = "") -> Asked:
    return Asked(_back(today, days), today, days, trouble)


def _back(last: date, days: int) -> date:
    """The first of so many days that end with `last`."""
    return date.fromordinal(max(last.toordinal() - days + 1, 1))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
