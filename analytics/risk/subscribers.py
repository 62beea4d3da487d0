"""What follows for risk: an edit of closed days has it scored anew, and screens are told of every habit it moved."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.events import RiskRaised
from analytics.risk.boards import kept_boards
from analytics.risk.chips import risk_event
from analytics.risk.reading import risks_of
from analytics.risk.scoring import needs_scoring, score_user
from analytics.risk.wake import score_soon
from habits.events import DaysClosed, EntriesChanged, HabitsChanged
from habits.selectors import habit_views
from smarthabit.accounts.selectors import user_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, live
from smarthabit.kernel.events import subscribe

NOTICES = "notices"
MOST_TOLD = 20
"""Habits told one by one; when more change at once, screens fetch their list instead."""
UNNOTICED = {"reordered"}
"""Changes of habits that no risk notices."""


def connect() -> None:
    """Subscribe; called once, when the app is ready."""
    subscribe(EntriesChanged, _follow_entries)
    subscribe(HabitsChanged, _follow_habits)
    subscribe(DaysClosed, _follow_days)
    subscribe(RiskRaised, _tell_raised)


def _follow_entries(event: EntriesChanged) -> None:
    """Today's entries move no morning's risk, and rows show today as it stands: then there is nothing to do."""
    days = [day for days in event.days.values() for day in days]
    if not needs_scoring(event.user_id, days, clock.now()):
        kept_boards.pass_on(event.user_id, event.seq)
        return
    user = user_of(event.user_id)
    if user is not None:
        _score_and_tell(user, event.seq, told=[*event.days])


def _follow_habits(event: HabitsChanged) -> None:
    user = user_of(event.user_id)
    if user is not None and event.kind not in UNNOTICED:
        _score_and_tell(user, event.seq, told=event.habit_ids)


def _follow_days(_event: DaysClosed) -> None:
    score_soon()


def _tell_raised(event: RiskRaised) -> None:
    told = {"type": "risk_raised", "habit": str(event.habit_id), "streak": event.streak}
    live.publish(event.user_id, event.seq, [NOTICES, f"habit:{event.habit_id}"], "", [told])


def _score_and_tell(user: User, seq: int, *, told: Sequence[int]) -> None:
    """Score, and tell of the habits that moved besides those whose rows are told of anyway."""
    now = clock.now()
    scored = score_user(user, now)
    if scored:
        kept_boards.put(user.pk, seq, scored.board)
    moved = [pk for pk in scored.moved if pk not in set(told)] if scored else []
    if not moved:
        return
    if len(moved) > MOST_TOLD:
        live.publish(user.pk, seq, ["list:today"])
        return
    risks = risks_of(user, habit_views(user, now, ids=moved), now)
    keys = [f"habit:{pk}" for pk in moved]
    live.publish(user.pk, seq, keys, "", [risk_event(risk) for risk in risks.values()])
