"""Keeping HabitState: the fold of closed units, moved forward with the writes, and rebuilt when history changes.

Beside the fold of all closed days a state keeps its anchor, the same fold as of a few weeks ago. Edits of recent days
and the views that show them start there, so that neither grows with the length of a history.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from habits.domain.asked import see
from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, advance, needs_from, start
from habits.domain.plan import Rules
from habits.models import Habit, HabitState
from habits.selectors.entries import entry_rows
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from smarthabit.accounts.user import User
from smarthabit.kernel.statements import KeptQuery

ANCHOR_LAG = 16
"""Days the anchor stays behind at least: edits of the last week, and the week of cells before them."""
ANCHOR_REACH = 46
"""Days after which the anchor is moved up."""


def folds_from_scratch(rules: Rules, rows: Sequence[EntryRow], today: int) -> Folds:
    """Both folds as of ``today``, from all entries of the habit."""
    return folds_from(rules, start(rules), rows, today)


def folds_from(rules: Rules, base: Fold, rows: Sequence[EntryRow], today: int, evidence: bytes = b"") -> Folds:
    """Both folds as of ``today``, from a fold that still holds, its evidence, and the entries after it."""
    anchor = advance(rules, base, rows, today - 1 - ANCHOR_LAG)
    anchored = see(rules, base, evidence, rows, after=base.through or 0, upto=anchor.through or 0)
    seen = see(rules, anchor, anchored, rows, after=anchor.through or 0, upto=today - 1)
    return Folds(advance(rules, anchor, rows, today - 1), anchor, seen, today - 1, anchored)


def moved_on(rules: Rules, folds: Folds, rows: Sequence[EntryRow], today: int) -> Folds:
    """The folds after the days up to yesterday have closed; ``rows`` are the entries since the anchor."""
    fold = advance(rules, folds.fold, rows, today - 1)
    if fold.through is None or fold.through - (folds.anchor.through or 0) <= ANCHOR_REACH:
        if fold is folds.fold and folds.seen >= today - 1:
            return folds
        seen = see(rules, folds.fold, folds.evidence, rows, after=folds.seen, upto=today - 1)
        return Folds(fold, folds.anchor, seen, max(folds.seen, today - 1), folds.anchor_evidence)
    return folds_from(rules, folds.anchor, rows, today, folds.anchor_evidence)


def base_for(folds: Folds | None, rules: Rules, first_changed: int, today: int) -> tuple[Fold, bytes]:
    """The latest fold that a change on the day ``first_changed`` leaves standing, and its evidence."""
    if folds is not None:
        usable = [(folds.fold, folds.evidence)] if folds.level else []
        for fold, evidence in [*usable, (folds.anchor, folds.anchor_evidence)]:
            if fold.through is not None and fold.through < min(first_changed, today):
                return fold, evidence
    return start(rules), b""


def store(state: HabitState, folds: Folds, rules: Rules) -> bool:
    """Put the folds into the row; says whether that changed it (the caller saves)."""
    fold, anchor = folds.fold.to_json(), folds.anchor.to_json()
    seen = date.fromordinal(folds.seen) if folds.seen else None
    same = (state.fold, state.anchor, state.week_starts_on) == (fold, anchor, rules.week_starts_on)
    known = (state.evidence_through, bytes(state.evidence), bytes(state.anchor_evidence))
    if same and known == (seen, folds.evidence, folds.anchor_evidence) and state.rules_key:
        return False
    state.evidence_through, state.evidence, state.anchor_evidence = seen, folds.evidence, folds.anchor_evidence
    state.rules_key = state.rules_key or secrets.randbits(62) + 1
    state.fold, state.anchor, state.week_starts_on = fold, anchor, rules.week_starts_on
    state.through = date.fromordinal(folds.fold.through) if folds.fold.through else None
    return True


STATE_FIELDS = [
    "fold",
    "anchor",
    "through",
    "week_starts_on",
    "rules_key",
    "evidence",
    "evidence_through",
    "anchor_evidence",
]


_SAVE = {
    "postgresql": """
UPDATE habits_habitstate AS state SET fold = made.fold::jsonb, anchor = made.anchor::jsonb, through = made.through,
  week_starts_on = made.week_starts_on, rules_key = made.rules_key, evidence = made.evidence,
  evidence_through = made.evidence_through, anchor_evidence = made.anchor_evidence
FROM unnest(%s::text[], %s::text[], %s::date[], %s::smallint[], %s::bigint[], %s::bytea[], %s::date[], %s::bytea[],
  %s::bigint[]) AS made(fold, anchor, through, week_starts_on, rules_key, evidence, evidence_through, anchor_evidence,
  habit_id)
WHERE state.habit_id = made.habit_id
""",
    "sqlite": """
UPDATE habits_habitstate SET fold = %s, anchor = %s, through = %s, week_starts_on = %s, rules_key = %s, evidence = %s,
  evidence_through = %s, anchor_evidence = %s
WHERE habit_id = %s
""",
}
"""``STATE_FIELDS`` of many rows; the ORM's bulk_update takes several times as long to be put together as to run."""


def save_states(states: Sequence[HabitState]) -> None:
    """Write the rows that ``store`` changed: one statement for all of them."""
    if not states:
        return
    rows: list[tuple[Any, ...]] = [
        (
            json.dumps(state.fold),
            json.dumps(state.anchor),
            _iso(state.through),
            state.week_starts_on,
            state.rules_key,
            state.evidence,
            _iso(state.evidence_through),
            state.anchor_evidence,
            state.habit_id,
        )
        for state in states
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_SAVE["postgresql"], [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(_SAVE["sqlite"], rows)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def forget_rules(user: User, habit_ids: Iterable[int] | None = None) -> None:
    """Have the plans and pauses of these habits (all of the user's) looked up again."""
    states = HabitState.objects.filter(user_id=user.pk)
    if habit_ids is not None:
        states = states.filter(habit_id__in=list(habit_ids))
    states.update(rules_key=0)


def lock_states(user: User, habit_ids: Iterable[int]) -> list[HabitState]:
    """The state rows of these habits of the user, locked in the order of their ids, each with its habit."""
    ids = list(habit_ids)
    if len(ids) == 1:
        return lock_one(user.pk, ids[0])
    return list(_lockable().filter(user_id=user.pk, habit_id__in=ids).order_by("habit_id"))


def lock_all_states(habit_ids: Iterable[int]) -> list[HabitState]:
    """The same for habits of several users."""
    return list(_lockable().filter(habit_id__in=list(habit_ids)).order_by("habit_id"))


def _lockable() -> QuerySet[HabitState]:
    return HabitState.objects.select_related("habit").select_for_update(of=("self",))


lock_one = KeptQuery(lambda user, habit: _lockable().filter(user_id=user, habit_id=habit), 1, 2, remember=500)
"""``lock_states`` for one habit: (user id, habit id)."""


@transaction.atomic
def refold_habits(user: User, habits: Sequence[Habit], today: date, *, since: date | None = None) -> None:
    """Make the states of these habits afresh, from the last fold before ``since`` where that still stands."""
    states = lock_states(user, [habit.pk for habit in habits])
    for state in states:
        state.rules_key = 0
    rules = rules_of(user, [state.habit for state in states])
    ordinal = today.toordinal()
    for state in states:
        held = stored_folds(state, rules[state.habit_id]) if since else None
        base, evidence = base_for(held, rules[state.habit_id], since.toordinal() if since else 0, ordinal)
        rows = entry_rows(state.habit_id, needs_from(base))
        store(state, folds_from(rules[state.habit_id], base, rows, ordinal, evidence), rules[state.habit_id])
    save_states(states)


def refold_habit(user: User, habit: Habit, today: date, *, since: date | None = None) -> None:
    """``refold_habits`` for one."""
    refold_habits(user, [habit], today, since=since)
