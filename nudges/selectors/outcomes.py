"""What became of a user's days and decisions, as the learner reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from habits.domain.states import DayState
from habits.selectors.pasts import Past
from nudges.domain import learn, policy, state
from nudges.domain.slots import SLOT_START
from nudges.models import Decision, Nudge
from nudges.selectors.preferences import minute_of
from smarthabit.accounts.user import User

LATEST_MINUTE = 24 * 60 - 1
_DUE = {DayState.KEPT, DayState.MISSED, DayState.FROZEN}
_DONE = {DayState.KEPT, DayState.EXTRA}
IGNORED_LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the user did about a nudge that went out."""

    opened: bool
    dismissed: bool


def records(past: Past, user: User, asked: set[date]) -> dict[date, learn.Record]:
    """A habit's days. A day of a week's or month's quota counts as due when it was kept or ``asked`` about.

    What was done after midnight, before the user's day began, counts for the end of the day it belongs to.
    """
    minutes = {row.day: row.minute for row in past.rows}
    night = minute_of(user.day_starts_at)
    found = {}
    for view in past.history.days:
        due = view.state in _DUE or (view.state is DayState.OFF and view.day in asked)
        done = view.state in _DONE
        minute = minutes.get(view.day.toordinal()) if done else None
        if minute is not None and minute < night:
            minute = LATEST_MINUTE
        found[view.day] = learn.Record(due=due, done=done, minute=minute)
    return found


def outcome_json(decision: Decision, record: learn.Record, reaction: Reaction | None, *, left: bool) -> dict[str, Any]:
    """What followed a decision, as it is kept with it. ``reaction`` is None where no message went out."""
    minutes = None
    if record.minute is not None and record.minute >= SLOT_START[decision.slot]:
        minutes = record.minute - SLOT_START[decision.slot]
    return {
        "delivered": reaction is not None,
        "due": record.due,
        "minutes_to_done": minutes,
        "done_within_2h": minutes is not None and minutes <= learn.SOON,
        "done_that_day": record.done,
        "opened": reaction is not None and reaction.opened,
        "dismissed": reaction is not None and reaction.dismissed,
        "opted_out": left,
    }


def seen_of(outcome: Mapping[str, Any]) -> learn.Outcome:
    """The outcome in the learner's words."""
    return learn.Outcome(outcome["minutes_to_done"], outcome["done_that_day"], outcome["opted_out"])


def answer_of(decision: Decision) -> policy.Decision | None:
    """The policy's answer that was kept; None for a refusal, or one made by another form of the model."""
    if decision.features is None or decision.model_version != state.VERSION:
        return None
    return policy.Decision(
        send=decision.action != "no_send",
        style=None if decision.action == "no_send" else decision.action,
        propensities=decision.propensities,
        reason=decision.reason,
        features=policy.Features(**{name: _frozen(value) for name, value in decision.features.items()}),
    )


def reactions(user_id: int, since: date) -> dict[int, Reaction]:
    """What the user did about each decision whose message went out, by the decision's id."""
    found: dict[int, Reaction] = {}
    rows = Nudge.objects.filter(user_id=user_id, day__gte=since, sent_at__isnull=False, decision__isnull=False)
    for decision_id, *marks, dismissed_at in rows.values_list(
        "decision_id", "seen_at", "acted_at", "snoozed_at", "dismissed_at"
    ):
        before = found.get(int(decision_id or 0), Reaction(opened=False, dismissed=False))
        found[int(decision_id or 0)] = Reaction(
            before.opened or any(marks), before.dismissed or dismissed_at is not None
        )
    return found


def last_before(decisions: Sequence[Decision], sent: Mapping[int, Reaction], left_at: datetime | None) -> int | None:
    """The decision whose message was the last before the user switched everything off; None if they did not."""
    if left_at is None:
        return None
    before = [one for one in decisions if one.pk in sent and one.made_at <= left_at]
    last = max(before, key=lambda one: (one.made_at, one.pk), default=None)
    return last.pk if last is not None and left_at - last.made_at <= timedelta(days=1) else None


def ignored_run(user_id: int, today: date) -> int:
    """Days with messages in a row, up to the last one, of which none was opened or followed by doing within 2 hours."""
    rows = Nudge.objects.filter(
        user_id=user_id, sent_at__isnull=False, day__gte=today - IGNORED_LOOK_BACK, day__lt=today
    )
    heeded: defaultdict[date, bool] = defaultdict(bool)
    for day, seen_at, acted_at, snoozed_at, outcome in rows.values_list(
        "day", "seen_at", "acted_at", "snoozed_at", "decision__outcome"
    ):
        heeded[day] |= bool(seen_at or acted_at or snoozed_at or (outcome or {}).get("done_within_2h"))
    run = 0
    for day in sorted(heeded, reverse=True):
        if heeded[day]:
            break
        run += 1
    return run


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
