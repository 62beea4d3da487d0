"""Why something is suggested: the user's own numbers, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.domain.suggestions import Kind
from analytics.models import Suggestion
from analytics.suggestions.words import minute_words, weekday_words
from habits.words import amount_words

Told = Mapping[str, Any]


def evidence_words(row: Suggestion, unit: str) -> str:
    """The evidence of a suggestion as one or two sentences."""
    if row.kind in {Kind.LOWER, Kind.TINY, Kind.RAISE}:
        return " ".join([_kept(row.evidence), _target(row, unit)])
    return _WORDS[Kind(row.kind)](row.evidence)


def _kept(told: Told) -> str:
    return ngettext(
        "Kept %(kept)d of the last %(units)d time.", "Kept %(kept)d of the last %(units)d times.", told["units"]
    ) % {"kept": told["kept"], "units": told["units"]}


def _target(row: Suggestion, unit: str) -> str:
    told = row.evidence
    if "times" in told:
        return ngettext(
            "%(times)d time in %(days)d days was reached in %(enough)d of %(periods)d such stretches.",
            "%(times)d times in %(days)d days were reached in %(enough)d of %(periods)d such stretches.",
            told["times"],
        ) % {"times": told["times"], "days": told["period"], "enough": told["enough"], "periods": told["periods"]}
    amount = {"amount": amount_words(told["proposed"], unit), "count": told["reached"]}
    return ngettext(
        "%(amount)s you reached %(count)d time of %(days)d.",
        "%(amount)s you reached %(count)d times of %(days)d.",
        told["reached"],
    ) % {**amount, "days": told["days"]}


def _return(told: Told) -> str:
    missed = ngettext("Missed the last time.", "Missed %(days)d times in a row.", told["missed"])
    return (
        missed % {"days": told["missed"]}
        + " "
        + _("After a miss you went on %(again_done)d of %(again)d times, otherwise %(usual_done)d of %(usual)d.") % told
    )


def _days(told: Told) -> str:
    return _("%(day)s: done %(done)d of %(times)d times. Your other days: %(others_done)d of %(others)d.") % {
        **told,
        "day": weekday_words(told["weekday"]),
    }


def _slack(told: Told) -> str:
    broke = ngettext("A run broke %(count)d time.", "A run broke %(count)d times.", told["breaks"])
    return (
        broke % {"count": told["breaks"]}
        + " "
        + _("In the week after, %(after_done)d of %(after)d days were done, otherwise %(usual_done)d of %(usual)d.")
        % told
    )


def _time(told: Told) -> str:
    return _(
        "Between %(from)s and %(to)s it gets done on %(done)d of %(open)d days that are still open by then; around "
        "%(at)s on %(done_now)d of %(open_now)d."
    ) % {
        **told,
        "from": minute_words(told["from"]),
        "to": minute_words(told["to"]),
        "at": minute_words(told["at"]),
    }


def _stack(told: Told) -> str:
    return (
        _missed(told)
        + " "
        + _("That one you did on %(anchor_done)d of %(anchor_days)d days, some %(minutes)d minutes before.") % told
    )


def _missed(told: Told) -> str:
    return _("Missed on %(missed)d of the last %(days)d days, and nothing says yet when it is its turn.") % told


def _cue(told: Told) -> str:
    mostly = _("You mostly do it around %(at)s.") % {"at": minute_words(told["at"])}
    return _missed(told) + " " + mostly.replace("..", ".")  # "9 a.m." ends a sentence already


def _pause(told: Told) -> str:
    return (
        ngettext(
            "Nothing was said about it for %(count)d day.",
            "Nothing was said about it for %(count)d days.",
            told["silent"],
        )
        % {"count": told["silent"]}
        + " "
        + _("A break is no failure: nothing is asked in it, and nothing is missed.")
    )


def _reminders(told: Told) -> str:
    return (
        _(
            "Kept %(kept)d of the last %(days)d times. With a reminder it got done %(sent_done)d of %(sent)d times, "
            "without one %(held_done)d of %(held)d."
        )
        % told
    )


_WORDS: dict[Kind, Callable[[Told], str]] = {
    Kind.RETURN: _return,
    Kind.DAYS: _days,
    Kind.SLACK: _slack,
    Kind.TIME: _time,
    Kind.STACK: _stack,
    Kind.CUE: _cue,
    Kind.PAUSE: _pause,
    Kind.REMINDERS: _reminders,
}
