"""Decide whether to nudge now, and in which wording, by Thompson sampling with exact propensities.

A draw of the person's type from its posterior would nudge if, for that type, now is worth it and no later slot is
better. The probability of that is computed, not sampled: it is the posterior weight of those types. Where now is also
best on the average over types it is raised, so that what is known is used. Too small a probability is silence by
choice, logged as not randomised; others are clipped. One uniform number, keyed by the seed and the decision's name,
then picks the action: the same question always gets the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nudges.domain import baseline, effect, prior, value
from nudges.domain.eligibility import Limits, refusal
from nudges.domain.moment import Moment
from nudges.domain.prior import Floats
from nudges.domain.slots import STYLES
from nudges.domain.state import VERSION, WASTED, Row

CLIP: Final = (0.03, 0.85)
LEAST_STYLE_SHARE: Final = 0.05
SILENT_BELOW: Final = 0.25
AVERAGE_SHARE: Final = 0.2  # of the probability given to what is best on the average
AVERAGE_LEAST: Final = 0.75  # P(send) where now is best on the average
BUSY_GAIN: Final = 0.025  # completions a third message in a week must be expected to bring; a fourth twice as many
BUSY_SURE: Final = 0.3  # more than SILENT_BELOW in a busy week
BUSY_AT, BUSY_WIDTH, BUSY_AFTER_SENDS = 1.8, 0.25, 3.0
TASTE_SPREAD: Final = 0.7
DIGEST_RELIEF: Final = 0.5  # joining a message that goes out anyway costs half the attention of a new one

_DRAWS: Final = np.random.default_rng(20250106).standard_normal((48, len(STYLES)))


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rested on, to be logged with it and learned from.

    Hazards (6 slots) without a nudge, and per wording the strength apart from type and wear, and its recent use.
    """

    version: int
    hazard: tuple[float, ...]
    strength: tuple[float, ...]
    used: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer. `propensities` holds every action that could have come out; `features` is None after a refusal."""

    send: bool
    style: str | None
    propensities: dict[str, float]
    reason: str
    features: Features | None


def decide_many(
    moments: Sequence[Moment],
    rows: Row,
    shared: Row,
    *,
    seed: int,
    experiments: bool = True,
    limits: Limits | None = None,
) -> list[Decision]:
    """Decide for one slot's batch; `rows` are the user-habit rows in the order of `moments`.

    Every decision depends on its own moment and rows only, not on the batch. Raises ValueError for moments of
    different slots.
    """
    refusals = [refusal(m, limits or Limits()) for m in moments]
    answers = [_refused(reason) for reason in refusals]
    free = [i for i, reason in enumerate(refusals) if reason is None]
    if free:
        chosen = _choose([moments[i] for i in free], rows[free], shared, seed, experiments)
        for i, answer in zip(free, chosen, strict=True):
            answers[i] = answer
    return answers


def _refused(reason: str | None) -> Decision:
    return Decision(send=False, style=None, propensities={"no_send": 1.0}, reason=reason or "", features=None)


def _choose(moments: list[Moment], rows: Row, shared: Row, seed: int, experiments: bool) -> list[Decision]:
    slot = moments[0].slot
    if any(m.slot != slot for m in moments):
        raise ValueError("a batch holds the moments of one slot")
    allowed = np.array([[style in m.styles for style in STYLES] for m in moments])
    load = np.array([m.sent_week_user for m in moments], float)
    since = np.array([m.day for m in moments]) - rows["day"].astype(float)
    hazard = baseline.hazards(rows, shared, np.array([int(m.weekday >= 5) for m in moments]))
    scale = effect.multipliers(rows, shared, since, load)
    weight = effect.posterior(rows, effect.log_prior(shared))
    styles = value.style_values(scale, allowed)
    cost = value.Cost(
        leaving_rate=leaving_rate(shared, rows),
        wears_out=1 - float(shared["wear"][0, 0]),
        sends=rows["sends"].astype(float),
        load=load,
        relief=np.array([DIGEST_RELIEF if m.digest_open else 1.0 for m in moments]),
        quiet=np.array([value.quiet_starts(m.quiet) for m in moments]),
    )
    worth = value.worth(slot, weight, hazard, value.offer(scale, styles), cost)
    chance = _chance(worth, cost) if experiments else worth.on_average.astype(float)
    shares = _style_shares(weight, scale, styles, allowed, experiments)
    strength = scale.style * (scale.slot[:, slot] * scale.tired)[:, None]
    return [
        _answer(
            m,
            float(chance[i]),
            shares[i],
            Features(VERSION, *map(_plain, (hazard[i], strength[i], scale.used[i]))),
            seed,
        )
        for i, m in enumerate(moments)
    ]


def leaving_rate(shared: Row, rows: Row) -> Floats:
    """P(a message makes its user switch off), by the nudges in a row before it whose days were missed."""
    rates = shared["left"][0, :, 0] / shared["left"][0, :, 1]
    return np.asarray(rates[np.searchsorted(WASTED, rows["wasted"], "right")])


def _chance(worth: value.Worth, cost: value.Cost) -> Floats:
    """P(send): 0 for silence, else within CLIP.

    Some people are pushed away by many messages, and single people's data are too few to see it in time. So a message
    in a busy week must be expected to bring something, the more so the busier it is, and in a population on whom
    messages wear out.
    """
    chance = (1 - AVERAGE_SHARE) * worth.best_now + AVERAGE_SHARE * worth.on_average
    chance = np.maximum(chance, AVERAGE_LEAST * worth.on_average)
    busy = np.minimum(1.0, cost.sends / BUSY_AFTER_SENDS) / (1 + np.exp((BUSY_AT - cost.load) / BUSY_WIDTH))
    asked = BUSY_GAIN * (0.5 + 0.5 * cost.wears_out) * busy * np.maximum(cost.load - 1, 1)
    silent = (chance < SILENT_BELOW + BUSY_SURE * busy) | (worth.mean < asked)
    return np.where(silent, 0.0, np.clip(chance, *CLIP))


def _style_shares(
    weight: Floats, scale: effect.Multipliers, styles: Floats, allowed: NDArray[np.bool_], experiments: bool
) -> Floats:
    """(rows, styles): how P(send) is divided: P(the wording is the best), each at least LEAST_STYLE_SHARE."""
    by_wear = np.stack(
        [(weight * prior.SCALE_OF)[:, np.equal(effect.LEVEL_OF_TYPE, k)].sum(1) for k in range(len(effect.LEVELS))], 1
    )
    mean = (styles * by_wear[:, None]).sum(2) / by_wear.sum(1)[:, None]
    if not experiments:
        return np.asarray(np.eye(len(STYLES))[np.where(allowed, mean, -1.0).argmax(1)])
    draws = mean[:, None] * (1 + TASTE_SPREAD * scale.style_spread[:, None] * _DRAWS)
    best = np.where(allowed[:, None], draws, -9.0).argmax(2)
    share = np.stack([(best == k).mean(1) for k in range(len(STYLES))], 1)
    least = LEAST_STYLE_SHARE * allowed
    return np.asarray(least + (1 - least.sum(1, keepdims=True)) * share)


def _answer(moment: Moment, chance: float, shares: Floats, features: Features, seed: int) -> Decision:
    odds = {"no_send": 1.0 - chance}
    odds |= {style: chance * float(x) for style, x in zip(STYLES, shares, strict=True) if chance * x > 0}
    action = pick(odds, uniform(seed, moment.decision_id))
    send = action != "no_send"
    reason = "sent" if send else "not_worth_it" if chance == 0 else "drawn_no_send"
    return Decision(send=send, style=action if send else None, propensities=odds, reason=reason, features=features)


def uniform(seed: int, decision_id: str) -> float:
    """A number in [0, 1) that depends on the seed and the decision's name only."""
    key = blake2b(f"{seed}:{decision_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(key, "big") >> 11) / 2**53


def pick(odds: dict[str, float], u: float) -> str:
    """The action into whose stretch of [0, 1) `u` falls; the last one with any probability if rounding leaves a gap."""
    for action, probability in odds.items():
        u -= probability
        if u < 0:
            return action
    return list(odds)[-1]


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(values.tolist())
