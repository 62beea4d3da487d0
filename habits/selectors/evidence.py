"""What histories say about today: each habit's evidence, up to yesterday whatever jobs have run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from habits.domain.asked import see
from habits.domain.fold import Fold, needs_from, start
from habits.domain.plan import Rules, is_off
from habits.models import Habit
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from habits.selectors.views import HabitView
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User


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
