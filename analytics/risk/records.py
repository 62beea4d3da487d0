"""How right a user's forecasts were: the months that are kept, and the last days whose outcome is not settled yet."""

from __future__ import annotations

from datetime import date, datetime

from analytics.domain.risk_reliability import Reliability, as_tallies, no_tallies, reliability
from analytics.models import RiskRecord
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

MONTHS = 12
"""How far back the page looks, this month included."""


def reliability_of(user: User, now: datetime) -> Reliability:
    """The last twelve months together."""
    today = today_of(user, now)
    packed = RiskRecord.objects.owned_by(user).filter(month__gte=_first_month(today)).values_list("bins", flat=True)
    joined = b"".join(bytes(bins) for bins in packed)
    return reliability(as_tallies(joined) if joined else no_tallies(1))


def _first_month(today: date) -> date:
    month = today.year * 12 + today.month - MONTHS
    return date(month // 12, month % 12 + 1, 1)
