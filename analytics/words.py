"""Figures in words: plain, kind, and in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from django.utils.dates import MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.domain.trends import Compared, Point, Share, Step
from habits.words import span_words

NOTHING = "–"


def percent_words(rate: float | None) -> str:
    """A rate in whole per cent; a dash for none."""
    return NOTHING if rate is None else _("%(percent)d%%") % {"percent": round(rate * 100)}


def share_words(share: Share) -> str:
    """How much of what was asked: "12 of 14"."""
    return _("%(done)s of %(asked)s") % {"done": _number(share.done), "asked": _number(share.asked)}


def total_words(share: Share) -> str:
    """The same with its verb: "12 of 14 done"."""
    return _("%(share)s done") % {"share": share_words(share)}


def days_words(days: int) -> str:
    """The name of a window."""
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def points_of(delta: float | None) -> int | None:
    """A difference of rates in whole points of per cent."""
    return None if delta is None else round(delta * 100)


def delta_words(points: int | None, days: int) -> str:
    """How a rate compares with the one of as many days before, as a sentence."""
    if points is None:
        return _("Nothing to compare it with yet")
    before = days_words(days)
    if points == 0:
        return _("As in the %(days)s before") % {"days": before}
    if points > 0:
        return _("%(points)d points more than in the %(days)s before") % {"points": points, "days": before}
    return _("%(points)d points less than in the %(days)s before") % {"points": -points, "days": before}


def step_words(point: Point, step: Step) -> str:
    """A step of the trend in a table: a day, a week or a month, and whether it is over."""
    first, last = date.fromordinal(point.first), date.fromordinal(point.last)
    if step == "month" and first.month == last.month and (point.last - point.first) > 26:
        name = date_format(first, "YEAR_MONTH_FORMAT")
    else:
        name = span_words(first, last)
    return _("%(step)s, so far") % {"step": name} if point.open else name


def label_words(point: Point, step: Step, *, years: bool) -> str:
    """The name of a step under the chart, as short as can be."""
    day = date.fromordinal(point.first)
    if step != "month":
        return date_format(day, pgettext("day under a chart", "M j"))
    return f"{MONTHS_3[day.month]} {day.year}".title() if years else str(MONTHS_3[day.month]).title()


def trend_words(trend: Sequence[Point], total: Compared) -> str:
    """What the line shows."""
    rates = [point.share.rate for point in trend if point.share.rate is not None]
    if not rates:
        return _("Nothing was asked for in these days")
    return _("Done: %(total)s in all, between %(least)s and %(most)s at a time, lately %(last)s") % {
        "total": percent_words(total.now.rate),
        "least": percent_words(min(rates)),
        "most": percent_words(max(rates)),
        "last": percent_words(rates[-1]),
    }


def weekday_words(iso: int, *, short: bool = False) -> str:
    """The name of an ISO weekday."""
    return str((WEEKDAYS_ABBR if short else WEEKDAYS)[iso - 1])


def weekdays_words(weekdays: Sequence[Share]) -> str:
    """What the bars of the weekdays show."""
    rates = {iso: share.rate for iso, share in enumerate(weekdays, 1) if share.rate is not None}
    if not rates:
        return _("Nothing was asked for in these days")
    most, least = (pick(rates, key=lambda iso: rates[iso]) for pick in (max, min))
    if rates[most] == rates[least]:
        return _("Every day alike: %(rate)s") % {"rate": percent_words(rates[most])}
    return _("Most on %(most)s (%(high)s), least on %(least)s (%(low)s)") % {
        "most": weekday_words(most),
        "high": percent_words(rates[most]),
        "least": weekday_words(least),
        "low": percent_words(rates[least]),
    }


def hour_words(hour: int) -> str:
    """An hour of the day by its beginning."""
    return time_format(time(hour), "TIME_FORMAT")


def hours_words(hours: Sequence[int]) -> str:
    """What the bars of the hours show."""
    known = sum(hours)
    if not known:
        return _("At no known time")
    busiest = max(range(24), key=lambda hour: hours[hour])
    return ngettext(
        "Mostly around %(hour)s; the time is known of %(count)s entry",
        "Mostly around %(hour)s; the time is known of %(count)s entries",
        known,
    ) % {"hour": hour_words(busiest), "count": _number(known)}


def number_words(number: float) -> str:
    """A correlation, with two decimals."""
    return number_format(number, decimal_pos=2, use_l10n=True)


def _number(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)
