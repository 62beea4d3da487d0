"""Telling a user, once a day and habit, that a streak that is alive has become likely to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.domain.risk_model import Wording
from analytics.events import RiskRaised
from analytics.models import RiskAlert
from analytics.risk.reading import RiskNow, risks_of
from habits.selectors import habit_views
from habits.words import streak_words
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish

MOST_SHOWN = 3
"""Notices shown at a time."""
MOST_AT_ONCE = 50
"""Habits of a user looked at in one run, the riskiest first. The next leaves out those that were told of by then."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, in words."""

    pk: int
    words: str


def raise_alerts(user: User, habit_ids: Sequence[int], now: datetime) -> int:
    """Tell of those of these habits for which it is time and that were not told of today; gives back how many.

    The first ones are looked at, before anything is locked: on SQLite a writer holds up all others.
    """
    today = today_of(user, now)
    told = set(RiskAlert.objects.owned_by(user).filter(day=today).values_list("habit_id", flat=True))
    wanted = [pk for pk in habit_ids if pk not in told][:MOST_AT_ONCE]
    risks = risks_of(user, habit_views(user, now, ids=wanted), now) if wanted else {}
    raised = [risk for risk in risks.values() if risk.wording is Wording.ALERT and risk.units and risk.pressing]
    with transaction.atomic():
        for risk in raised:
            _raise(user, risk, now)
    return len(raised)


def _raise(user: User, risk: RiskNow, now: datetime) -> None:
    _alert, fresh = RiskAlert.objects.get_or_create(
        habit_id=risk.habit_id,
        day=risk.board.today,
        defaults={"user": user, "risk": risk.risk, "raised_at": now},
    )
    if fresh:
        seq = bump_seq(user.pk)
        publish(RiskRaised(user.pk, seq, risk.habit_id, risk.board.today, risk.told, risk.streak))


def notices_of(user: User, now: datetime) -> list[Notice]:
    """What was told today, is still open, and was not seen yet."""
    alerts = RiskAlert.objects.owned_by(user).filter(day=today_of(user, now), seen_at=None).order_by("-risk")
    by_habit = {alert.habit_id: alert for alert in alerts}
    if not by_habit:
        return []
    risks = risks_of(user, habit_views(user, now, ids=[*by_habit]), now)
    shown = [(alert, risks[pk]) for pk, alert in by_habit.items() if pk in risks and risks[pk].streak]
    return [Notice(alert.pk, _words(risk)) for alert, risk in shown[:MOST_SHOWN]]


def _words(risk: RiskNow) -> str:
    streak = risk.view.snapshot.streak
    return _("%(habit)s is still open today. Your streak: %(streak)s.") % {
        "habit": risk.view.habit.name,
        "streak": streak_words(streak.current, streak.unit),
    }


def see(*, user: User, alert_id: int, now: datetime) -> bool:
    """Remember that the user has seen a notice; whether there is such a one of theirs. Repeating it changes nothing."""
    alerts = RiskAlert.objects.owned_by(user).filter(pk=alert_id)
    return bool(alerts.filter(seen_at=None).update(seen_at=now)) or alerts.exists()
