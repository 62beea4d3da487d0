"""Asking again what was decided: from the kept rows the same question gets the same answer, to the last bit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from nudges.domain import policy, state
from nudges.domain.eligibility import Limits
from nudges.models import Decision
from nudges.selectors.memories import habit_row, shared_row
from nudges.selectors.moments import moment_of


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many decisions were asked again, how many answered otherwise, and how many rest on another form of rows."""

    same: int
    other: tuple[int, ...]
    unreadable: int


def replay_all(decisions: Iterable[Decision]) -> Replayed:
    """Ask these again (with their pools selected); those that were refused rest on no rows and are left out."""
    same, other, unreadable = 0, [], 0
    for decision in decisions:
        if decision.features is None:
            continue
        answer = replay(decision)
        if answer is None:
            unreadable += 1
        elif stands(decision, answer):
            same += 1
        else:
            other.append(decision.pk)
    return Replayed(same, tuple(other), unreadable)


def replay(decision: Decision) -> policy.Decision | None:
    """The answer to the same question, or None where its rows were kept in another form than today's."""
    row = habit_row(zlib.decompress(bytes(decision.memory or b"")))
    shared = shared_row(decision.pool) if decision.pool else state.new_shared()
    if row is None or shared is None:
        return None
    limits = Limits(**decision.limits)
    moment = moment_of(decision.moment)
    return policy.decide_many(
        [moment], row, shared, seed=decision.seed, experiments=decision.experiments, limits=limits
    )[0]


def stands(decision: Decision, answer: policy.Decision) -> bool:
    """Whether what was kept is exactly this answer."""
    features = None if answer.features is None else _plain(asdict(answer.features))
    return (
        decision.action == (answer.style or "no_send")
        and decision.reason == answer.reason
        and decision.propensities == answer.propensities
        and _plain(decision.features) == features
    )


def _plain(features: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in features.items()}
