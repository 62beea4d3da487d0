"""The stored folds of a habit, as far as they still stand."""

from dataclasses import dataclass

from habits.domain.fold import Fold
from habits.domain.plan import Rules
from habits.models import HabitState


@dataclass(frozen=True, slots=True)
class Folds:
    """The fold of all closed days, and its anchor: the same as of some weeks ago."""

    fold: Fold
    anchor: Fold


def stored_folds(state: HabitState, rules: Rules) -> Folds | None:
    """The folds of a state row, or None if they were made in another form or for other weeks."""
    if state.week_starts_on != rules.week_starts_on:
        return None
    fold, anchor = Fold.from_json(state.fold), Fold.from_json(state.anchor)
    return Folds(fold, anchor) if fold is not None and anchor is not None else None
