"""What nudges say: kind, plain, and never with guilt or a threat; in the language that is active.

`line` words one habit, `title` and `body` the whole message. The words around a nudge - why it came, what was learned,
what an operator's reason means to its reader - are here as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nudges.domain.slots import SLOT_END, SLOT_START

WARM = "warm"
_LINES = "\n"

Unit = Literal["day", "week", "month"]


class Reacted(Protocol):
    """What is known about a nudge that went out."""

    state: str
    acted_at: dt.datetime | None
    dismissed_at: dt.datetime | None
    snoozed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """One habit as a nudge speaks of it. `tiny` is a small first step in words ("5 min"), where its amount has one."""

    habit: str
    style: str
    cue: str = ""
    streak: int = 0
    unit: Unit = "day"
    tiny: str = ""


def line(spoken: Spoken, tone: str) -> str:
    """What is said of one habit: a sentence or two that stand alone."""
    return {"plan": _plan, "streak": _streak, "return": _return, "tiny": _tiny}[spoken.style](spoken, tone)


def title(spoken: Sequence[Spoken]) -> str:
    """The headline: the habit's name, or how many there are."""
    if len(spoken) == 1:
        return spoken[0].habit
    count = len(spoken)
    return ngettext("%(count)d habit for now", "%(count)d habits for now", count) % {"count": count}


def body(spoken: Sequence[Spoken], tone: str) -> str:
    """A line for each habit."""
    return _LINES.join(line(one, tone) for one in spoken)


def _plan(spoken: Spoken, tone: str) -> str:
    told = {"habit": spoken.habit, "cue": spoken.cue}
    if spoken.cue and tone == WARM:
        return _("A good moment for “%(habit)s”. You planned it for: %(cue)s.") % told
    if spoken.cue:
        return _("“%(habit)s”, as planned: %(cue)s.") % told
    return (_("A good moment for “%(habit)s”.") if tone == WARM else _("“%(habit)s” is open.")) % told


def _streak(spoken: Spoken, tone: str) -> str:
    if not spoken.streak:
        return _plan(spoken, tone)
    told = {"habit": spoken.habit, "run": _run(spoken.streak, spoken.unit)}
    if tone == WARM:
        return _("“%(habit)s”: %(run)s in a row, nicely done. Now would be a good time for the next.") % told
    return _("“%(habit)s”: %(run)s in a row so far.") % told


def _return(spoken: Spoken, tone: str) -> str:
    if tone == WARM:
        return _("Up for “%(habit)s” again? What you built is still there.") % {"habit": spoken.habit}
    return _("“%(habit)s”: now is a good time to take it up again.") % {"habit": spoken.habit}


def _tiny(spoken: Spoken, tone: str) -> str:
    told = {"habit": spoken.habit, "tiny": spoken.tiny}
    if spoken.tiny and tone == WARM:
        return _("Just a little “%(habit)s”? %(tiny)s is a fine start.") % told
    if spoken.tiny:
        return _("“%(habit)s”, the small version: %(tiny)s.") % told
    if tone == WARM:
        return _("Just the first two minutes of “%(habit)s”? That is a fine start.") % told
    return _("“%(habit)s”: the first two minutes are a start.") % told


def _run(count: int, unit: Unit) -> str:
    if unit == "week":
        return ngettext("%(count)d week", "%(count)d weeks", count) % {"count": count}
    if unit == "month":
        return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


# --- what can be done about one, and where it goes -----------------------------------------------------------------


def action_words(kind: str) -> str:
    """The button of an action: done, snooze, dismiss."""
    return {
        "done": pgettext("a nudge's button", "Done"),
        "snooze": pgettext("a nudge's button", "Later"),
        "dismiss": pgettext("a nudge's button", "Dismiss"),
    }[kind]


def channel_words(kind: str) -> str:
    """A channel's name."""
    return {
        "in_app": _("In the app"),
        "email": _("Email"),
        "webpush": _("Push"),
        "webhook": _("Webhook"),
        "apprise": _("Other messengers"),
    }.get(kind, kind)


def test_title() -> str:
    """The headline of a test-send."""
    return _("A test from SmartHabit")


def test_body(kind: str) -> str:
    """What a test-send says."""
    return _("If you can read this, nudges reach you here: %(channel)s.") % {"channel": channel_words(kind)}


def reaction_words(nudge: Reacted, *, open_: bool) -> str:
    """What became of a nudge that was sent; empty while there is still something to do about it."""
    if nudge.acted_at is not None:
        return _("Done from here")
    if nudge.dismissed_at is not None:
        return _("Dismissed")
    if nudge.snoozed_at is not None and nudge.state != "sent":
        return _("Put off for a while")
    return "" if open_ else _("Nothing to do about it any more")


# --- why ------------------------------------------------------------------------------------------------------------


def why_words(facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why a nudge came: a sentence for each fact (`code`, `params`) of `nudges.domain.why`; others say nothing."""
    said = (_fact(str(fact.get("code")), fact.get("params") or {}) for fact in facts)
    return [words for words in said if words]


def _fact(code: str, params: Mapping[str, Any]) -> str:
    try:
        return _FACTS[code](params) if code in _FACTS else ""
    except (KeyError, TypeError, ValueError):  # a fact of another version
        return ""


def _usual_window(params: Mapping[str, Any]) -> str:
    told = {"start": minute_words(params["start"]), "end": minute_words(params["end"]), "share": int(params["share"])}
    return _("You usually finish between %(start)s and %(end)s: on %(share)d%% of the days you do it.") % told


def _nudged(params: Mapping[str, Any]) -> str:
    n, m = int(params["n"]), int(params["m"])
    return ngettext(
        "When we nudged at this time of day: done within two hours %(m)d of %(n)d time.",
        "When we nudged at this time of day: done within two hours %(m)d of %(n)d times.",
        n,
    ) % {"m": m, "n": n}


def _drawn_no(params: Mapping[str, Any]) -> str:
    n, m = int(params["n"]), int(params["m"])
    return ngettext(
        "When the draw said no and we stayed silent: %(m)d of %(n)d time.",
        "When the draw said no and we stayed silent: %(m)d of %(n)d times.",
        n,
    ) % {"m": m, "n": n}


def _budget(params: Mapping[str, Any]) -> str:
    told = {"used": int(params["used"]), "of": int(params["of"])}
    return _("Messages on that day: %(used)d of at most %(of)d.") % told


_FACTS = {"usual_window": _usual_window, "nudged_then": _nudged, "drawn_no_then": _drawn_no, "budget": _budget}


def minute_words(minute: int) -> str:
    """A local minute of the day as a time: 1080 is "6 p.m." in English and "18:00" in German."""
    return time_format(dt.time(minute // 60 % 24, minute % 60), "TIME_FORMAT")


def slot_words(slot: int) -> str:
    """One of the six parts of the day: "5 p.m. to 8 p.m."."""
    return _("%(start)s to %(end)s") % {"start": minute_words(SLOT_START[slot]), "end": minute_words(SLOT_END[slot])}


def state_words(state: str, reason: str = "") -> str:
    """What became of a nudge, for the person it was for."""
    if state in {"cancelled", "expired", "dead"} and (said := _reason(reason)):
        return said
    return {
        "due": _("On its way"),
        "leased": _("On its way"),
        "sent": _("Sent"),
        "expired": _("Not sent: it was too late for it"),
        "cancelled": _("Not sent"),
        "dead": _("Could not be delivered"),
    }.get(state, state)


def _reason(code: str) -> str:
    return {
        "closed": _("Not sent: it was done already"),
        "paused": _("Not sent: a pause had begun"),
        "quiet": _("Not sent: quiet hours"),
        "off": _("Not sent: the channel was off"),
        "kill_switch": _("Not sent: nudges were stopped for everyone"),
        "daily_budget": _("Not sent: enough messages on that day"),
        "weekly_budget": _("Not sent: enough messages in that week"),
        "cool_down": _("Not sent: too soon after the last message"),
    }.get(code, "")
