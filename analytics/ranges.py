"""Which days a page is asked to show, and with which it compares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.domain.trends import WINDOWS
from analytics.selectors import LONGEST_DAYS, Ranges

USUAL = 90


@dataclass(frozen=True, slots=True)
class Asked:
    """The days first..last; `window` when they are one of WINDOWS. `trouble` says why it is not what was asked for.

    `against` are the days to compare them with; None means as many days just before.
    """

    first: date
    last: date
    window: int | None
    against: tuple[date, date] | None = None
    trouble: str = ""

    @property
    def ranges(self) -> Ranges:
        """The same for the selectors."""
        return Ranges(self.first, self.last, self.against)

    @property
    def own_query(self) -> str:
        """The part of an address that asks for these days, also tomorrow."""
        if self.window:
            return urlencode({"window": self.window})
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})

    @property
    def other_query(self) -> str:
        """The part of an address that asks for the same comparison; empty for the usual one."""
        if self.against is None:
            return ""
        first, last = self.against
        return urlencode({"against_from": first.isoformat(), "against_to": last.isoformat()})

    @property
    def query(self) -> str:
        """The part of an address that asks for all of this."""
        return "&".join(part for part in (self.own_query, self.other_query) if part)


def asked_range(query: Mapping[str, str], today: date) -> Asked:
    """`?window=` or `?from=&to=`, and `?against_from=&against_to=`.

    What makes no sense becomes the nearest thing that does, with a word about it.
    """
    asked = _asked(query.get("from", ""), query.get("to", ""), query.get("window", ""), today)
    return _compared(asked, query.get("against_from", ""), query.get("against_to", ""), today)


def _asked(first: str, last: str, window: str, today: date) -> Asked:
    if not first and not last:
        return _window(int(window) if window in {str(days) for days in WINDOWS} else USUAL, today)
    begin, end = _day(first), _day(last)
    if (first and begin is None) or (last and end is None):
        return _window(USUAL, today, _("That date could not be read, so here are the last 90 days."))
    return _between(begin, end, today)


def _between(first: date | None, last: date | None, today: date) -> Asked:
    end = min(last or today, today)
    begin = first or _back(end, USUAL)
    if begin > today:
        return _window(USUAL, today, _("Those days are still to come, so here are the last 90."))
    trouble = ""
    if begin > end:
        begin, end = end, min(begin, today)
        trouble = _("The dates were the other way round; here are the days between them.")
    if (end - begin).days >= LONGEST_DAYS:
        begin = _back(end, LONGEST_DAYS)
        trouble = _("That is a long time; here are the latest 12 years of it.")
    return Asked(begin, end, None, trouble=trouble)


def _compared(asked: Asked, first: str, last: str, today: date) -> Asked:
    """With the other days, as many as the range has where only one end is given."""
    if not first and not last:
        return asked
    begin, end = _day(first), _day(last)
    if (first and begin is None) or (last and end is None):
        return _noted(asked, _("The other dates could not be read, so the days before are compared."))
    days = (asked.last - asked.first).days + 1
    end = min(end or _forth(begin or today, days), today)
    begin = begin or _back(end, days)
    if begin > today:
        return _noted(asked, _("The other days are still to come, so the days before are compared."))
    found = _between(begin, end, today)
    return replace(_noted(asked, found.trouble), against=(found.first, found.last))


def _noted(asked: Asked, trouble: str) -> Asked:
    return replace(asked, trouble=" ".join(text for text in (asked.trouble, trouble) if text))


def _window(days: int, today: date, trouble: str = "") -> Asked:
    return Asked(_back(today, days), today, days, trouble=trouble)


def _back(last: date, days: int) -> date:
    """The first of so many days that end with `last`."""
    return date.fromordinal(max(last.toordinal() - days + 1, 1))


def _forth(first: date, days: int) -> date:
    """The last of so many days that begin with `first`."""
    return date.fromordinal(min(first.toordinal() + days - 1, date.max.toordinal()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
