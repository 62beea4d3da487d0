"""Closing a day of many habits at once: what is plain is folded as arrays, and stored by one statement.

Plain is a habit that lacks nothing but the day, is asked for on days, and whose streak the day leaves standing. The
others - whose streak ends or spends a freeze, who were away for longer, who count weeks - are folded one by one by
``rollover``, which has more to tell of them. Both give the same states.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection

from habits.domain import fold
from habits.domain.evidence import SIZE
from habits.domain.evidence_arrays import NO_MINUTE, PACKED, States, can_follow, observe_all
from habits.domain.fold_arrays import Asked, Counts, Ints, Stated, close_day, ends_streaks, marks_of
from habits.domain.ledger import DONE
from habits.selectors.closing import NOT_STATED, STREAK, InForce, lock_and_find_plain, plans_in_force
from habits.services.states import ANCHOR_REACH
from smarthabit.kernel.among import array_of
from smarthabit.kernel.bulk import Rows

# Texts and evidence travel end to end: as arrays each would be quoted for itself, which takes longer than the update.
_SAVE: Final = {
    "postgresql": """
UPDATE habits_habitstate AS state SET fold = made.fold::jsonb, through = %s, evidence_through = %s,
  evidence = substring(%s::bytea FROM (made.place::int - 1) * %s + 1 FOR %s)
FROM unnest(string_to_array(%s, E'\\n'), %s::bigint[]) WITH ORDINALITY AS made(fold, habit_id, place)
WHERE state.habit_id = made.habit_id
""",
    "sqlite": """
UPDATE habits_habitstate SET fold = %s, evidence = %s, through = %s, evidence_through = %s WHERE habit_id = %s
""",
}


def close_plain(habit_ids: Collection[int], today: int) -> set[int]:
    """Close yesterday for those of these habits that are plain; gives back which. All their states are locked.

    Call it within a transaction.
    """
    day = today - 1
    states = lock_and_find_plain(habit_ids, day, anchored_since=day - ANCHOR_REACH)
    plans = plans_in_force(states["habit_id"].tolist(), day)
    _, of_states, of_plans = np.intersect1d(states["habit_id"], plans.habit_id, assume_unique=True, return_indices=True)
    return _close(states[of_states], _asked(states["limit"][of_states], plans, of_plans), day)


def _close(states: Rows, asked: Asked, day: int) -> set[int]:
    valued = states["value"] != NOT_STATED
    stated = Stated(valued, np.where(valued, states["value"], 0), states["skipped"] != 0)
    counts = _counts(states)
    marks, amounts = marks_of(asked, stated)
    evidence = np.frombuffer(states["evidence"].tobytes(), dtype=PACKED)
    plain = np.flatnonzero(can_follow(evidence, day) & ~ends_streaks(asked, marks, counts))
    if not len(plain):
        return set()
    ids = states["habit_id"][plain].tolist()
    moved = close_day(asked, marks, amounts, counts, day).of(plain)
    laid = _Day(day, asked, marks, states["minute"])
    _save(ids, moved, _observed(evidence[plain], laid, plain), day)
    return set(ids)


class _Day(NamedTuple):
    """The day that closes, laid out: a column of each, one value a habit."""

    day: int
    asked: Asked
    marks: Ints
    minutes: Ints


def _observed(evidence: States, laid: _Day, plain: Ints) -> States:
    """The evidence of the ``plain`` ones, shown days that were asked for, and those that were done besides."""
    limit, due = laid.asked.limit[plain], (laid.asked.due & (laid.marks >= 0))[plain]
    done = (laid.marks == DONE)[plain]
    seen = np.flatnonzero(due | (done & ~limit))
    observed = evidence[seen]
    timed = np.where(done != limit, laid.minutes[plain], NO_MINUTE)
    observe_all(observed, laid.day, due[seen], done[seen], timed[seen])
    evidence[seen] = observed
    return evidence


def _asked(limit: Ints, plans: InForce, at: Ints) -> Asked:
    return Asked(limit != 0, plans.due[at], plans.target[at], plans.freezes[at], plans.held[at], plans.gained[at])


def _counts(states: Rows) -> Counts:
    current, longest, since, freezes, run = (states[name] for name in STREAK)
    return Counts(current, longest, since, freezes, run, states["strength"])


def _save(ids: Sequence[int], counts: Counts, evidence: States, day: int) -> None:
    columns = (counts.current, counts.longest, counts.since, counts.freezes, counts.run, counts.strength)
    folds = [_stored(day, each) for each in zip(*(column.tolist() for column in columns), strict=True)]
    on = date.fromordinal(day).isoformat()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            packed: bytes = evidence.tobytes()
            cursor.execute(_SAVE["postgresql"], [on, on, packed, SIZE, SIZE, "\n".join(folds), array_of(ids)])
        else:
            each = zip(folds, (one.tobytes() for one in evidence), ids, strict=True)
            cursor.executemany(_SAVE["sqlite"], [(made, seen, on, on, pk) for made, seen, pk in each])


def _stored(day: int, figures: tuple[Any, ...]) -> str:
    """``Fold.to_json`` as text; such folds hold nothing but these figures."""
    current, longest, since, freezes, run, strength = figures
    streak = f"[{current}, {longest}, {since or 'null'}, {freezes}, {run}]"
    return f'{{"v": {fold.VERSION}, "through": {day}, "streak": {streak}, "strength": {strength!r}}}'
