"""Holding the stored states against their entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction

from habits.domain.asked import see
from habits.domain.entry import EntryRow
from habits.domain.fold import advance, needs_from, start
from habits.domain.plan import Rules
from habits.models import Habit, HabitState
from habits.selectors.entries import entry_rows
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from habits.services.states import folds_from_scratch, lock_states, save_states, store
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

_BATCH = 200


def rebuild(*, now: datetime, email: str | None = None, write: bool) -> Iterator[tuple[int, str, bool]]:
    """For every habit its id, its owner's email, and whether its state differed; with ``write`` it is mended."""
    users = User.objects.order_by("pk")
    if email:
        users = users.filter(email=email.strip().lower())
    for user in users.iterator(chunk_size=_BATCH):
        ids = list(Habit.objects.owned_by(user).order_by("pk").values_list("pk", flat=True))
        for at in range(0, len(ids), _BATCH):
            for habit_id, differs in _rebuild_some(user, ids[at : at + _BATCH], today_of(user, now), write=write):
                yield habit_id, user.email, differs


@transaction.atomic
def _rebuild_some(user: User, ids: list[int], today: date, *, write: bool) -> list[tuple[int, bool]]:
    states = lock_states(user, ids)
    rules = rules_of(user, [state.habit for state in states])
    found = [(state.habit_id, _differs(state, rules[state.habit_id], today)) for state in states]
    differing = {habit_id for habit_id, differs in found if differs}
    if write:
        save_states([state for state in states if state.habit_id in differing])
    return found


def _differs(state: HabitState, rules: Rules, today: date) -> bool:
    """Whether the row is not what its entries come to as of its own day; makes the row right either way."""
    rows = entry_rows(state.habit_id)
    folds = stored_folds(state, rules)
    differs = folds is None
    for stored in (folds.fold, folds.anchor) if folds else ():
        again = start(rules) if needs_from(stored) == 1 else advance(rules, start(rules), rows, stored.through or 0)
        differs = differs or again.to_json() != stored.to_json()
    differs = differs or (folds is not None and _evidence_differs(rules, folds, rows))
    store(state, folds_from_scratch(rules, rows, today.toordinal()), rules)
    return differs


def _evidence_differs(rules: Rules, folds: Folds, rows: Sequence[EntryRow]) -> bool:
    kept = (folds.evidence, folds.seen), (folds.anchor_evidence, folds.anchor.through or 0)
    return any(see(rules, start(rules), b"", rows, after=0, upto=upto) != packed for packed, upto in kept)
