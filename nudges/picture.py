"""Best times as sentences, bars and a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.charts import Bar, bar_path, bars
from habits.charts.table import Table
from nudges import words
from nudges.domain.slots import SLOT_START
from nudges.domain.times import SlotFacts, Times

LEAST_DRAWS = 5
"""Drawn nudges and silences each before the two are set against each other in a sentence."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name below a bar."""

    x: int
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """What `components/bars.html` draws."""

    sentence: str
    path: str
    labels: list[Label]


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it."""

    sentences: list[str]
    bars: Bars
    table: Table


def picture_of(times: Times) -> Picture:
    """In the active language."""
    top = max(slot.share for slot in times.slots)
    drawn: list[Bar] = bars([slot.share / top for slot in times.slots], gap=16)
    labels = [Label(bar.centre, words.minute_words(SLOT_START[at])) for at, bar in enumerate(drawn)]
    sentence = _best(times)
    return Picture([sentence, *_helped(times)], Bars(sentence, bar_path(drawn), labels), _table(times))


def _best(times: Times) -> str:
    told = {"slot": words.slot_words(times.best), "share": round(100 * times.slots[times.best].share)}
    if not times.enough:
        return (
            _("We know only few of your days so far. People who chose the same time are most active from %(slot)s.")
            % told
        )
    return _("Without a nudge you do this most often from %(slot)s (%(share)d%% of the days you do it).") % told


def _helped(times: Times) -> list[str]:
    """Nudges set against silences, both drawn: anything else would flatter."""
    nudged = sum(slot.nudged for slot in times.slots)
    silent = sum(slot.silent for slot in times.slots)
    if nudged < LEAST_DRAWS or silent < LEAST_DRAWS:
        return [_("Whether nudges help you here is not known yet: that takes a few more weeks.")]
    told = {
        "nudged": nudged,
        "followed": sum(slot.followed for slot in times.slots),
        "silent": silent,
        "by_itself": sum(slot.by_itself for slot in times.slots),
    }
    return [
        _(
            "Within two hours after a nudge you did it %(followed)d of %(nudged)d times; "
            "when the draw said no, %(by_itself)d of %(silent)d times."
        )
        % told
    ]


def _table(times: Times) -> Table:
    heads = (_("Time of day"), _("Of the days done"), _("Done after a nudge"), _("Done when the draw said no"))
    return Table(heads, tuple(_row(at, slot) for at, slot in enumerate(times.slots)))


def _row(at: int, slot: SlotFacts) -> tuple[str, ...]:
    return (
        words.slot_words(at),
        _("%(number)d%%") % {"number": round(100 * slot.share)},
        _of(slot.followed, slot.nudged),
        _of(slot.by_itself, slot.silent),
    )


def _of(some: int, of: int) -> str:
    return _("%(some)d of %(of)d") % {"some": some, "of": of} if of else "–"
