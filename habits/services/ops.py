"""Operations of devices that were offline: each is done once, and answered the same ever after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from habits.models import Entry, OpResult
from habits.services.changes import EntryWrite
from habits.services.entries import Written, write_entries
from habits.services.states import lock_states
from habits.services.writing import EntryOutcome
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError

MOST_OPS = 1000


@dataclass(frozen=True, slots=True)
class Op:
    """An operation as it came in; ``error`` is set where its shape already rules it out."""

    op_id: str
    write: EntryWrite | None
    error: RuleError | None = None


Describe = Callable[[Entry, Written], Any]


@transaction.atomic
def apply_ops(
    *, user: User, ops: Sequence[Op], now: datetime, describe: Describe, tab: str = ""
) -> list[dict[str, Any]]:
    """Apply the operations in order; a repeated op_id is answered from the first time.

    ``describe`` turns an entry into what is answered and stored. The habits are locked before the stored answers are
    read, so that the same operation sent twice at once is still done once.
    """
    lock_states(user, sorted({op.write.habit_id for op in ops if op.write}))
    known = dict(
        OpResult.objects.filter(user_id=user.pk, op_id__in={op.op_id for op in ops}).values_list("op_id", "result")
    )
    fresh = {op.op_id: op for op in reversed(ops) if op.op_id not in known}
    ordered = list(dict.fromkeys(op.op_id for op in ops if op.op_id in fresh))
    writes = [(op_id, fresh[op_id].write) for op_id in ordered if fresh[op_id].write and not fresh[op_id].error]
    written = write_entries(
        user=user,
        writes=[write for _, write in writes if write],
        now=now,
        source="offline",
        tab=tab,
        refuse=False,
        week=False,
    )
    outcomes = dict(zip([op_id for op_id, _ in writes], written.outcomes, strict=True))
    answers = {op_id: _answer(fresh[op_id], outcomes.get(op_id), written, describe) for op_id in ordered}
    OpResult.objects.bulk_create(
        [OpResult(user_id=user.pk, op_id=op_id, result=answer, created_at=now) for op_id, answer in answers.items()],
        batch_size=500,
    )
    return [known.get(op.op_id) or answers[op.op_id] for op in ops]


def _answer(op: Op, outcome: EntryOutcome | None, written: Written, describe: Describe) -> dict[str, Any]:
    error = op.error or (outcome.error if outcome else None)
    if error is not None or outcome is None:
        problem = error or RuleError("invalid", "")
        return {
            "op_id": op.op_id,
            "status": "rejected",
            "entry": None,
            "error": {"code": problem.code, "detail": problem.message, "field": problem.field},
        }
    entry = describe(outcome.entry, written) if outcome.entry else None
    return {"op_id": op.op_id, "status": "applied" if outcome.stands else "kept_newer", "entry": entry}
