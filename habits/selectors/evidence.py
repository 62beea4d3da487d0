"""What histories say about today: each habit's evidence, up to yesterday whatever jobs have run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from habits.domain.asked import see
from habits.domain.evidence import SIZE, VERSION, Evidence
from habits.domain.fold import Fold, needs_from, start
from habits.domain.plan import Rules, is_off
from habits.models import Habit
from habits.selectors.entries import rows_since
from habits.selectors.pasts import owned_habits
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from habits.selectors.views import HabitView
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.bulk import Column, fetch_rows

MOST_BEHIND: Final = 500
"""Habits whose states lag behind that are moved on for one reading, the first ones; a job closes days for all."""
BLANK: Final = Evidence().to_bytes()
"""Evidence of a habit nothing is known of."""
_COLUMNS: Final = (Column("habit", "bigint"), Column("fresh", "bigint"), Column("evidence", "bytes", SIZE))
_SELECT: Final = """
SELECT state.habit_id,
  CAST(CASE WHEN state.evidence_through = %s AND state.week_starts_on = %s THEN 1 ELSE 0 END AS bigint),
  CASE WHEN length(state.evidence) = %s THEN state.evidence ELSE %s END
FROM habits_habitstate state JOIN habits_habit habit ON habit.id = state.habit_id
WHERE state.user_id = %s AND habit.archived_on IS NULL ORDER BY state.habit_id
"""


class InUse(NamedTuple):
    """The habits of a user that are in use, by id, with what their histories say: packed evidence end to end.

    ``whole`` is False where more states lag behind than are moved on: then some evidence ends a day or more early.
    """

    ids: NDArray[np.int64]
    evidence: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class _Basis:
    """Where to move on from: a fold, evidence of the days up to ``seen``."""

    fold: Fold
    evidence: bytes
    seen: int


def evidence_of(user: User, habits: Sequence[Habit], now: datetime) -> dict[int, bytes]:
    """Packed evidence of these habits of the user (with their states selected); b"" where nothing was asked yet.

    No entries are read unless a state lags behind.
    """
    today = today_of(user, now).toordinal()
    rules = rules_of(user, habits)
    bases = {habit.pk: _basis(stored_folds(habit.state, rules[habit.pk]), rules[habit.pk], today) for habit in habits}
    rows = rows_since([(pk, needs_from(base.fold)) for pk, base in bases.items() if base.seen < today - 1])
    return {
        pk: see(rules[pk], base.fold, base.evidence, rows[pk], after=base.seen, upto=today - 1)
        for pk, base in bases.items()
    }


def evidence_in_use(user: User, now: datetime) -> InUse:
    """The same of all habits in use, as arrays: one query, and a few more while days are still to be closed."""
    yesterday = today_of(user, now) - timedelta(days=1)
    rows = fetch_rows(_SELECT, [yesterday, user.week_starts_on, SIZE, BLANK, user.pk], _COLUMNS)
    packed = np.frombuffer(rows["evidence"].tobytes(), dtype=np.uint8).reshape(-1, SIZE).copy()
    known = packed[:, 0] == VERSION
    packed[~known] = np.frombuffer(BLANK, dtype=np.uint8)
    behind = rows["habit"][(rows["fresh"] == 0) | ~known]
    moved = _moved_on(user, behind, now)
    for at, pk in zip(np.searchsorted(rows["habit"], [*moved]).tolist(), moved, strict=True):
        packed[at] = np.frombuffer(moved[pk] or BLANK, dtype=np.uint8)
    return InUse(rows["habit"], packed.tobytes(), len(moved) == len(behind))


def _moved_on(user: User, behind: NDArray[np.int64], now: datetime) -> dict[int, bytes]:
    if not len(behind):
        return {}
    if len(behind) <= MOST_BEHIND:
        return evidence_of(user, owned_habits(user, behind.tolist()), now)
    first = owned_habits(user, most=MOST_BEHIND)
    lagging = set(behind.tolist())
    return evidence_of(user, [habit for habit in first if habit.pk in lagging], now)


def _basis(folds: Folds | None, rules: Rules, today: int) -> _Basis:
    """The latest that had closed no day from today on."""
    if folds is not None and folds.seen < today:
        return _Basis(folds.fold, folds.evidence, folds.seen)
    if folds is not None and folds.anchor.through is not None and folds.anchor.through < today:
        return _Basis(folds.anchor, folds.anchor_evidence, folds.anchor.through)
    return _Basis(start(rules), b"", 0)


def usual_amount(view: HabitView) -> int:
    """What a day with an amount brings on average, in thousandths, as far back as the state and the week know; or 0."""
    stored = Fold.from_json(view.habit.state.fold)
    amounts = [*(stored.recent_amounts if stored else ()), *(cell.value or 0 for cell in view.week)]
    some = [amount for amount in amounts if amount > 0]
    return sum(some) // len(some) if some else 0


def coming_days(rules: Rules, today: date, last: date) -> list[int]:
    """The ordinals after today up to ``last`` that are not off, as far as is known."""
    return [day for day in range(today.toordinal() + 1, last.toordinal() + 1) if not is_off(rules, day)]
