"""Rows of several tables as one list, the latest first: each page goes on where the one before it ended.

Every line has a place of its own, so nothing is shown twice or left out, whatever is added on top in the meantime; and
a page costs the same however far down it is, where the tables have an index by owner and instant.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

_PLACE = re.compile(r"([0-9]{1,17})-([0-9]{1,2})-([0-9]{1,18})", re.ASCII)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_LAST = 32503680000 * 10**6
"""The year 3000, in microseconds: beyond it an address names no place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: by its instant, lines of one instant by their table, rows of one table by their id."""

    at: dt.datetime
    table: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.table}-{self.pk}"

    @property
    def order(self) -> tuple[dt.datetime, int, int]:
        """Greatest for what stands on top."""
        return self.at, -self.table, self.pk


def place_from(text: str) -> Place | None:
    """The place an address names, None for anything that is none."""
    found = _PLACE.fullmatch(text)
    if found is None or int(found[1]) > _LAST:
        return None
    return Place(_EPOCH + int(found[1]) * _MICROSECOND, int(found[2]), int(found[3]))


@dataclass(frozen=True, slots=True)
class Cut:
    """What a page still wants: up to ``most`` lines that come after ``after``, from the top where that is None."""

    after: Place | None
    most: int

    def of(self, rows: QuerySet[M], at: str, table: int) -> list[M]:
        """The first of these rows below the cut, by the field ``at``; one query."""
        if self.after is not None:
            rows = rows.filter(_below(self.after, at, table))
        return list(rows.order_by(f"-{at}", "-pk")[: self.most])


def _below(place: Place, at: str, table: int) -> Q:
    if table < place.table:
        return Q(**{f"{at}__lt": place.at})
    within = Q(**{f"{at}__lte": place.at})
    if table > place.table:
        return within
    return within & (Q(**{f"{at}__lt": place.at}) | Q(pk__lt=place.pk))
