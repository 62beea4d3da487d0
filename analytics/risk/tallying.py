"""Counting how right forecasts were: for each user by month, for everybody by day."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_mornings import Outcomes
from analytics.domain.risk_reliability import (
    TALLY_BYTES,
    Tallies,
    added,
    added_odds,
    as_tallies,
    pooled_odds,
    tallied,
)
from analytics.models import RiskDay, RiskRecord
from smarthabit.kernel.bulk import Column, fetch_rows, insert_rows, row_type

_COLUMNS: Final = (Column("user_id", "bigint"), Column("month", "day"), Column("bins", "bytes", TALLY_BYTES))
_SELECT: Final = """
SELECT user_id, month, bins FROM analytics_riskrecord
WHERE month = %s AND user_id BETWEEN %s AND %s AND length(bins) = %s ORDER BY user_id
"""


def count_outcomes(users: NDArray[np.int64], over: Outcomes) -> None:
    """Add outcomes, each of the user with the same place in ``users``, to the records. Call it in a transaction."""
    if not len(over.at):
        return
    _count_days(over)
    months = _months(over.day)
    keys, group = np.unique(np.stack([months, users], axis=1), axis=0, return_inverse=True)
    tallies = tallied(over.risk, over.missed, group.ravel(), len(keys))
    for month in np.unique(months):
        chosen = keys[:, 0] == month
        _count_month(int(month), keys[chosen, 1], tallies[chosen])


def _months(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first day of each day's month, as ordinals."""
    first = {day: date.fromordinal(day).replace(day=1).toordinal() for day in set(days.tolist())}
    return np.array([first[day] for day in days.tolist()], dtype=np.int64)


def _count_month(month: int, users: NDArray[np.int64], tallies: Tallies) -> None:
    """Replace the records of these users (ascending) for a month by ones that have the tallies added."""
    first, parameters = date.fromordinal(month), [date.fromordinal(month), *_ends(users)]
    stored = fetch_rows(_SELECT, [*parameters, TALLY_BYTES], _COLUMNS)
    stored = stored[np.isin(stored["user_id"], users)]
    at = np.searchsorted(users, stored["user_id"])
    total = tallies.copy()
    if len(stored):
        total[at] = added(tallies[at], as_tallies(stored["bins"].tobytes()))
    rows = np.empty(len(users), dtype=row_type(_COLUMNS))
    rows["user_id"], rows["month"] = users, month
    rows["bins"] = np.frombuffer(total.tobytes(), dtype=rows["bins"].dtype)
    RiskRecord.objects.filter(month=first, user_id__in=stored["user_id"].tolist()).delete()
    insert_rows("analytics_riskrecord", _COLUMNS, rows)


def _ends(users: NDArray[np.int64]) -> tuple[int, int]:
    return int(users[0]), int(users[-1])


def _count_days(over: Outcomes) -> None:
    for day in np.unique(over.day).tolist():
        chosen = over.day == day
        risk, missed = over.risk[chosen], over.missed[chosen]
        group = np.zeros(len(risk), dtype=np.int64)
        bins, odds = tallied(risk, missed, group, 1), pooled_odds(over.odds[chosen], missed)
        row, fresh = RiskDay.objects.select_for_update().get_or_create(
            day=date.fromordinal(day), defaults={"bins": bins.tobytes(), "odds": odds}
        )
        if not fresh:
            row.bins = added(as_tallies(bytes(row.bins)), bins).tobytes()
            row.odds = added_odds(bytes(row.odds), odds)
            row.save(update_fields=["bins", "odds"])
