"""What a user does about a nudge: see it, act on it, put it off, wave it away.

A reaction is about the occasion, not the channel: the rows of all channels for the same habit, day and slot move
together. Repeating one changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from habits.domain.plan import plan_on
from habits.domain.schedule import asks_for_total
from habits.selectors.entries import entry_rows
from habits.selectors.history import owned_habit
from habits.selectors.rules import rules_of
from habits.services import EntryChange, record_entry
from nudges.domain.clockwork import day_ends_at
from nudges.domain.eligibility import local_minute
from nudges.domain.slots import is_quiet
from nudges.events import NudgesChanged
from nudges.models import Nudge
from nudges.querysets import NudgeQuerySet
from nudges.selectors.preferences import preferences_of, quiet_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

SNOOZE = timedelta(hours=1)
SHORTEST_SNOOZE, LONGEST_SNOOZE = timedelta(minutes=5), timedelta(hours=12)
ONCE_MORE = timedelta(hours=2)
"""How long a nudge that was put off is worth sending once it is due again."""


def see(*, user: User, nudge_id: int, now: datetime, tab: str = "") -> Nudge:
    """The nudge was looked at. Raises NotFound."""
    return _note(user, nudge_id, "seen", {"seen_at": now}, tab)


def dismiss(*, user: User, nudge_id: int, now: datetime, tab: str = "") -> Nudge:
    """The nudge was waved away: nothing more comes of it. Raises NotFound."""
    return _note(user, nudge_id, "dismissed", {"dismissed_at": now}, tab)


@transaction.atomic
def act(*, user: User, nudge_id: int, now: datetime, tab: str = "") -> Nudge:
    """The habit was done: the day of the nudge gets its target, unless it holds as much already.

    The first time counts: whoever takes the entry back later does not find it there again because an old mail was
    opened. Raises NotFound, and RuleError where a single amount would say nothing (a total over weeks).
    """
    nudge = _locked(user, nudge_id)
    if nudge.acted_at is not None:
        return nudge
    _record_done(user, nudge, now, tab)
    return _note(user, nudge_id, "acted", {"acted_at": now, "seen_at": now}, tab)


@transaction.atomic
def snooze(*, user: User, nudge_id: int, now: datetime, by: timedelta = SNOOZE, tab: str = "") -> Nudge:
    """Be told again after ``by``, the same day and outside of quiet hours; while that is pending, again means nothing.

    Raises NotFound, and RuleError where the day has no such hour left or the nudge is done with.
    """
    nudge = _locked(user, nudge_id)
    if nudge.state == Nudge.State.DUE and nudge.snoozed_at is not None and nudge.next_attempt_at > now:
        return nudge
    if nudge.acted_at is not None or nudge.dismissed_at is not None:
        raise RuleError("closed", _("This nudge is done with."))
    due_at = now + by
    _check_snooze(user, nudge, by, due_at)
    rows = _occasion(nudge).filter(state__in=(Nudge.State.DUE, Nudge.State.SENT, Nudge.State.EXPIRED))
    for row in rows:
        row.state, row.reason, row.last_error = Nudge.State.DUE, "", ""
        row.due_at = row.next_attempt_at = due_at
        row.expires_at = min(due_at + ONCE_MORE, day_ends_at(nudge.day, user.zone))
        row.attempts = row.claims = 0
        row.snoozed_at, row.seen_at = now, row.seen_at or now
        row.message_key = f"{row.pk}:{int(due_at.timestamp())}"
        row.save()
    _tell(user, "snoozed", [row.pk for row in rows], tab)
    nudge.refresh_from_db()
    return nudge


def _check_snooze(user: User, nudge: Nudge, by: timedelta, due_at: datetime) -> None:
    if not SHORTEST_SNOOZE <= by <= LONGEST_SNOOZE:
        raise RuleError("invalid", _("Choose between five minutes and twelve hours."), "minutes")
    quiet = is_quiet(local_minute(int(due_at.timestamp()), user.timezone), *quiet_of(preferences_of(user)))
    if quiet or due_at >= day_ends_at(nudge.day, user.zone):
        raise RuleError("too_late", _("That would be too late in the day."), "minutes")


def _record_done(user: User, nudge: Nudge, now: datetime, tab: str) -> None:
    habit = owned_habit(user, nudge.habit_id)
    plan = plan_on(rules_of(user, [habit])[habit.pk], nudge.day)
    if asks_for_total(plan.schedule):
        raise RuleError("amount_needed", _("Say how much it was: this habit counts a total."))
    day = nudge.day.toordinal()
    if any(row.day == day and (row.value or 0) >= plan.target for row in entry_rows(habit.pk, day)):
        return
    change = EntryChange(value_milli=plan.target)
    record_entry(user=user, habit_id=habit.pk, day=nudge.day, change=change, now=now, source="nudge", tab=tab)


def _note(user: User, nudge_id: int, kind: str, marks: Mapping[str, datetime], tab: str) -> Nudge:
    """Set the marks that are not set yet on every row of the occasion; being seen leaves what is on its way alone."""
    with transaction.atomic():
        nudge = _locked(user, nudge_id)
        rows, changed = _occasion(nudge), 0
        for name, at in marks.items():
            changed += rows.filter(**{f"{name}__isnull": True}).update(**{name: at})
        if kind != "seen":
            reason = "closed" if kind == "acted" else kind
            rows.filter(state=Nudge.State.DUE).update(state=Nudge.State.CANCELLED, reason=reason)
        if changed:
            _tell(user, kind, list(rows.values_list("pk", flat=True)), tab)
            nudge.refresh_from_db()
    return nudge


def _locked(user: User, nudge_id: int) -> Nudge:
    """The user's nudge, with all rows of its occasion locked: no worker claims one while it is put off."""
    asked = Nudge.objects.owned_by(user).filter(pk=nudge_id).first()
    occasion = _occasion(asked).select_for_update().order_by("pk") if asked else ()
    nudge = next((row for row in list(occasion) if row.pk == nudge_id), None)
    if nudge is None:
        raise NotFound
    return nudge


def _occasion(nudge: Nudge) -> NudgeQuerySet[Nudge]:
    return Nudge.objects.filter(user_id=nudge.user_id, habit_id=nudge.habit_id, day=nudge.day, slot=nudge.slot)


def _tell(user: User, kind: str, ids: list[int], tab: str) -> None:
    publish(NudgesChanged(user.pk, bump_seq(user.pk), tab, kind, tuple(ids)))
