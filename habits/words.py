"""Habits in words: plans, days and streaks as sentences, in the reader's language.

Amounts are in thousandths, as everywhere below the screen.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, number_format, time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from habits.charts.strip import Mark
from habits.domain.entry import Kind
from habits.domain.milestones import Milestone, MilestoneKind
from habits.domain.schedule import (
    LAST_OF_MONTH,
    Interval,
    Monthdays,
    Monthly,
    Rolling,
    Schedule,
    StreakUnit,
    Weekdays,
    Weekly,
    asks_for_total,
)
from habits.domain.states import DayState
from habits.domain.views import Streak

MILESTONES = 12
"""Milestones that a page shows."""


def number_words(milli: int) -> str:
    """An amount as the reader writes numbers: 2500 is "2.5" in English and "2,5" in German."""
    number = Decimal(milli) / 1000
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)


def amount_words(milli: int, unit: str) -> str:
    """An amount with its unit, if it has one."""
    return f"{number_words(milli)} {unit}".strip()


def per_cent_words(share: float) -> str:
    """A share of 0 to 1 in whole per cent: "67%" in English and "67 %" in German."""
    return _("%(number)d%%") % {"number": round(share * 100)}


def plan_words(schedule: Schedule, kind: Kind, target: int, unit: str) -> str:
    """What a plan asks for: "3 times a week", "30 km a week", "At most 2 drinks · every day"."""
    asked = _asked(kind, target, unit)
    if asks_for_total(schedule):
        return _capitalised(_total_words(schedule, asked or amount_words(target, unit)))
    when = when_words(schedule)
    return _capitalised(f"{asked} · {when}" if asked else when)


def when_words(schedule: Schedule) -> str:
    """On which days, or how often: "Monday to Friday", "every 3 days", "on the last day of the month"."""
    match schedule:
        case Weekdays(days=days):
            return _weekdays(days)
        case Interval(every=every):
            return ngettext("every day", "every %(count)d days", every) % {"count": every}
        case Monthdays(days=days):
            return _monthdays(days)
        case Weekly(times=times):
            return ngettext("once a week", "%(count)d times a week", times or 1) % {"count": times}
        case Monthly(times=times):
            return ngettext("once a month", "%(count)d times a month", times or 1) % {"count": times}
        case Rolling(days=days_, times=times):
            return _rolling(days_, times or 1)


def _rolling(days: int, times: int) -> str:
    often = ngettext("once", "%(count)d times", times) % {"count": times}
    return ngettext("%(often)s every day", "%(often)s in any %(days)d days", days) % {"often": often, "days": days}


def _asked(kind: Kind, target: int, unit: str) -> str:
    """The amount part; empty for a habit that is just done."""
    if kind == "limit":
        if target == 0:
            return _("not at all")
        return _("at most %(amount)s") % {"amount": amount_words(target, unit)}
    return "" if target == 1000 and not unit else amount_words(target, unit)


def _total_words(schedule: Schedule, asked: str) -> str:
    match schedule:
        case Weekly():
            return _("%(amount)s a week") % {"amount": asked}
        case Monthly():
            return _("%(amount)s a month") % {"amount": asked}
        case Rolling(days=days):
            return ngettext("%(amount)s a day", "%(amount)s in any %(days)d days", days) % {
                "amount": asked,
                "days": days,
            }
        case _:
            return asked


def _weekdays(days: Sequence[int]) -> str:
    if len(days) == 7:
        return pgettext("rhythm", "every day")
    if tuple(days) == (1, 2, 3, 4, 5):
        return _("Monday to Friday")
    return _("on %(days)s") % {"days": _listed([str(WEEKDAYS[day - 1]) for day in days])}


def _monthdays(days: Sequence[int]) -> str:
    numbers = [str(day) for day in days if day != LAST_OF_MONTH]
    if not numbers:
        return _("on the last day of the month")
    if len(numbers) < len(days):
        return _("on day %(days)s and on the last day of the month") % {"days": ", ".join(numbers)}
    return ngettext("on day %(days)s of the month", "on days %(days)s of the month", len(numbers)) % {
        "days": _listed(numbers)
    }


def _listed(words: list[str]) -> str:
    return get_text_list(words, pgettext("the last two of a list", "and"))


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


_MARKS = {
    Mark.KEPT: pgettext_lazy("a day", "done"),
    Mark.PARTIAL: pgettext_lazy("a day", "partly done"),
    Mark.FAILED: pgettext_lazy("a day", "not done"),
    Mark.MISSED: pgettext_lazy("a day", "missed"),
    Mark.FROZEN: pgettext_lazy("a day", "saved by a freeze"),
    Mark.SKIPPED: pgettext_lazy("a day", "skipped"),
    Mark.PENDING: pgettext_lazy("a day", "open"),
    Mark.OFF: pgettext_lazy("a day", "off"),
    Mark.EXTRA: pgettext_lazy("a day", "extra"),
}


def mark_words(mark: Mark) -> str:
    """The name of a day's mark."""
    return str(_MARKS[mark])


def state_words(state: DayState) -> str:
    """The name of a day's state."""
    return mark_words(Mark(state.value))


def marks_words(marks: Sequence[Mark]) -> str:
    """One sentence on the last days: "Last 7 days: 5 done, 1 missed, 1 open"."""
    counted = [f"{marks.count(mark)} {mark_words(mark)}" for mark in Mark if mark in marks]
    return ngettext("Last day: %(what)s", "Last %(count)d days: %(what)s", len(marks)) % {
        "count": len(marks),
        "what": ", ".join(counted),
    }


def streak_words(count: int, unit: StreakUnit) -> str:
    """The length of a streak: "12 days", "1 week"."""
    if unit == "week":
        return ngettext("%(count)d week", "%(count)d weeks", count) % {"count": count}
    if unit == "month":
        return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def freezes_words(count: int) -> str:
    """How many freezes are held."""
    return ngettext("%(count)d freeze in hand", "%(count)d freezes in hand", count) % {"count": count}


def day_words(day: date, today: date) -> str:
    """A day as people say it: Today, Yesterday, or the weekday with its date."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return long_date(day, today)


def long_date(day: date, today: date) -> str:
    """The weekday and the date; with the year unless it is this one."""
    pattern = (
        pgettext("date with weekday", "l, F j")
        if day.year == today.year
        else pgettext("date with weekday and year", "l, F j, Y")
    )
    return date_format(day, pattern)


def span_words(first: date, last: date | None) -> str:
    """From one date to another, or open."""
    start = date_format(first, "DATE_FORMAT")
    if last is None:
        return _("from %(start)s on") % {"start": start}
    if last == first:
        return start
    return _("%(start)s to %(end)s") % {"start": start, "end": date_format(last, "DATE_FORMAT")}


def time_words(at: time) -> str:
    """A time of day."""
    return time_format(at, "TIME_FORMAT")


def year_words(full: int) -> str:
    """What a year's heatmap shows."""
    return ngettext("The past year: done on %(count)d day", "The past year: done on %(count)d days", full) % {
        "count": full
    }


def trend_words(first: float, last: float, days: int) -> str:
    """What a line of strengths (0 to 1) shows."""
    return ngettext(
        "Strength over %(days)d day: from %(first)d to %(last)d per cent",
        "Strength over %(days)d days: from %(first)d to %(last)d per cent",
        days,
    ) % {"days": days, "first": round(first * 100), "last": round(last * 100)}


def milestone_words(one: Milestone, unit: str, streak_unit: StreakUnit) -> str:
    """What was reached: "100 days kept", "A streak of 30 days", "500 km in all"."""
    match one.kind:
        case MilestoneKind.KEPT:
            return ngettext("%(count)s day kept", "%(count)s days kept", one.amount) % {
                "count": number_words(one.amount * 1000)
            }
        case MilestoneKind.STREAK:
            return _("A streak of %(length)s") % {"length": streak_words(one.amount, streak_unit)}
        case MilestoneKind.LONGEST:
            return _("The longest streak: %(length)s") % {"length": streak_words(one.amount, streak_unit)}
        case MilestoneKind.TOTAL:
            return _("%(amount)s in all") % {"amount": amount_words(one.amount, unit)}


def milestones_words(found: Sequence[Milestone], unit: str, streak: Streak | None) -> list[tuple[date, str]]:
    """The latest milestones, each with its day."""
    streak_unit = streak.unit if streak else "day"
    return [(one.day, milestone_words(one, unit, streak_unit)) for one in found[:MILESTONES]]
