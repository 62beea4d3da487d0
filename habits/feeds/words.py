"""What a feed says: the line of each event, and the calendar as a whole, in the language of its owner."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from habits import words
from habits.charts.strip import Mark
from habits.domain.agenda import Occurrence
from habits.domain.entry import is_check
from habits.domain.states import DayState
from habits.feeds.selectors import AHEAD, BEHIND, Contents

_DONE = {DayState.KEPT, DayState.EXTRA}
_TOLD = {DayState.FROZEN, DayState.SKIPPED}


def summary_words(name: str, unit: str, one: Occurrence) -> str:
    """The line in the calendar: "Run · 5 km", "✓ Run · 5.2 km", "Gym · 2 of 3", "Read · skipped"."""
    done = "✓ " if one.state in _DONE else ""
    return " · ".join(filter(None, (f"{done}{name}", _amount(unit, one))))


def _amount(unit: str, one: Occurrence) -> str:
    if one.state in _TOLD:
        return words.state_words(one.state)
    if one.counts:
        return _of(words.number_words(one.done), words.number_words(one.need))
    if one.state is DayState.MISSED and one.done == 0:
        return words.mark_words(Mark.FAILED)
    if is_check("build", unit, one.need):
        return ""
    if one.state in _DONE:
        return words.amount_words(one.done, unit)
    if one.done == 0:
        return words.amount_words(one.need, unit)
    return _of(words.number_words(one.done), words.amount_words(one.need, unit))


def _of(done: str, need: str) -> str:
    return _("%(done)s of %(need)s") % {"done": done, "need": need}


def calendar_words(contents: Contents) -> str:
    """What the calendar says of itself, and what did not fit into it."""
    said = [
        _("Your habits in SmartHabit: the last %(behind)d days and the next %(ahead)d.")
        % {"behind": BEHIND, "ahead": AHEAD}
    ]
    if contents.habits is not None:
        said.append(
            ngettext(
                "There are more habits than a feed holds: this is the first of them.",
                "There are more habits than a feed holds: these are the first %(count)d.",
                contents.habits,
            )
            % {"count": contents.habits}
        )
    if contents.until is not None:
        until = date_format(contents.until, "DATE_FORMAT")
        said.append(_("There is more than a feed holds: this one ends on %(day)s.") % {"day": until})
    if len(said) > 1:
        said.append(_("A feed of one tag holds less."))
    return " ".join(said)
