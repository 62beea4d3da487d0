"""Goals in words: plain, kind, and in the reader's language. Amounts are in thousandths."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from goals.domain.goal import MILLI, Measure
from goals.domain.pace import Pace
from goals.domain.status import LEAST_EVIDENCE, Status
from goals.domain.summary import Forecast
from goals.selectors import GoalView
from habits.words import amount_words

ICONS = {
    Status.ON_TRACK: "circle-check",
    Status.BEHIND: "hourglass",
    Status.AT_RISK: "triangle-alert",
    Status.REACHED: "trophy",
    Status.MISSED: "flag",
    Status.ABANDONED: "circle-slash",
}
"""An icon for each status; they differ in shape, not in colour alone."""


def status_words(status: Status) -> str:
    """The name of a status."""
    return {
        Status.ON_TRACK: pgettext("a goal", "On track"),
        Status.BEHIND: pgettext("a goal", "A little behind"),
        Status.AT_RISK: pgettext("a goal", "At risk"),
        Status.REACHED: pgettext("a goal", "Reached"),
        Status.MISSED: pgettext("a goal", "Time is up"),
        Status.ABANDONED: pgettext("a goal", "Let go"),
    }[status]


def amount_of(milli: int, measure: Measure, unit: str) -> str:
    """An amount of a goal with what it counts: "12 km", "12 times", "12 in a row"."""
    if unit or measure in {Measure.TOTAL, Measure.MANUAL}:
        return amount_words(milli, unit)
    number = amount_words(milli, "")
    if measure is Measure.STREAK:
        return _("%(number)s in a row") % {"number": number}
    return ngettext("%(number)s time", "%(number)s times", round(milli / MILLI)) % {"number": number}


def target_words(view: GoalView) -> str:
    """What the amount is held against: "of 300 km"."""
    return _("of %(target)s") % {"target": amount_of(view.spec.target, view.spec.measure, view.goal.unit)}


def time_words(view: GoalView) -> str:
    """When it begins and ends: "by June 1, 2026", "no deadline"."""
    goal = view.goal
    if goal.starts_on > view.today:
        return _("starts on %(day)s") % {"day": day(goal.starts_on)}
    if goal.deadline is None:
        return _("no deadline")
    return _("by %(day)s") % {"day": day(goal.deadline)}


def demand_words(view: GoalView) -> str:
    """What is asked from here on, in one or two sentences; empty where nothing is."""
    if view.over:
        return _over_words(view)
    if view.starved:
        return _("The habits that fed this goal are gone. Link another one to go on.")
    if view.buffer is None:
        return ""
    if view.spec.measure is Measure.STREAK:
        return _streak_words(view.buffer)
    said = [_buffer_words(view.buffer), _pace_words(view.pace, view)]
    return " ".join(part for part in said if part)


def _over_words(view: GoalView) -> str:
    match view.status:
        case Status.REACHED if view.progress.reached_on is not None:
            return _("Reached on %(day)s.") % {"day": day(view.progress.reached_on)}
        case Status.ABANDONED if view.goal.abandoned_on is not None:
            return _("Let go on %(day)s. It can be taken up again.") % {"day": day(view.goal.abandoned_on)}
        case _:
            came = amount_of(view.progress.amount, view.spec.measure, view.goal.unit)
            return _("The deadline has passed with %(amount)s. A later one keeps what is there.") % {"amount": came}


def _buffer_words(buffer: int) -> str:
    if buffer > 0:
        return ngettext("%(count)d day to spare.", "%(count)d days to spare.", buffer) % {"count": buffer}
    if buffer == 0:
        return _("Something today keeps it on the line.")
    return ngettext("%(count)d day behind the line.", "%(count)d days behind the line.", -buffer) % {"count": -buffer}


def _streak_words(buffer: int) -> str:
    if buffer > 0:
        return ngettext(
            "A new run can begin up to %(count)d day from now and still make it.",
            "A new run can begin up to %(count)d days from now and still make it.",
            buffer,
        ) % {"count": buffer}
    if buffer == 0:
        return _("From here on, each one counts.")
    return _("There is no room left for such a run before the deadline. A later one would make room.")


def _pace_words(pace: Pace | None, view: GoalView) -> str:
    """The pace by week, or by what is left of the last one."""
    if pace is None or pace.per_week is None or not pace.remaining:
        return ""
    measure, unit = view.spec.measure, view.goal.unit
    if pace.days < 7:
        left = amount_of(_rounded_up(pace.remaining), measure, unit)
        return ngettext("%(amount)s in %(count)d day.", "%(amount)s in %(count)d days.", pace.days) % {
            "amount": left,
            "count": pace.days,
        }
    return _("From here on: %(amount)s a week.") % {"amount": amount_of(_rounded_up(pace.per_week), measure, unit)}


def _rounded_up(milli: int) -> int:
    """An amount with the places that help: tenths below 100, whole numbers from there on."""
    step = 100 if milli < 100 * MILLI else MILLI
    return -(-milli // step) * step


def forecast_words(view: GoalView) -> str:
    """What is to be expected, in one or two sentences; empty for a goal that is over or fed by nothing."""
    if view.over or view.starved:
        return ""
    if view.forecast.rests_on < LEAST_EVIDENCE:
        return _("Too early for a forecast: a few more days, and there is one.")
    return " ".join(part for part in (_chance_words(view.forecast), _finish_words(view.forecast)) if part)


def _chance_words(forecast: Forecast) -> str:
    if forecast.probability is None:
        return ""
    percent = round(100 * forecast.probability)
    if percent >= 99:
        return _("Almost certain by the deadline.")
    if percent <= 1:
        return _("Hardly to be reached by the deadline.")
    return _("%(percent)d%% likely by the deadline.") % {"percent": percent}


def _finish_words(forecast: Forecast) -> str:
    early, middle, late = forecast.finish
    if early is None:
        return _("At this rate it lies years ahead.")
    if middle is None:
        return _("At this rate on %(day)s at the earliest.") % {"day": day(early)}
    if late is None:
        told = {"day": day(middle), "early": day(early)}
        return _("Most likely around %(day)s, on %(early)s at the earliest.") % told
    if early == late:
        return _("Most likely on %(day)s.") % {"day": day(middle)}
    told = {"day": day(middle), "early": day(early), "late": day(late)}
    return _("Most likely around %(day)s, between %(early)s and %(late)s.") % told


def event_words(kind: str, mark: int, measure: str, unit: str) -> str:
    """What happened to a goal: "Reached: 300 km", "The deadline passed", "A milestone: 100 km"."""
    if kind == "missed":
        return _("The deadline passed")
    amount = amount_of(mark, Measure(measure), unit)
    if kind == "reached":
        return _("Reached: %(amount)s") % {"amount": amount}
    return _("A milestone: %(amount)s") % {"amount": amount}


def chart_words(view: GoalView) -> str:
    """One sentence that sums the chart up."""
    measure, unit = view.spec.measure, view.goal.unit
    told = {
        "amount": amount_of(view.progress.amount, measure, unit),
        "target": amount_of(view.spec.target, measure, unit),
        "start": day(view.goal.starts_on),
    }
    said = _("Since %(start)s: %(amount)s of %(target)s.") % told
    spread = view.forecast.amount
    if spread is None or view.goal.deadline is None or view.forecast.rests_on < LEAST_EVIDENCE:
        return said
    low, high = (amount_of(amount, measure, unit) for amount in (spread.p10, spread.p90))
    expected = _("By %(day)s, between %(low)s and %(high)s are to be expected.")
    return f"{said} {expected % {'day': day(view.goal.deadline), 'low': low, 'high': high}}"


def day(on: date) -> str:
    """A date as the reader writes it."""
    return date_format(on, "DATE_FORMAT")
