"""Fitting the model: from people's logs to weights, deterministic and in memory.

Ridge-penalised logistic regression by iteratively reweighted least squares (Newton's method; Hastie, Tibshirani and
Friedman, The Elements of Statistical Learning, 4.4), on exactly the states and inputs that forecasts are made from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import FEATURES, PAIRS, Inputs, as_states, build_inputs
from analytics.domain.risk_model import CLIP, pair_products, standardised
from analytics.domain.risk_weights import Weights
from habits.domain.evidence import TIME_BINS, Evidence, observe
from habits.domain.evidence_arrays import PACKED

Doubles = NDArray[np.float64]
RIDGE_MAIN: Final = 60.0
RIDGE_PAIRS: Final = 1500.0
_STEPS: Final = 8  # Newton on a convex problem: the last ones move nothing
_DORMANT: Final = 30  # units missed in a row, or days not due, after which a log's next row is only ever a return


@dataclass(frozen=True, slots=True)
class LogRow:
    """One habit's day in a log: whether it was due, kept, skipped, and the minute of the day it was done, if known."""

    habit: str
    day: int
    due: bool
    done: bool
    skipped: bool = False
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Examples:
    """Due units with the inputs a forecast would have had that morning, and what came of them."""

    inputs: Inputs
    missed: NDArray[np.bool_]


class TooLittleError(ValueError):
    """There are too few outcomes, or all are alike."""


def fit(logs: Iterable[Sequence[LogRow]], revision: int = 1) -> Weights:
    """Weights from users' logs, one sequence a user, days in order.

    Raises TooLittleError without 200 mixed outcomes.
    """
    kept = [list(rows) for rows in logs]
    return fit_examples(examples(kept), day_shape(kept), revision)


def fit_examples(found: Examples, shape: NDArray[np.float32], revision: int = 1) -> Weights:
    """Weights from examples and the hours at which things are done. Raises TooLittleError as fit does."""
    if len(found.missed) < 200 or found.missed.all() or not found.missed.any():
        raise TooLittleError(f"{len(found.missed)} outcomes are too few, or all alike")
    matrix = found.inputs.matrix
    zero = np.zeros(len(PAIRS), dtype=np.float32)
    draft = Weights(
        revision=revision,
        intercept=0.0,
        centre=matrix.mean(axis=0),
        spread=_spread(matrix),
        pair_centre=zero,
        pair_spread=zero + 1,
        main=np.zeros(len(FEATURES), dtype=np.float32),
        pairs=zero,
        day_shape=shape,
    )
    scaled = standardised(found.inputs, draft)
    products = pair_products(scaled)
    draft = replace(draft, pair_centre=products.mean(axis=0), pair_spread=_spread(products))
    pairs = np.clip((products - draft.pair_centre) / draft.pair_spread, -CLIP, CLIP)
    ridge = np.repeat([1e-6, RIDGE_MAIN, RIDGE_PAIRS], [1, len(FEATURES), len(PAIRS)])
    solved = _irls(np.hstack([np.ones((len(scaled), 1)), scaled, pairs]), found.missed.astype(np.float64), ridge)
    main, rest = solved[1 : 1 + len(FEATURES)], solved[1 + len(FEATURES) :]
    return replace(draft, intercept=float(solved[0]), main=main.astype(np.float32), pairs=rest.astype(np.float32))


def _spread(columns: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standard deviations; 1 for a column that never varies, which then adds nothing."""
    spread: NDArray[np.float32] = columns.std(axis=0)
    return np.where(spread > 1e-6, spread, 1).astype(np.float32)


def _irls(columns: Doubles, missed: Doubles, ridge: Doubles) -> Doubles:
    weights = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(columns @ weights)))
        slope = columns.T @ (p - missed) + ridge * weights
        curve = (columns * (p * (1 - p) + 1e-6)[:, None]).T @ columns + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    return weights


def examples(logs: Iterable[Sequence[LogRow]]) -> Examples:
    """Every due unit with a history, as it stood that morning.

    Left out: a habit's first due unit, the last day of its log, and returns after _DORMANT misses or days off. Logs cut
    their long silences at the next entry, so such a row says how the log was made, not how people come back.
    """
    collected = _Collected()
    for rows in logs:
        _collect(rows, collected)
    states = as_states(b"".join(collected.packed)) if collected.packed else np.zeros(0, dtype=PACKED)
    inputs = build_inputs(states, np.array(collected.day, np.int64), np.array(collected.owner, np.int64))
    outcome = np.array(collected.outcome, dtype=np.int64)
    wanted = outcome >= 0
    chosen = Inputs(inputs.matrix[wanted], inputs.staleness[wanted])
    return Examples(chosen, outcome[wanted] == 1)


@dataclass(slots=True)
class _Collected:
    packed: list[bytes] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    outcome: list[int] = field(default_factory=list)  # -1: not an example
    groups: int = 0


def _collect(rows: Sequence[LogRow], into: _Collected) -> None:
    ends = {row.habit: row.day for row in rows}
    known: dict[str, Evidence] = {}
    packed: dict[str, bytes] = {}
    for day, group in groupby(rows, key=attrgetter("day")):
        today = {row.habit: row for row in group}
        wanted = {h for h, row in today.items() if h in known and day < ends[h] and _is_example(row, known[h])}
        if wanted:
            into.packed += packed.values()
            into.day += [day] * len(packed)
            into.owner += [into.groups] * len(packed)
            into.outcome += [int(not today[h].done) if h in wanted else -1 for h in packed]
            into.groups += 1
        for habit, row in today.items():
            state = known.setdefault(habit, Evidence())
            observe(state, day, due=row.due, done=row.done, skipped=row.skipped, minute=row.minute)
            packed[habit] = state.to_bytes()


def _is_example(row: LogRow, state: Evidence) -> bool:
    asked = row.due and (row.done or not row.skipped)
    gap = row.day - state.first_day - state.last_due
    return asked and state.due_units > 0 and state.lapse < _DORMANT and gap < _DORMANT


def day_shape(logs: Iterable[Sequence[LogRow]]) -> NDArray[np.float32]:
    """Share of completions in each hour of the day, every user counting alike, smoothed; flat when no time is known."""
    total = np.full(TIME_BINS, 0.02)
    for rows in logs:
        hours = [row.minute // 60 for row in rows if row.done and row.minute is not None]
        if hours:
            total += np.bincount(hours, minlength=TIME_BINS) / len(hours)
    shape: NDArray[np.float32] = (total / total.sum()).astype(np.float32)
    return shape
