"""Risks in words: plain and kind, with the evidence a person can check against their own calendar."""

from __future__ import annotations

from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.domain.risk_model import UNITS_FOR_PERCENT, Level, Wording
from analytics.domain.risk_reasons import Code, Reason
from analytics.risk.reading import RiskNow
from habits.words import per_cent_words, time_words

ICONS = {Level.LOW: "circle-check", Level.MEDIUM: "trending-down", Level.HIGH: "triangle-alert"}
RETURN_ICON = "sunrise"


def label_words(risk: RiskNow) -> str:
    """What the chip says."""
    if returns(risk):
        return pgettext("risk", "Fresh start")
    return level_words(risk.level)


def level_words(level: Level) -> str:
    """A level of risk."""
    match level:
        case Level.LOW:
            return pgettext("risk", "On track")
        case Level.MEDIUM:
            return pgettext("risk", "Slipping")
        case _:
            return pgettext("risk", "At risk")


def returns(risk: RiskNow) -> bool:
    """Whether the habit is in a lapse, in which it is invited back instead of being called at risk."""
    return risk.wording is Wording.RESTART and risk.level is not Level.LOW


def chance_words(risk: RiskNow) -> str:
    """The probability as a sentence, or why there is none yet."""
    if risk.told is None:
        left = UNITS_FOR_PERCENT - risk.units
        return ngettext(
            "Too early for a number: one more day will tell.",
            "Too early for a number: %(days)d more days will tell.",
            left,
        ) % {"days": left}
    if returns(risk):
        return _("After a break, any day is a good one to begin again.")
    if risk.told >= 0.995:
        return (
            _("The days that are left are no longer enough this time.") if risk.later else _("Hardly any chance left.")
        )
    chance = per_cent_words(1 - risk.told)
    if risk.view.rules.kind == "limit":
        return _("A chance of %(percent)s that the limit holds.") % {"percent": chance}
    return _("A chance of %(percent)s that it gets done.") % {"percent": chance}


def basis_words(risk: RiskNow) -> str:
    """How many days it rests on."""
    if not risk.units:
        return _("Nothing is known of this habit yet.")
    return ngettext("Rests on %(days)d day.", "Rests on %(days)d days.", risk.units) % {"days": risk.units}


def reason_words(reason: Reason, *, limit: bool = False) -> str:  # noqa: PLR0911 - one for each code
    """One reason with its evidence."""
    number = dict(reason.params)
    match reason.code:
        case Code.RECENT:
            return _recent(number["misses"], number["of"], limit=limit)
        case Code.STREAK:
            return ngettext("Kept once since the last miss.", "Kept %(days)d times in a row.", number["days"]) % number
        case Code.SHORT:
            return (
                ngettext(
                    "Kept only once since the last miss.",
                    "Kept only %(days)d times since the last miss.",
                    number["days"],
                )
                % number
            )
        case Code.LAPSE:
            return ngettext("Missed the last time.", "Missed %(days)d times in a row.", number["days"]) % number
        case Code.WEEKDAY:
            return _weekday(number, harder=reason.effect > 0)
        case Code.AFTER_MISS | Code.AFTER_DONE:
            return _after(reason)
        case Code.OTHERS:
            if reason.effect > 0:
                return _("Your other habits have gone less well than usual in the last days.")
            return _("Your other habits have gone well in the last days.")
        case Code.SILENCE:
            return (
                ngettext("Nothing was entered for a day.", "Nothing was entered for %(days)d days.", number["days"])
                % number
            )
        case Code.LATE:
            return _("It is past your usual time (around %(time)s).") % {"time": time_words(time(number["hour"]))}
        case _:
            return _new(number["units"])


def help_words(risk: RiskNow) -> str:
    """What would help, if anything."""
    view = risk.view
    codes = {reason.code for reason in risk.reasons if reason.effect > 0}
    if view.rules.kind == "limit":
        return _("Decide now what you will do instead when the moment comes.")
    if returns(risk):
        return _("A small step today is a new beginning. It may be less than usual.")
    if Code.LATE in codes:
        return _("Do a short version now, before the day is over.")
    if view.habit.cue and risk.level is not Level.LOW:
        return _("Your cue: %(cue)s.") % {"cue": view.habit.cue.rstrip(".")}
    if Code.WEEKDAY in codes:
        return _("Pick a time for it that suits this weekday.")
    if risk.level is Level.LOW:
        return _("Just carry on as you do.")
    return _("Set a time and a place for it, and keep the first step small.")


def _recent(misses: int, of: int, *, limit: bool) -> str:
    if not misses:
        if limit:
            return ngettext("The limit held the last time.", "The limit held the last %(of)d times.", of) % {"of": of}
        return ngettext("Kept the last time.", "Kept the last %(of)d times.", of) % {"of": of}
    return ngettext(
        "%(misses)d miss in the last %(of)d times.", "%(misses)d misses in the last %(of)d times.", misses
    ) % {"misses": misses, "of": of}


def _weekday(number: dict[str, int], *, harder: bool) -> str:
    day, of, misses = WEEKDAYS[number["weekday"]], number["of"], number["misses"]
    if harder:
        return _("%(weekday)s is hard: missed %(misses)d of the last %(of)d.") % {**number, "weekday": day}
    return _("%(weekday)s goes well: kept %(kept)d of the last %(of)d.") % {
        "weekday": day,
        "kept": of - misses,
        "of": of,
    }


def _after(reason: Reason) -> str:
    """What mostly follows a day like the last, told in the direction in which it moves the risk."""
    missed = reason.params["percent"] / 100
    if reason.effect > 0:
        words = {"percent": per_cent_words(missed)}
        if reason.code is Code.AFTER_MISS:
            return _("After a miss you miss again in %(percent)s of cases.") % words
        return _("After a day that was kept you miss the next in %(percent)s of cases.") % words
    words = {"percent": per_cent_words(1 - missed)}
    if reason.code is Code.AFTER_MISS:
        return _("After a miss you come back in %(percent)s of cases.") % words
    return _("After a day that was kept you keep the next in %(percent)s of cases.") % words


def _new(units: int) -> str:
    if not units:
        return _("This habit is new.")
    return ngettext("It was asked for on one day so far.", "It was asked for on %(units)d days so far.", units) % {
        "units": units
    }
