"""Figures in words: plain, kind, and in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from django.utils.dates import MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.domain.reviews import Line, WeekFigures, last_of
from analytics.domain.trends_shapes import Compared, Figures, Point, Share, Step, Year
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


def before_words(days: int) -> str:
    """As many days before, as something to be compared with."""
    return ngettext("the %(count)d day before", "the %(count)d days before", days) % {"count": days}


def delta_words(points: int | None, other: str) -> str:
    """How a rate compares with that of other days, which are given in words."""
    if points is None:
        return _("Nothing to compare it with yet")
    told = {"points": abs(points), "days": other}
    if points == 0:
        return _("As in %(days)s") % told
    if points > 0:
        return (
            ngettext("%(points)d point more than in %(days)s", "%(points)d points more than in %(days)s", points) % told
        )
    return ngettext("%(points)d point less than in %(days)s", "%(points)d points less than in %(days)s", -points) % told


def compared_words(found: Figures, against: tuple[date, date]) -> str:
    """How a range compares with another: "62% against 55% (22 of 40) in May: 7 points more"."""
    total, other = found.total, span_words(*against)
    if total.delta is None:
        return _("Compared with %(days)s: nothing was asked for in one of the two.") % {"days": other}
    return _("%(now)s, and %(then)s (%(share)s) in %(days)s. %(delta)s.") % {
        "now": percent_words(total.now.rate),
        "then": percent_words(total.before.rate),
        "share": share_words(total.before),
        "days": other,
        "delta": delta_words(points_of(total.delta), _("those days")),
    }


def beside_words(point: Point, step: Step) -> str:
    """A step of the other days, beside one of the range: "55% (Mar 3)"."""
    return _("%(rate)s (%(step)s)") % {
        "rate": percent_words(point.share.rate),
        "step": label_words(point, step, years=True),
    }


def year_words(year: Year, *, one: bool) -> str:
    """What the squares of a year show, of one habit or of all."""
    asked = sum(1 for of in year.asked if of)
    full = sum(1 for done, of in zip(year.done, year.asked, strict=True) if of and done == of)
    told = {"full": _number(full), "asked": _number(asked)}
    if one:
        return ngettext("Done on %(full)s of %(asked)s day", "Done on %(full)s of %(asked)s days", asked) % told
    return (
        ngettext("Everything done on %(full)s of %(asked)s day", "Everything done on %(full)s of %(asked)s days", asked)
        % told
    )


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


def week_words(week: date) -> str:
    """A week by its days."""
    return span_words(week, last_of(week))


def week_total_words(figures: WeekFigures) -> str:
    """What a week came to: "18 of 24 done (75%), 8 points more than in the week before"."""
    if not figures.now.asked:
        return _("Nothing was asked for in this week.")
    done = _("%(total)s (%(rate)s)") % {
        "total": total_words(figures.now),
        "rate": percent_words(figures.now.rate),
    }
    delta = Compared(7, figures.now, figures.before).delta
    if delta is None:
        return f"{done}."
    return _("%(done)s. %(delta)s.") % {"done": done, "delta": delta_words(points_of(delta), _("the week before"))}


def line_words(line: Line) -> tuple[int | None, str, str]:
    """A habit in a week: its id while it is there, its name, and what was done of what was asked."""
    return line.habit_id, line.name, share_words(line.now)
