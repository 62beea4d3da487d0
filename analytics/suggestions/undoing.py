"""Undoing a suggestion: the plans as they were before, exactly - unless they were edited since.

Then what was edited stays as the person wants it, and only what is still the suggestion's doing is put back.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.domain.suggestions import patch_from_json
from analytics.events import SuggestionUndone
from analytics.models import Suggestion
from analytics.suggestions.answering import decide, locked, tell
from analytics.suggestions.plans import PLAN, Told, change_to, told_plan
from analytics.suggestions.selectors import facts_of_some
from habits.selectors.pasts import owned_habits
from habits.services import HabitChange, delete_pause, update_habit, withdraw_plan
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

WITHIN = timedelta(days=30)


@transaction.atomic
def undo(*, user: User, suggestion_id: int, now: datetime, tab: str = "") -> Suggestion:
    """Take a suggestion back within 30 days. Raises RuleError later, or where nothing of it is left to take back."""
    row = locked(user, suggestion_id)
    if row.state == Suggestion.State.UNDONE:
        return row
    today = today_of(user, now)
    if row.state != Suggestion.State.ACCEPTED or row.decided_on is None:
        raise RuleError("not_applied", _("This suggestion has not been applied."))
    if today - row.decided_on > WITHIN:
        raise RuleError(
            "too_late_to_undo", _("This was applied more than 30 days ago. You can edit the habit instead.")
        )
    if not _put_back(user, row, now):
        raise RuleError("changed_since", _("You have changed this habit since, so there is nothing left to undo."))
    decide(row, Suggestion.State.UNDONE, today, now)
    row.measure_on = None
    row.save(update_fields=["state", "decided_on", "decided_at", "measure_on"])
    quieter = patch_from_json(row.patch).fewer_reminders
    publish(SuggestionUndone(user.pk, row.pk, row.habit_id, row.kind, fewer_reminders=quieter))
    tell(user, row, "undone", tab)
    return row


def _put_back(user: User, row: Suggestion, now: datetime) -> bool:
    """Put back all that is still as the suggestion left it; says whether there was any."""
    patch = patch_from_json(row.patch)
    back = [_end_pause(user, row, now)] if patch.pause else []
    if patch.has_words:
        back.append(_restore_cue(user, row, now))
    if any(row.undo["before"][name] != row.undo["after"][name] for name in PLAN):
        back.append(_restore_plan(user, row, now))
    return any(back) or patch.fewer_reminders


def _restore_plan(user: User, row: Suggestion, now: datetime) -> bool:
    """Withdraw the plan version where it is the last word, else put its fields back from today on."""
    assert row.decided_on is not None  # noqa: S101 - told by the caller
    withdrawn = withdraw_plan(
        user=user,
        habit_id=row.habit_id,
        effective_from=row.decided_on,
        expected=_fields(row.undo["after"]),
        earlier=_fields(row.undo["replaced"]) if row.undo["replaced"] else None,
        now=now,
    )
    return withdrawn or _restore_fields(user, row, now)


def _restore_fields(user: User, row: Suggestion, now: datetime) -> bool:
    before, after = row.undo["before"], row.undo["after"]
    habit = owned_habits(user, [row.habit_id])[0]
    current = told_plan(habit, facts_of_some(user, [habit], today_of(user, now).toordinal())[0].plan)
    changed = [name for name in PLAN if before[name] != after[name] and current[name] == after[name]]
    if not changed:
        return False
    wanted = {**current, **{name: before[name] for name in changed}}
    update_habit(user=user, habit_id=row.habit_id, change=change_to(current, wanted), now=now)
    return True


def _restore_cue(user: User, row: Suggestion, now: datetime) -> bool:
    habit = owned_habits(user, [row.habit_id])[0]
    if habit.cue != row.undo["after"]["cue"]:
        return False
    change = HabitChange(cue=row.undo["before"]["cue"])
    update_habit(user=user, habit_id=row.habit_id, change=change, now=now)
    return True


def _end_pause(user: User, row: Suggestion, now: datetime) -> bool:
    pause_id = row.undo.get("pause", {}).get("id")
    if pause_id is None:
        return False
    try:
        delete_pause(user=user, pause_id=pause_id, now=now)
    except NotFound:
        return False
    return True


def _fields(told: Told) -> dict[str, Any]:
    """The plan's fields as the services of habits name them."""
    at = told["preferred_time"]
    return {
        "schedule": told["schedule"],
        "target_milli": told["target"],
        "freezes": told["freezes"],
        "preferred_time": time.fromisoformat(at) if at else None,
    }
