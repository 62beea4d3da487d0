"""Learn from what happened: who responds, to what, how soon, and what the day is like without a nudge.

A completion after a nudge may have come by itself. With effect r, delay density g and natural density n (from the
hazards, corrected by what was seen at randomised no-sends at moments like those of the sends), the likelihood
relative to r = 0 is

    not done: 1 - r        done after t minutes: (1 - r) + r g(t) / n(t)

so a completion soon after a nudge at an hour at which it is rarely done counts for much, and one at the usual hour for
little. Nothing is learned about effects from comparing days with and without nudges that the policy chose to differ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nudges.domain import baseline, effect, pool, prior, wasted
from nudges.domain.moment import Moment
from nudges.domain.policy import Decision
from nudges.domain.prior import Floats
from nudges.domain.slots import SLOT_END, SLOT_START, SLOTS, STYLES, slot_of
from nudges.domain.state import DAY, DONE_SOME_TIME, NATS, NO_SLOT, NOT_DONE, REMEMBERED, WASTED, Row, new_habit

SOON = 120  # minutes within which doing counts as following a nudge, in what users are shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What followed an eligible decision, known at the day's end: minutes from the decision to doing (None: not after
    it that day, or at an unknown time), whether it was done that day, and whether the user switched nudges off."""

    minutes_to_done: int | None
    done_that_day: bool
    opted_out: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One closed day: was the habit due, done, and at which local minute (0-1439; None: not done or not known)."""

    due: bool
    done: bool
    minute: int | None

    @property
    def code(self) -> int:
        """The minute, or why there is none."""
        if not self.done:
            return NOT_DONE
        return DONE_SOME_TIME if self.minute is None else self.minute


def start(shared: Row, chosen: int, history: list[tuple[int, Record]]) -> Row:
    """A new user-habit's row, with its earlier (day, record)s counted in; joins the pool."""
    row = new_habit(chosen)
    for day, record in history:
        _close(row, shared, day, record)
    shared["people"][0, chosen] += 1
    pool.contribute(row, shared)
    return row


def choose(row: Row, shared: Row, chosen: int) -> None:
    """The user picked another slot: what was learned stays, the point it starts from moves."""
    shared["people"][0, int(row["chosen"][0])] -= 1
    shared["people"][0, chosen] += 1
    row["chosen"] = chosen
    pool.contribute(row, shared)


def forget(row: Row, shared: Row) -> None:
    """A user-habit is deleted: take its posterior out of the pool. Counts over all people, which name nobody, stay."""
    shared["people"][0, int(row["chosen"][0])] -= 1
    pool.withdraw(row, shared)


def outcome(row: Row, shared: Row, moment: Moment, decision: Decision, seen: Outcome) -> None:
    """Take in what followed an eligible decision, sent or not. Called once for each, before the day is closed."""
    if decision.features is None:
        return
    drawn = 0 < decision.propensities["no_send"] < 1
    entry = _entry(row, moment.day)
    entry["hazard"] = decision.features.hazard
    if not decision.send:
        entry["held"][moment.slot] = round(255 * (1 - decision.propensities["no_send"])) if drawn else 0
        return
    style = STYLES.index(str(decision.style))
    entry["slot"], entry["style"], entry["drawn"] = moment.slot, style, drawn
    entry["minute"] = _minute(moment.slot, seen)
    entry["strength"], entry["used"] = decision.features.strength[style], decision.features.used[style]
    row["sends"] += 1
    shared["left"][0, np.searchsorted(WASTED, row["wasted"][0], "right")] += float(seen.opted_out), 1.0
    _weigh(row, shared, entry, sign=1)


def end_day(row: Row, shared: Row, day: int, record: Record) -> None:
    """Close one day, in order; a due day teaches what the day is like without a nudge."""
    _close(row, shared, day, record)
    pool.turn(shared, day)
    pool.contribute(row, shared)


def _close(row: Row, shared: Row, day: int, record: Record) -> None:
    entry = _entry(row, day)
    _fade(row, day)
    if entry["slot"] != NO_SLOT:
        row["used"][0, entry["style"]] += 1
    if not entry["hazard"].any():
        entry["hazard"] = baseline.hazards(row, shared, np.array([_weekend(day)]))[0]
    entry["due"], entry["minute"] = record.due, record.code
    if record.due:
        baseline.decay(row)
    _count(row, shared, entry, weight=1.0)
    wasted.close(row, entry)
    row["day"] = day


def amend(row: Row, shared: Row, day: int, record: Record) -> None:
    """An entry for a closed day came late: as if it had been known then. Days beyond the last ten are left as they
    were; so are the draws made in between, which rested on what was known."""
    entry = row["days"][0, day % REMEMBERED]
    if entry["day"] != day or (entry["minute"] == record.code and entry["due"] == record.due):
        return
    days = row["days"][0]
    weight = prior.HAZARD_DECAY ** int(((days["day"] > day) & (days["due"] > 0)).sum())
    nudged = entry["slot"] != NO_SLOT
    _count(row, shared, entry, weight=-weight)
    if nudged:
        _weigh(row, shared, entry, sign=-1)
    entry["minute"], entry["due"] = record.code, record.due
    if nudged:
        _weigh(row, shared, entry, sign=1)
    _count(row, shared, entry, weight=weight)
    if nudged:
        wasted.recount(row, day)
    pool.contribute(row, shared)


def _entry(row: Row, day: int) -> np.void:
    """What is remembered of a day; begun afresh when the day is new."""
    entry: np.void = row["days"][0, day % REMEMBERED]
    if entry["day"] != day:
        row["days"][0, day % REMEMBERED] = np.zeros(1, DAY)[0]
        entry["day"], entry["slot"], entry["minute"] = day, NO_SLOT, NOT_DONE
    return entry


def _fade(row: Row, day: int) -> None:
    """Recent use of the wordings, brought to the end of `day`."""
    if row["day"][0] >= 0:
        row["used"] *= np.float32(np.exp(-max(day - int(row["day"][0]), 0) / prior.WEAR_DAYS))


def _minute(slot: int, seen: Outcome) -> int:
    if seen.minutes_to_done is not None:
        return SLOT_START[slot] + seen.minutes_to_done
    return DONE_SOME_TIME if seen.done_that_day else NOT_DONE


def _weekend(day: int) -> int:
    return int((day - 1) % 7 >= 5)  # ordinal 1 was a Monday


def _count(row: Row, shared: Row, entry: np.void, *, weight: float) -> None:
    """Count a day's hours and draws, or take them back when `weight` is negative."""
    sign = 1 if weight > 0 else -1
    if entry["due"]:
        nudge, own = (SLOTS, 1.0) if entry["slot"] == NO_SLOT else (int(entry["slot"]), float(entry["own"]))
        counts = baseline.day_without_nudge(int(entry["minute"]), nudge, own, entry["hazard"].astype(float))
        baseline.count_day(row, shared, counts, weekend=_weekend(int(entry["day"])), weight=weight)
    for slot in range(SLOTS):
        if entry["held"][slot] and not _done_before(entry, slot):
            _count_draw(row, entry, slot, 2, sign)
            shared["control"][0] += sign * _control(entry, slot)
    if entry["drawn"] and not _done_before(entry, int(entry["slot"])):
        _count_draw(row, entry, int(entry["slot"]), 0, sign)


def _done_before(entry: np.void, slot: int) -> bool:
    """It had been done when the decision was made, and was only entered later: says nothing about the nudge."""
    return 0 <= int(entry["minute"]) < SLOT_START[slot]


def _count_draw(row: Row, entry: np.void, slot: int, first: int, sign: int) -> None:
    """For 'why this nudge': only decisions that a draw settled, so that both sides are alike but for the nudge."""
    followed = int(0 <= int(entry["minute"]) - SLOT_START[slot] <= SOON)
    seen = row["seen"][0, slot]
    seen[first], seen[first + 1] = int(seen[first]) + sign, int(seen[first + 1]) + sign * followed


def _control(entry: np.void, slot: int) -> Floats:
    """After a randomised no-send: completions from then on, and those expected while the habit was open.

    Weighed by the odds of sending, which makes the no-sends stand for the moments of the sends.
    """
    chance = entry["held"][slot] / 255
    weight = chance / (1 - chance)
    until = SLOTS if entry["slot"] == NO_SLOT else int(entry["slot"])
    counts = baseline.day_without_nudge(int(entry["minute"]), slot, 1.0, entry["hazard"].astype(float))
    still_open, done = (part[slot:until] for part in counts)
    expected = still_open * entry["hazard"][slot:until].astype(float)
    return np.asarray(weight * np.array([done.sum(), expected.sum()]))


def _weigh(row: Row, shared: Row, entry: np.void, *, sign: int) -> None:
    """Add (1) or take back (-1) what a sent nudge and what followed say about the person and about everybody."""
    slot, style = int(entry["slot"]), int(entry["style"])
    if _done_before(entry, slot):
        return
    if sign > 0:
        entry["ratio"] = likelihood_ratio(shared, entry)
        entry["reach"] = entry["reach"] or effect.reach(shared)
    strength = (entry["strength"] * entry["reach"]).reshape(1)
    effects = effect.by_type(slot, strength, entry["used"].reshape(1))[0]
    ratio = float(entry["ratio"])
    likelihood = 1 - effects + effects * ratio
    step = np.rint(NATS * np.log(likelihood)).astype(np.int64)
    if sign < 0:
        _shift(row, -step)
    weight = effect.posterior(row, effect.log_prior(shared))[0]
    if sign > 0:
        _shift(row, step)
    expected = float((weight * effects).sum())
    caused = float((weight * effects).sum() * ratio / (weight * likelihood).sum())
    if sign > 0:
        entry["own"] = 1 - caused
    row["style_caused"][0, style] += sign * caused
    row["style_expected"][0, style] += sign * expected
    row["slot_caused"][0, slot] += sign * caused
    row["slot_expected"][0, slot] += sign * expected
    shared["style"][0, :, style] += sign * 0.3 * np.array([caused, expected])
    if entry["minute"] >= 0:
        shared["delay"][0, _delay_bin(int(entry["minute"]) - SLOT_START[slot])] += sign * caused
    shared["reach"][0] += sign * _reach(float(entry["reach"]), expected, ratio)
    shared["wear_evidence"][0] += sign * _by_wear(weight, likelihood)


def _shift(row: Row, step: NDArray[np.int64]) -> None:
    total = row["likelihood"][0].astype(np.int64) + step
    row["likelihood"][0] = np.maximum(total - total.max(), -32000)


def likelihood_ratio(shared: Row, entry: np.void) -> float:
    """How much likelier what was seen is if the nudge brought it about than if it came by itself; 0 if not done."""
    minute, slot = int(entry["minute"]), int(entry["slot"])
    if minute == NOT_DONE:
        return 0.0
    hazard = _corrected(shared, entry)
    if minute == DONE_SOME_TIME:
        return 1 / max(1 - float(np.prod(1 - hazard[slot:])), 0.02)
    at = max(slot_of(minute), slot)
    density = np.prod(1 - hazard[slot:at]) * hazard[at] / (SLOT_END[at] - SLOT_START[at])
    caused = delay_density(shared)[_delay_bin(minute - SLOT_START[slot])]
    return float(np.clip(caused / density, 0.02, prior.MOST_LIKELIHOOD_RATIO))


def _corrected(shared: Row, entry: np.void) -> Floats:
    """The hazards believed that day, times what randomised no-sends at such moments showed them to be wrong by."""
    rate = float(shared["control"][0, 0] / shared["control"][0, 1])
    return np.asarray(np.minimum(entry["hazard"].astype(float) * rate + prior.DOUBT, prior.MOST_HAZARD))


def delay_density(shared: Row) -> Floats:
    """Density per minute, by bins of prior.DELAY_EDGES, of the time from a nudge to a completion it caused: the prior
    and the completions seen, each by the chance that it was caused."""
    mass = prior.DELAY_WEIGHT * prior.PRIOR_DELAY + np.maximum(shared["delay"][0], 0)
    return np.asarray(mass / mass.sum() / np.diff(prior.DELAY_EDGES))


def _delay_bin(minutes: int) -> int:
    return int(np.clip(np.searchsorted(prior.DELAY_EDGES, minutes, "right") - 1, 0, len(prior.PRIOR_DELAY) - 1))


def _reach(reach: float, expected: float, ratio: float) -> Floats:
    """What one message tells of the common factor: one step of Newton's method for its log likelihood."""
    slope = expected / reach * (ratio - 1) / (1 + expected * (ratio - 1))
    return np.array([slope + slope**2 * reach, slope**2]) * prior.REACH_TRUST


def _by_wear(weight: Floats, likelihood: Floats) -> Floats:
    """Log evidence of one observation for each speed of wear, among those who respond."""
    evidence = np.zeros(len(prior.WEARS))
    for k in range(len(prior.WEARS)):
        these = np.equal(effect.LEVEL_OF_TYPE, k + 1)
        evidence[k] = np.log((weight[these] * likelihood[these]).sum() / weight[these].sum())
    return evidence
