"""What a nudge is worth to each type of person, at each slot left today, against waiting and against silence.

Worth = P(would not be done by itself from here on) x effect - price. The price stands for what cannot be seen on the
day: attention; the habit, which grows less by what is prompted than by what is done unprompted (Stawarz et al. 2015),
so a nudge to what would be done anyway costs something; and the chance that the user switches all nudges off, which
grows with the messages of the last week, with those wasted in a row, and with the chance that this one is wasted.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nudges.domain import baseline, prior
from nudges.domain.effect import LEVEL_OF_TYPE, LEVELS, Multipliers
from nudges.domain.prior import Floats
from nudges.domain.slots import SLOT_START, SLOTS, is_quiet

ATTENTION: Final = 0.004  # completions a message must bring at least
AUTOMATIC: Final = 0.02  # lost where it would be done anyway: what is prompted builds less habit
LEAVING: Final = 9.0  # completions lost when a user switches off
SPARED: Final = 0.6  # of that price in a population on whom messages do not wear out
LOAD: Final = 0.5  # how much one message of the last week adds to the chance of leaving
EVEN_IF_USEFUL: Final = 0.4  # a message that is followed annoys this much, a wasted one 1 more
FIRST_PRICE, FULL_PRICE_AFTER = 0.2, 15.0  # the first sends are also tests, so they are priced lower

_NEVER: Final = -9.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What the price of a nudge depends on, per row: the chance that a message makes its user leave, the nudges this
    habit had so far, the user's messages of the last seven days, a factor for joining a message that goes out anyway,
    and the slots that are closed to nudges (rows, slots). `wears_out`: P(wordings wear out at all) in this
    population."""

    leaving_rate: Floats
    wears_out: float
    sends: Floats
    load: Floats
    relief: Floats
    quiet: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Worth:
    """At the slot of the decision, per row: P(a nudge is worth it and now is the best moment), what it brings on the
    average over types (completions, price taken off), and whether that is positive and not better later."""

    best_now: Floats
    mean: Floats
    on_average: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Offer:
    """The best wording's effect at a person's best time, by type (rows, types), and multipliers by slot."""

    effect: Floats
    slot: Floats


def offer(scale: Multipliers, styles: Floats) -> Offer:
    """What the best wording can do; `styles` of `style_values`."""
    effect = styles.max(1)[:, LEVEL_OF_TYPE] * (prior.SCALE_OF * scale.reach * scale.tired[:, None])
    return Offer(effect, scale.slot)


def style_values(scale: Multipliers, allowed: NDArray[np.bool_]) -> Floats:
    """(rows, styles, wear levels): taste x freshness of each wording; 0 where it makes no sense today."""
    value = np.exp(-scale.used[:, :, None] * LEVELS) * scale.style[:, :, None]
    return np.asarray(np.where(allowed[:, :, None], value, 0.0))


def quiet_starts(quiet: tuple[int, int]) -> list[bool]:
    """For each slot whether its start falls into the user's quiet hours."""
    return [is_quiet(start, *quiet) for start in SLOT_START]


def worth(slot: int, weight: Floats, hazard: Floats, offer: Offer, cost: Cost) -> Worth:
    """Compare now with the best later slot, for every type at once and on the average over types.

    `weight` are the posteriors (rows, types), `hazard` (rows, slots) those of a day without a nudge.
    """
    missed = baseline.missed_from(hazard)
    leaving, attention, automatic = _prices(cost)
    later, later_mean = np.zeros_like(weight), np.zeros(len(weight))
    net, mean = later, later_mean
    for i in range(SLOTS - 1, slot - 1, -1):
        saved = np.minimum(offer.effect * prior.SHAPES[prior.TYPE_SHAPE, i] * offer.slot[:, i, None], prior.MOST_EFFECT)
        soon = np.prod(1 - hazard[:, i : i + 2], axis=1)
        unasked = attention + automatic * (1 - soon)
        price = unasked[:, None] + leaving[:, None] * (EVEN_IF_USEFUL + soon[:, None] * (1 - saved))
        net = np.where(cost.quiet[:, i, None], _NEVER, saved * missed[:, i, None] - price)
        mean = (weight * net).sum(1)
        if i > slot:
            stay = 1 - hazard[:, i - 1]
            later, later_mean = np.maximum(net, later) * stay[:, None], np.maximum(mean, later_mean) * stay
    return Worth(
        best_now=(weight * ((net > 0) & (net >= later))).sum(1),
        mean=mean,
        on_average=(mean > 0) & (mean >= later_mean),
    )


def _prices(cost: Cost) -> tuple[Floats, Floats, Floats]:
    """In completions: the loss by leaving if the message is wasted for sure, less EVEN_IF_USEFUL; attention; the loss
    of habit if it comes to what would be done anyway."""
    discount = FIRST_PRICE + (1 - FIRST_PRICE) * np.minimum(1.0, cost.sends / FULL_PRICE_AFTER)
    share = discount * cost.relief
    leaving = cost.leaving_rate * (1 + LOAD * cost.load) / (1 + 2 * LOAD) * LEAVING
    leaving *= 1 - SPARED * (1 - cost.wears_out)
    return leaving * share, ATTENTION * share, AUTOMATIC * discount
