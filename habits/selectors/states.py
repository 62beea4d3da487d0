"""The stored folds of a habit, as far as they still stand."""

from dataclasses import dataclass
from typing import Any

from habits.domain.evidence import is_packed
from habits.domain.fold import Fold
from habits.domain.plan import Rules
from habits.models import HabitState


@dataclass(frozen=True, slots=True)
class Folds:
    """The fold of all closed days, and its anchor: the same as of some weeks ago; each with its evidence, packed.

    Evidence is of closed days, a fold of closed units: in the middle of a week ``seen`` is later than ``fold.through``.
    """

    fold: Fold
    anchor: Fold
    evidence: bytes = b""
    seen: int = 0
    """The ordinal up to which ``evidence`` has seen all days; that of the anchor goes as far as the anchor."""
    anchor_evidence: bytes = b""

    @property
    def level(self) -> bool:
        """Whether fold and evidence hold the same days, so that both can be moved on from here."""
        return self.seen == (self.fold.through or 0)


_MOST_KEPT = 500
_kept: dict[int, tuple[Any, Any, Folds]] = {}


def kept_folds(state: HabitState, rules: Rules) -> Folds | None:
    """``stored_folds``, made once for all copies of one row (see ``KeptQuery``): they share what was parsed of it."""
    kept = _kept.get(state.habit_id)
    if (
        kept is not None
        and kept[0] is state.fold
        and kept[1] is state.anchor
        and state.week_starts_on == rules.week_starts_on
    ):
        return kept[2]
    folds = stored_folds(state, rules)
    if folds is not None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[state.habit_id] = state.fold, state.anchor, folds
    return folds


def stored_folds(state: HabitState, rules: Rules) -> Folds | None:
    """The folds of a state row, or None if they were made in another form or for other weeks."""
    if state.week_starts_on != rules.week_starts_on:
        return None
    fold, anchor = Fold.from_json(state.fold), Fold.from_json(state.anchor)
    evidence, anchored = bytes(state.evidence), bytes(state.anchor_evidence)
    seen = state.evidence_through.toordinal() if state.evidence_through else 0
    if not (fold and anchor and is_packed(evidence) and is_packed(anchored)) or seen < (fold.through or 0):
        return None
    return Folds(fold, anchor, evidence, seen, anchored)
