"""Making suggestions: once a day for each user, as the day before closes, or when they come to look."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation

from analytics.domain.suggestions import Candidate, Facts, candidates_of, choose, patch_from_json
from analytics.events import SuggestionsChanged
from analytics.models import Suggestion, SuggestionClock
from analytics.suggestions.measuring import measure_due
from analytics.suggestions.plans import same_plan, told_plan
from analytics.suggestions.selectors import MOST_HABITS, facts_of_some, looked_on, remembered
from analytics.suggestions.words import CUE_LENGTH, cue_words
from habits.domain.calendar import day_closes_at
from habits.domain.plan import Plan
from habits.selectors.pasts import owned_habits
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.among import among, missing
from smarthabit.kernel.events import publish

if TYPE_CHECKING:
    from habits.models import Habit

WAITS = timedelta(days=14)
"""How long a suggestion waits for an answer."""
LATER = timedelta(hours=1)
USERS_AT_ONCE = 100

log = logging.getLogger(__name__)


def look_at_due(now: datetime, *, most: int = 2_000) -> int:
    """Look at the habits of users whose day has closed; gives back of how many. Costs what is due, not what there is.

    Each row is claimed by moving its next look on, so that two workers share the work and a crash repeats it.
    """
    done = 0
    while done < most:
        due = SuggestionClock.objects.filter(next_look__lte=now, user__is_active=True).select_related("user")
        clocks = list(due.order_by("next_look")[: min(USERS_AT_ONCE, most - done)])
        done += sum(_claimed_and_looked(clock, now) for clock in clocks)
        if len(clocks) < USERS_AT_ONCE:
            break
    return done


def _claimed_and_looked(clock: SuggestionClock, now: datetime) -> bool:
    mine = SuggestionClock.objects.filter(pk=clock.pk, next_look=clock.next_look)
    if not mine.update(next_look=now + LATER):
        return False
    try:
        look(clock.user, now)
    except Exception:
        log.exception("suggestions could not be made", extra={"user": clock.pk})
    return True


def wind(user_ids: Sequence[int], now: datetime) -> None:
    """See that the habits of these users are looked at from now on; a clock that runs already is left alone."""
    without = missing(SuggestionClock.objects.all(), user_ids)
    still = User.objects.filter(among("pk", without)).order_by("pk").values_list("pk", flat=True)
    clocks = [SuggestionClock(user_id=pk, next_look=now) for pk in still]
    SuggestionClock.objects.bulk_create(clocks, ignore_conflicts=True, batch_size=500)


def look_once(user: User, now: datetime) -> None:
    """Look at the user's habits unless that was done today."""
    if looked_on(user) != today_of(user, now):
        look(user, now)


def look(user: User, now: datetime) -> list[Suggestion]:
    """Measure what is due, put away what is stale, and make today's suggestions. Twice a day changes nothing.

    The arithmetic is done before anything is locked: on SQLite a writer holds up all others.
    """
    today = today_of(user, now)
    habits = {habit.pk: habit for habit in owned_habits(user, most=MOST_HABITS)}
    facts = facts_of_some(user, [*habits.values()], today.toordinal())
    plans = {one.habit_id: one.plan for one in facts}
    candidates = [made for one in facts for made in candidates_of(one, facts)]
    return _write(user, today, now, [_row(made, habits, plans[made.habit_id]) for made in candidates], candidates)


@transaction.atomic
def _write(
    user: User, today: date, now: datetime, rows: Sequence[Suggestion], candidates: Sequence[Candidate]
) -> list[Suggestion]:
    """Store what is to be made today of the candidates, ``rows`` being theirs. The lock on the clock makes it once."""
    wind([user.pk], now)
    clock = SuggestionClock.objects.select_for_update().get(pk=user.pk)
    clock.next_look = day_closes_at(today, user.zone, user.day_starts_at)
    if clock.looked_on == today:
        clock.save(update_fields=["next_look"])
        return []
    clock.looked_on = today
    clock.save(update_fields=["looked_on", "next_look"])
    measured, expired = measure_due(user, today), _expire(user, today, now)
    chosen = choose(candidates, remembered(user, today), today.toordinal())
    made = [rows[candidates.index(one)] for one in chosen]
    for row in made:
        row.user, row.made_on, row.made_at = user, today, now
        with translation.override(user.language or settings.LANGUAGE_CODE):
            patch, anchor = patch_from_json(row.patch), row.plan["anchor"]
            row.cue = cue_words(patch, row.habit.name, anchor, row.habit.cue)[:CUE_LENGTH]
    Suggestion.objects.bulk_create(made)
    _tell(user, [*measured, *expired, *(one.pk for one in made)], "made" if made else "measured")
    return made


@transaction.atomic
def put_away_stale(user: User, habit_ids: Sequence[int], now: datetime) -> None:
    """Expire the open suggestions for these habits (none: all) whose plan is no longer the one they were made for."""
    waiting = Suggestion.objects.owned_by(user).filter(state=Suggestion.State.OPEN)
    waiting = waiting.filter(habit_id__in=habit_ids) if habit_ids else waiting
    rows = list(waiting.select_related("habit__state"))
    if not rows:
        return
    today = today_of(user, now)
    facts = {one.habit_id: one for one in facts_of_some(user, [row.habit for row in rows], today.toordinal())}
    stale = [row.pk for row in rows if _is_stale(row, facts[row.habit_id])]
    if stale:
        _close(stale, today, now)
        _tell(user, stale, "expired")


def _is_stale(row: Suggestion, facts: Facts) -> bool:
    gone = row.habit.archived_on is not None or facts.off
    return gone or not same_plan(row.plan, told_plan(row.habit, facts.plan))


def _expire(user: User, today: date, now: datetime) -> list[int]:
    waiting = Suggestion.objects.owned_by(user).filter(state=Suggestion.State.OPEN)
    old = list(waiting.filter(made_on__lte=today - WAITS).values_list("pk", flat=True))
    _close(old, today, now)
    return old


def _close(ids: Sequence[int], today: date, now: datetime) -> None:
    waiting = Suggestion.objects.filter(pk__in=ids, state=Suggestion.State.OPEN)
    waiting.update(state=Suggestion.State.EXPIRED, decided_on=today, decided_at=now)


def _row(made: Candidate, named: Mapping[int, Habit], plan: Plan) -> Suggestion:
    habit = named[made.habit_id]
    anchor = named[made.patch.anchor].name if made.patch.anchor else ""
    return Suggestion(
        habit=habit,
        kind=made.kind.value,
        evidence=dict(made.evidence),
        patch=made.patch.to_json(),
        plan=told_plan(habit, plan) | {"anchor": anchor},
        measure=made.measure.value,
        expected=[round(point, 4) for point in made.expected],
        certainty=round(made.certainty, 4),
        before=round(made.before, 4),
        after=round(made.after, 4),
        yardstick_milli=made.yardstick,
    )


def _tell(user: User, ids: Sequence[int], kind: str) -> None:
    if ids:
        publish(SuggestionsChanged(user.pk, bump_seq(user.pk), "", tuple(ids), kind))
