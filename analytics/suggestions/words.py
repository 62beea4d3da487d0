"""Suggestions in words: what to change, why, and what that may bring. Plain and kind, in the reader's language."""

from __future__ import annotations

from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.domain.suggestions import Effect, Kind, Measure, Patch, Spread
from analytics.models import Suggestion
from habits.words import time_words

ICONS = {
    Kind.PAUSE: "circle-pause",
    Kind.LOWER: "arrow-down",
    Kind.TINY: "sprout",
    Kind.RETURN: "undo-2",
    Kind.DAYS: "calendar",
    Kind.SLACK: "snowflake",
    Kind.TIME: "clock",
    Kind.STACK: "link",
    Kind.CUE: "map-pin",
    Kind.RAISE: "arrow-up",
    Kind.REMINDERS: "bell-off",
}
CUE_LENGTH = 200


def title_words(row: Suggestion) -> str:
    """What is suggested, in a few words."""
    weekday = weekday_words(row.evidence.get("weekday", 1))
    titles = {
        Kind.PAUSE: _("Take a break of two weeks"),
        Kind.LOWER: _("Ask a little less of yourself"),
        Kind.TINY: _("Begin with a tiny version"),
        Kind.RETURN: _("Plan your return"),
        Kind.DAYS: _("Another day than %(day)s") % {"day": weekday},
        Kind.SLACK: _("Leave yourself more room"),
        Kind.TIME: _("Try another time of day"),
        Kind.STACK: _("Do it right after %(habit)s") % {"habit": row.plan.get("anchor", "")},
        Kind.CUE: _("Say when you will do it"),
        Kind.RAISE: _("Ask a little more of yourself"),
        Kind.REMINDERS: _("Fewer reminders"),
    }
    return titles[Kind(row.kind)]


def cue_words(patch: Patch, habit: str, anchor: str, cue: str) -> str:
    """The sentence that comes with a suggestion, which its reader may change; empty where it has none."""
    if patch.anchor is not None:
        return _("After %(anchor)s, I do %(habit)s.") % {"anchor": anchor, "habit": habit}
    if patch.at is not None:
        return _("At %(time)s, I do %(habit)s.") % {"time": minute_words(patch.at), "habit": habit}
    if patch.back_on is not None:
        day = date_format(patch.back_on, pgettext("date with weekday", "l, F j"))
        told = {"day": day, "habit": habit, "cue": cue}
        return (_("On %(day)s I begin again with %(habit)s. %(cue)s") % told).strip()
    return ""


def expected_words(row: Suggestion) -> str:
    """The expected change per week, with its interval."""
    low, middle, high = row.expected
    spread = Spread(low, middle, high)
    told = {"change": signed_words(middle), "low": signed_words(low), "high": signed_words(high)}
    if row.measure == Measure.MISSES:
        return _("Expected: about %(change)s misses a week spared (%(low)s to %(high)s, four times out of five).") % {
            name: value.lstrip("+") for name, value in told.items()
        }
    if row.kind == Kind.REMINDERS:
        return _("Expected: no change (%(low)s to %(high)s days a week, four times out of five).") % told
    if spread.around_zero:
        return _("Worth a try: %(change)s days a week (%(low)s to %(high)s, four times out of five).") % told
    return _("Expected: %(change)s days a week (%(low)s to %(high)s, four times out of five).") % told


def shares_words(row: Suggestion) -> tuple[str, str]:
    """What is kept as the plan stands, and what would be with the change."""
    return percent_words(row.before), percent_words(row.after)


def effect_words(effect: Effect) -> str:
    """What a suggestion did, against what was expected without it."""
    told = {
        "change": signed_words(effect.more.p50),
        "low": signed_words(effect.more.p10),
        "high": signed_words(effect.more.p90),
    }
    match effect.helped:
        case True:
            return _("More than expected without it: %(change)s a week (between %(low)s and %(high)s).") % told
        case False:
            return _("Less than expected without it: %(change)s a week (between %(low)s and %(high)s).") % told
        case None:
            return _("About as expected without it: %(change)s a week (between %(low)s and %(high)s).") % told


def done_words(effect: Effect) -> str:
    """How often it was done within the horizon: "In 28 days: done on 20 days"."""
    days = _("In %(days)d days") % {"days": effect.horizon}
    done = ngettext("done on %(count)d day", "done on %(count)d days", effect.done) % {"count": effect.done}
    return f"{days}: {done}"


def signed_words(number: float) -> str:
    """A number with its sign and one decimal, as the reader writes it; nothing is plain 0."""
    rounded = round(number, 1) + 0.0
    shown = number_format(abs(rounded), decimal_pos=1, use_l10n=True)
    return shown if rounded == 0 else f"{'+' if rounded > 0 else '−'}{shown}"


def percent_words(share: float) -> str:
    """A share in whole per cent, never quite all or nothing unless it is."""
    return _("%(number)d%%") % {"number": round(share * 100)}


def weekday_words(iso: int) -> str:
    """The name of an ISO weekday."""
    return str(WEEKDAYS[iso - 1])


def minute_words(minute: int) -> str:
    """A minute of the day as a time."""
    return time_words(time(minute // 60 % 24, minute % 60))
