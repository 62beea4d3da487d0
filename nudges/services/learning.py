"""Learning from days that are over: what followed each decision, and what a day is like without a nudge.

A user comes up when the indexed instant ``next_learn_at`` has passed. The pool's newest version is locked meanwhile, so
there is one learner at a time; rows, outcomes and pool are written together, so a kill leaves nothing half learned.
Late entries are found by looking at the last days again: no event has to arrive for that.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from habits.selectors.open_units import Standing, standings_of
from habits.selectors.pasts import owned_habits, pasts_of
from nudges.domain import learn, state
from nudges.models import Decision, HabitPreference, NudgeMemory, NudgePool, NudgePreferences
from nudges.selectors.memories import habit_row, shared_row
from nudges.selectors.moments import chosen_slot, moment_of, start_slot
from nudges.selectors.outcomes import (
    Reaction,
    answer_of,
    ignored_run,
    last_before,
    outcome_json,
    reactions,
    records,
    seen_of,
)
from nudges.services.schedule import next_learning
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

USERS_AT_ONCE = 5
"""Users learned from in one transaction: SQLite lets nobody else write meanwhile."""
FIRST_DAYS = 21
"""Days before a habit was first met that count as its past."""
FURTHEST_BACK = 60
"""Days that are caught up with after a long silence."""
LATE_DAYS = state.REMEMBERED
FORGET_AT_ONCE = 200
AFTER_LEAVING = timedelta(days=12)
"""For how long those who switched everything off are still learned from."""
_DAY = timedelta(days=1)
_LATER = timedelta(hours=1)

log = logging.getLogger(__name__)


def learn_due(now: datetime, *, seconds: float = 50) -> int:
    """Learn from the users whose day is over, until none is left or the time is up; gives back from how many."""
    until, learned = time.monotonic() + seconds, 0
    if not NudgePool.objects.exists():
        NudgePool.objects.create(state=state.pack(state.new_shared()), made_at=now)
    while time.monotonic() < until:
        ids = _due(now)
        done = _learn_from(ids, now)
        if done is None:
            break  # another learner is at it
        learned += done
        if len(ids) < USERS_AT_ONCE:
            break
    return learned


def _due(now: datetime) -> list[int]:
    rows = NudgePreferences.objects.filter(next_learn_at__lte=now).order_by("next_learn_at")
    return list(rows.values_list("pk", flat=True)[:USERS_AT_ONCE])


def _learn_from(ids: Sequence[int], now: datetime) -> int | None:
    """These users in one transaction; when that fails each in its own, so that one does not hold up the others."""
    try:
        return _learned(ids, now)
    except Exception:
        log.exception("a batch could not be learned from")
    for user_id in ids:
        try:
            _learned([user_id], now)
        except Exception:
            log.exception("a user could not be learned from", extra={"user": user_id})
            NudgePreferences.objects.filter(pk=user_id).update(next_learn_at=now + _LATER)
    return len(ids)


@transaction.atomic
def _learned(ids: Sequence[int], now: datetime) -> int | None:
    pool = NudgePool.objects.select_for_update(skip_locked=True).filter(pk=_newest()).first()
    if pool is None:
        return None
    shared = shared_row(pool)
    if shared is None:
        shared = state.new_shared()  # another form of rows: everyone's is begun anew, too
    before = state.pack(shared)
    _forget_the_nameless(shared)
    for row in NudgePreferences.objects.filter(pk__in=ids).select_related("user"):
        _learn_user(row, shared, now)
    if (after := state.pack(shared)) != before:
        _keep(pool, after, now)
    return len(ids)


def _newest() -> int:
    return NudgePool.objects.values_list("pk", flat=True).first() or 0


def _keep(pool: NudgePool, packed: bytes, now: datetime) -> None:
    """A version that decisions rest on stays as it was; any other is written over."""
    if Decision.objects.filter(pool=pool).exists():
        NudgePool.objects.create(state=packed, made_at=now)
    else:
        NudgePool.objects.filter(pk=pool.pk).update(state=packed, made_at=now)


def _forget_the_nameless(shared: state.Row) -> None:
    """Take what deleted habits and accounts put into the pool out of it, and delete what was learned of them."""
    nameless = list(NudgeMemory.objects.filter(habit=None)[:FORGET_AT_ONCE])
    for memory in nameless:
        if (row := habit_row(bytes(memory.state))) is not None:
            learn.forget(row, shared)
    NudgeMemory.objects.filter(pk__in=[memory.pk for memory in nameless]).delete()


def _learn_user(preferences: NudgePreferences, shared: state.Row, now: datetime) -> None:
    user = preferences.user
    today = today_of(user, now)
    left_at = preferences.opted_out_at
    if not user.is_active or (left_at is not None and now - left_at > AFTER_LEAVING):
        preferences.next_learn_at = None
        preferences.save(update_fields=["next_learn_at"])
        return
    memories = {row.habit_id: row for row in NudgeMemory.objects.filter(user=user, habit__isnull=False)}
    days = _Days(user, today, memories, now)
    days.settle(left_at)
    for habit_id, standing in days.standings.items():
        memory = memories.get(habit_id)
        row = habit_row(bytes(memory.state)) if memory is not None else None
        _learn_habit(days, standing, memory, row, shared)
    preferences.ignored_run = ignored_run(user.pk, today)
    preferences.next_learn_at = next_learning(user, now)
    preferences.save(update_fields=["ignored_run", "next_learn_at"])


class _Days:
    """A user's days since they were last learned from, with the decisions made on them and what became of these."""

    def __init__(self, user: User, today: date, memories: dict[int | None, NudgeMemory], now: datetime) -> None:
        self.user, self.today, self.now = user, today, now
        self.standings = {one.habit.pk: one for one in standings_of([user], now).get(user.pk, [])}
        behind = [row.learned_through for row in memories.values() if row.learned_through is not None]
        earliest = max(min([*behind, today]), today - FURTHEST_BACK * _DAY)
        self.since = min(earliest, today - FIRST_DAYS * _DAY)
        found = Decision.objects.owned_by(user).filter(day__gte=self.since, day__lt=today, features__isnull=False)
        self.decisions = list(found.order_by("day", "slot", "pk"))
        asked: defaultdict[int, set[date]] = defaultdict(set)
        for decision in self.decisions:
            asked[decision.habit_id].add(decision.day)
        wanted = {*self.standings, *asked}
        habits = [(habit, self.since.toordinal()) for habit in owned_habits(user, [*wanted])]
        pasts = pasts_of(user, habits, now)
        self.records = {pk: records(past, user, asked[pk]) for pk, past in pasts.items()}
        self.wishes = {row.habit_id: row for row in HabitPreference.objects.owned_by(user)}
        self.fresh: set[int] = set()

    def settle(self, left_at: datetime | None) -> None:
        """Write down what followed each decision; again for the last days, on which entries may have come late."""
        sent: dict[int, Reaction] = reactions(self.user.pk, self.since)
        leaving = last_before(self.decisions, sent, left_at)
        changed = []
        for decision in self.decisions:
            record = self.records.get(decision.habit_id, {}).get(decision.day)
            if record is None or (decision.settled_at and decision.day < self.today - LATE_DAYS * _DAY):
                continue
            told = outcome_json(decision, record, sent.get(decision.pk), left=decision.pk == leaving)
            if decision.settled_at is None:
                self.fresh.add(decision.pk)
            if decision.outcome != told or decision.settled_at is None:
                decision.outcome, decision.settled_at = told, self.now
                changed.append(decision)
        Decision.objects.bulk_update(changed, ["outcome", "settled_at"], batch_size=200)

    def made_on(self, habit_id: int, day: date) -> list[Decision]:
        """The decisions about a habit on a day that were not learned from yet and came to something."""
        return [one for one in self.decisions if one.habit_id == habit_id and one.day == day and one.pk in self.fresh]


def _learn_habit(
    days: _Days, standing: Standing, memory: NudgeMemory | None, row: state.Row | None, shared: state.Row
) -> None:
    habit, yesterday = standing.habit, days.today - _DAY
    held = days.records.get(habit.pk, {})
    chosen = start_slot(chosen_slot(standing, days.wishes.get(habit.pk)))
    if memory is None or row is None:
        through = yesterday
        past = [(day.toordinal(), record) for day, record in sorted(held.items()) if day <= yesterday]
        row = learn.start(shared, chosen, past[-FIRST_DAYS:])
        memory = memory or NudgeMemory(habit_id=habit.pk, user=days.user)
    else:
        if memory.chosen != chosen:
            learn.choose(row, shared, chosen)
        through = max(memory.learned_through or yesterday, days.today - FURTHEST_BACK * _DAY)
        _catch_up(days, habit.pk, row, shared, through)
    # A journey west brings a day back that was learned already: it is not learned twice.
    memory.state, memory.chosen, memory.learned_through = state.pack(row), chosen, max(through, yesterday)
    memory.save()


def _catch_up(days: _Days, habit_id: int, row: state.Row, shared: state.Row, through: date) -> None:
    """First what came late for days that are learned, then the days since, in order."""
    held = days.records.get(habit_id, {})
    for day, record in sorted(held.items()):
        if through - LATE_DAYS * _DAY < day <= through:
            learn.amend(row, shared, day.toordinal(), record)
        elif through < day < days.today:
            for decision in days.made_on(habit_id, day):
                _weigh(row, shared, decision)
            learn.end_day(row, shared, day.toordinal(), record)


def _weigh(row: state.Row, shared: state.Row, decision: Decision) -> None:
    """Learn from one decision - unless its message never went out: then it was neither sent nor held back."""
    answer, outcome = answer_of(decision), decision.outcome or {}
    if answer is None or (answer.send and not outcome["delivered"]):
        return
    learn.outcome(row, shared, moment_of(decision.moment), answer, seen_of(outcome))
