"""Counting how right forecasts were: for each user by month, for everybody by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_mornings import Outcomes
from analytics.domain.risk_reliability import Tallies, added, added_odds, as_tallies, pooled_odds, tallied
from analytics.models import RiskDay, RiskRecord

_AT_ONCE = 500


def count_outcomes(users: NDArray[np.int64], over: Outcomes) -> None:
    """Add outcomes, each of the user with the same place in ``users``, to the records. Call it in a transaction."""
    if not len(over.at):
        return
    _count_days(over)
    months = _months(over.day)
    keys, group = np.unique(np.stack([users, months], axis=1), axis=0, return_inverse=True)
    tallies = tallied(over.risk, over.missed, group.ravel(), len(keys))
    named = [(int(user), date.fromordinal(int(month))) for user, month in keys]
    for at in range(0, len(named), _AT_ONCE):
        _count_months(named[at : at + _AT_ONCE], tallies[at : at + _AT_ONCE])


def _months(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first day of each day's month, as ordinals."""
    first = {day: date.fromordinal(day).replace(day=1).toordinal() for day in set(days.tolist())}
    return np.array([first[day] for day in days.tolist()], dtype=np.int64)


def _count_months(named: Sequence[tuple[int, date]], tallies: Tallies) -> None:
    users, months = {user for user, _ in named}, {month for _, month in named}
    stored = {
        (row.user_id, row.month): row
        for row in RiskRecord.objects.select_for_update().filter(user_id__in=users, month__in=months).order_by("pk")
    }
    rows = []
    for key, tally in zip(named, tallies, strict=True):
        before = stored.get(key)
        total = added(as_tallies(bytes(before.bins))[0], tally) if before else tally
        rows.append(RiskRecord(user_id=key[0], month=key[1], bins=total.tobytes()))
    RiskRecord.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "month"], update_fields=["bins"], batch_size=_AT_ONCE
    )


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
