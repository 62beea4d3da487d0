"""What was learned, read back from its bytes."""

from __future__ import annotations

from collections.abc import Mapping

from nudges.domain import state
from nudges.models import NudgeMemory, NudgePool


def pool_now() -> tuple[NudgePool | None, state.Row]:
    """The newest version of what all have in common; the prior, of no version, where there is none that can be read."""
    newest = NudgePool.objects.first()
    row = shared_row(newest) if newest else None
    return (newest, row) if row is not None else (None, state.new_shared())


def shared_row(pool: NudgePool) -> state.Row | None:
    """The row of one version, or None where it was written in another form."""
    try:
        return state.unpack_shared(bytes(pool.state))
    except ValueError:
        return None


def habit_row(raw: bytes) -> state.Row | None:
    """A habit's row, or None where it was written in another form."""
    try:
        return state.unpack_habit(raw)
    except ValueError:
        return None


def rows_for(chosen: Mapping[int, int]) -> dict[int, state.Row]:
    """The rows of habits, by id; ``chosen`` is the slot that each starts from while nothing is known of it."""
    stored = NudgeMemory.objects.filter(habit_id__in=chosen.keys()).values_list("habit_id", "state")
    rows = {int(pk or 0): row for pk, raw in stored if (row := habit_row(bytes(raw))) is not None}
    return {pk: rows[pk] if pk in rows else state.new_habit(slot) for pk, slot in chosen.items()}
