"""The page that tells a user how right their forecasts were: sentences, and the geometry of its picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.domain.risk_reliability import ENOUGH, Bin, Reliability
from analytics.risk.records import MONTHS, reliability_of
from habits.charts.table import Table
from habits.words import per_cent_words
from smarthabit.accounts.user import User

SIDE = 240
"""The side of the picture's square; risks run from 0 to 1 along both."""
_SMALLEST, _LARGEST = 3, 12


@dataclass(frozen=True, slots=True)
class Dot:
    """The forecasts of one bin."""

    x: int
    y: int
    r: int


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the page says. Without enough forecasts there is no picture."""

    sentence: str
    skill: str
    picture: str
    basis: str
    dots: tuple[Dot, ...]
    table: Table | None
    none: str
    half: str
    full: str


def record_of(user: User, now: datetime) -> Record:
    """The record of the last twelve months."""
    found = reliability_of(user, now)
    enough = found.n >= ENOUGH
    return Record(
        sentence=_sentence(found),
        skill=_skill_words(found),
        picture=_picture_words(found) if enough else "",
        basis=_basis_words(),
        dots=_dots(found) if enough else (),
        table=_table(found) if enough else None,
        none=per_cent_words(0),
        half=per_cent_words(0.5),
        full=per_cent_words(1),
    )


def _sentence(found: Reliability) -> str:
    if found.n < ENOUGH:
        return ngettext(
            "It takes %(needed)d forecasts whose day is over to tell. So far there is one.",
            "It takes %(needed)d forecasts whose day is over to tell. So far there are %(n)d.",
            found.n,
        ) % {"needed": ENOUGH, "n": found.n}
    said = sum(one.n * one.said for one in found.bins) / found.n
    return _("On %(n)d mornings the risk we gave was %(said)s on average, and %(missed)s were missed.") % {
        "n": found.n,
        "said": per_cent_words(said),
        "missed": per_cent_words(found.missed / found.n),
    }


def _skill_words(found: Reliability) -> str:
    if found.skill is None:
        return ""
    if found.skill <= 0:
        return _("That was no better than always giving your average. Weigh our numbers accordingly.")
    return _("Our error was %(percent)s smaller than that of always giving your average (Brier score %(score)s).") % {
        "percent": per_cent_words(found.skill),
        "score": f"{found.brier:.3f}",
    }


def _picture_words(found: Reliability) -> str:
    """What the picture shows, from the bin with the most forecasts."""
    most = max(found.bins, key=lambda one: one.n)
    return _("When we said about %(said)s, you missed %(missed)s; the gap was %(gap)s on average.") % {
        "said": per_cent_words(most.said),
        "missed": per_cent_words(most.missed),
        "gap": per_cent_words(found.error or 0),
    }


def _basis_words() -> str:
    return ngettext(
        "The forecast of each morning is kept until the day after and then counted: this is the last month.",
        "The forecast of each morning is kept until the day after and then counted: these are the last"
        " %(months)d months.",
        MONTHS,
    ) % {"months": MONTHS}


def _dots(found: Reliability) -> tuple[Dot, ...]:
    most = max(one.n for one in found.bins)
    return tuple(
        Dot(
            round(SIDE * one.said),
            round(SIDE * (1 - one.missed)),
            round(_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(one.n / most)),
        )
        for one in found.bins
    )


def _table(found: Reliability) -> Table:
    heads = (_("Risk we gave"), _("On average"), _("Missed"), _("Forecasts"))
    return Table(heads, tuple(_row(one) for one in found.bins))


def _row(one: Bin) -> tuple[str, ...]:
    span = _("%(low)s to %(high)s") % {"low": per_cent_words(one.low), "high": per_cent_words(one.high)}
    return span, per_cent_words(one.said), per_cent_words(one.missed), str(one.n)
