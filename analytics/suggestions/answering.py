"""Answering suggestions: apply, dismiss. Saying the same twice changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from analytics.domain.suggestions import Patch, patch_from_json
from analytics.events import SuggestionAccepted, SuggestionsChanged
from analytics.models import Suggestion
from analytics.suggestions.measuring import freeze_forecast
from analytics.suggestions.plans import Told, change_to, day_text, patched, same_plan, told_plan
from analytics.suggestions.selectors import facts_of_some
from analytics.suggestions.words import CUE_LENGTH
from habits.selectors import plans_of
from habits.selectors.pasts import owned_habits
from habits.services import add_pause, update_habit
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

if TYPE_CHECKING:
    from habits.models import Habit

PAUSED_FOR = timedelta(days=14)


@transaction.atomic
def accept(*, user: User, suggestion_id: int, now: datetime, cue: str | None = None, tab: str = "") -> Suggestion:
    """Apply a suggestion from today on, as an edit of the habit would; ``cue`` is the sentence in the user's own words.

    What it changes about the habit is told to every tab, also to ``tab``: its answer shows the suggestion alone. Raises
    RuleError for one that was answered otherwise, or that no longer fits the habit.
    """
    row = locked(user, suggestion_id)
    if row.state == Suggestion.State.ACCEPTED:
        return row
    _check_open(row)
    today, patch = today_of(user, now), patch_from_json(row.patch)
    habit = owned_habits(user, [row.habit_id])[0]
    facts = facts_of_some(user, [habit], today.toordinal())[0]
    before = told_plan(habit, facts.plan)
    if habit.archived_on is not None or facts.off or not same_plan(row.plan, before):
        raise RuleError("habit_changed", _("This habit has changed since, so the suggestion no longer fits."))
    row.cue = _sentence(row, patch, cue)
    freeze_forecast(row, facts, today)
    after = patched(before, patch, row.cue)
    row.undo = {"before": before, "after": after, "replaced": _replaced(user, habit, today, before)}
    update_habit(user=user, habit_id=habit.pk, change=change_to(before, after), now=now)
    if patch.pause:
        row.undo |= {"pause": _pause(user, habit, today, now)}
    decide(row, Suggestion.State.ACCEPTED, today, now)
    row.save()
    publish(SuggestionAccepted(user.pk, row.pk, habit.pk, row.kind, patch.fewer_reminders))
    tell(user, row, "accepted", tab)
    return row


@transaction.atomic
def dismiss(*, user: User, suggestion_id: int, now: datetime, tab: str = "") -> Suggestion:
    """Put a suggestion away; its habit is then left alone for four weeks."""
    row = locked(user, suggestion_id)
    if row.state == Suggestion.State.DISMISSED:
        return row
    _check_open(row)
    decide(row, Suggestion.State.DISMISSED, today_of(user, now), now)
    row.save(update_fields=["state", "decided_on", "decided_at"])
    tell(user, row, "dismissed", tab)
    return row


def locked(user: User, suggestion_id: int) -> Suggestion:
    """The user's suggestion, locked. Raises NotFound."""
    row = Suggestion.objects.owned_by(user).select_for_update().filter(pk=suggestion_id).first()
    if row is None:
        raise NotFound
    return row


def decide(row: Suggestion, state: str, today: date, now: datetime) -> None:
    """Note the answer in the row; the caller saves."""
    row.state, row.decided_on, row.decided_at = state, today, now


def tell(user: User, row: Suggestion, kind: str, tab: str) -> None:
    """Tell the screens."""
    publish(SuggestionsChanged(user.pk, bump_seq(user.pk), tab, (row.pk,), kind))


def _check_open(row: Suggestion) -> None:
    if row.state != Suggestion.State.OPEN:
        raise RuleError("suggestion_answered", _("This suggestion has been answered already."))


def _sentence(row: Suggestion, patch: Patch, cue: str | None) -> str:
    if not patch.has_words:
        return ""
    said = " ".join((row.cue if cue is None else cue).split())
    if not said or len(said) > CUE_LENGTH:
        raise RuleError("bad_cue", _("A plan has 1 to 200 characters."), "cue")
    return said


def _replaced(user: User, habit: Habit, today: date, before: Told) -> Told | None:
    """The plan that began today already and that the change will replace; None where a new one is added."""
    begun = [plan for plan in plans_of(user, habit.pk) if plan.effective_from == today]
    return before if begun else None


def _pause(user: User, habit: Habit, today: date, now: datetime) -> dict[str, object]:
    """A pause of two weeks; one that was there already is not ours to take back."""
    ends_on = today + PAUSED_FOR - timedelta(days=1)
    pause = add_pause(user=user, now=now, starts_on=today, ends_on=ends_on, habit_id=habit.pk)
    return {"id": pause.pk if pause.created_at == now else None, "from": day_text(today), "to": day_text(ends_on)}
