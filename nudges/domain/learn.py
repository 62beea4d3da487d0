"""Learn from what happened: who responds, to what, how soon, and what the day is like without a nudge.

A completion after a nudge may have come by itself. With effect r, delay density g and natural density n (from the
hazards, corrected by what was seen at randomised no-sends), the likelihood relative to r = 0 is

    not done: 1 - r        done after t minutes: (1 - r) + r g(t) / n(t)

so a completion soon after a nudge at an hour at which it is rarely done counts for much, and one at the usual hour for
little. Nothing is learned about effects from comparing days with and without nudges that the policy chose to differ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nudges.domain import baseline, effect, pool, prior
from nudges.domain.moment import Moment
from nudges.domain.policy import Decision
from nudges.domain.prior import Floats
from nudges.domain.slots import SLOT_END, SLOT_START, SLOTS, STYLES, slot_of
from nudges.domain.state import DONE_SOME_TIME, NATS, NO_SLOT, NOT_DONE, REMEMBERED, Row, new_habit

SOON = 120  # minutes within which doing counts as following a nudge, in what users are shown
MOST_CONTROL_WEIGHT = 5.0
_EDGES = np.array([*SLOT_START, SLOT_END[-1]], float)


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
    _count_contrast(row, moment.slot, decision, seen)
    if not decision.send:
        _check_hazard(shared, moment.slot, decision, seen)
        return
    style = STYLES.index(str(decision.style))
    entry = _entry(row, moment.day)
    entry["slot"], entry["style"], entry["minute"] = moment.slot, style, _minute(moment.slot, seen)
    entry["strength"], entry["used"] = decision.features.strength[style], decision.features.used[style]
    entry["hazard"] = decision.features.hazard
    entry["drawn"] = 0 < decision.propensities["no_send"] < 1
    row["sends"] += 1
    shared["left"][0] += float(seen.opted_out), 1.0
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
    entry["due"], entry["minute"] = record.due, record.code
    if record.due:
        baseline.decay(row)
        _count_day(row, shared, entry, weight=1.0, sign=1)
    row["day"] = day


def amend(row: Row, shared: Row, day: int, record: Record) -> None:
    """An entry for a closed day came late: as if it had been known then. Days beyond the last ten are left as they
    were; so are the draws made in between, which rested on what was known."""
    entry = row["days"][0, day % REMEMBERED]
    if entry["day"] != day or (entry["minute"] == record.code and entry["due"] == record.due):
        return
    days = row["days"][0]
    weight = prior.HAZARD_DECAY ** int(((days["day"] > day) & (days["due"] > 0)).sum())
    if entry["due"]:
        _count_day(row, shared, entry, weight=weight, sign=-1)
    if entry["slot"] != NO_SLOT:
        _weigh(row, shared, entry, sign=-1)
        _recount(row, entry, -1)
    entry["minute"], entry["due"] = record.code, record.due
    if entry["slot"] != NO_SLOT:
        _weigh(row, shared, entry, sign=1)
        _recount(row, entry, 1)
    if entry["due"]:
        _count_day(row, shared, entry, weight=weight, sign=1)
    pool.contribute(row, shared)


def _entry(row: Row, day: int) -> np.void:
    """What is remembered of a day; begun afresh when the day is new."""
    entry: np.void = row["days"][0, day % REMEMBERED]
    if entry["day"] != day:
        for name, blank in (("day", day), ("due", 0), ("slot", NO_SLOT), ("drawn", 0), ("minute", NOT_DONE)):
            entry[name] = blank
    return entry


def _fade(row: Row, day: int) -> None:
    """Recent use of the wordings, brought to the end of `day`."""
    if row["day"][0] >= 0:
        row["used"] *= np.float32(np.exp(-max(day - int(row["day"][0]), 0) / prior.WEAR_DAYS))


def _minute(slot: int, seen: Outcome) -> int:
    if seen.minutes_to_done is not None:
        return SLOT_START[slot] + seen.minutes_to_done
    return DONE_SOME_TIME if seen.done_that_day else NOT_DONE


def _count_day(row: Row, shared: Row, entry: np.void, *, weight: float, sign: int) -> None:
    until = SLOTS if entry["slot"] == NO_SLOT else int(entry["slot"])
    weekday = (int(entry["day"]) - 1) % 7  # ordinal 1 was a Monday
    baseline.count_day(row, shared, weekday=weekday, minute=int(entry["minute"]), until=until, weight=weight, sign=sign)


def _weigh(row: Row, shared: Row, entry: np.void, *, sign: int) -> None:
    """Add (1) or take back (-1) what a sent nudge and what followed say about the person and about everybody."""
    slot, style = int(entry["slot"]), int(entry["style"])
    effects = effect.by_type(slot, entry["strength"].reshape(1), entry["used"].reshape(1))[0]
    if sign > 0:
        entry["ratio"] = likelihood_ratio(shared, entry)
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
    row["style_caused"][0, style] += sign * caused
    row["style_expected"][0, style] += sign * expected
    row["slot_caused"][0, slot] += sign * caused
    row["slot_expected"][0, slot] += sign * expected
    shared["style"][0, :, style] += sign * 0.3 * np.array([caused, expected])
    shared["delay"][0] += sign * _delay_surprise(entry, expected)
    shared["wear_evidence"][0] += sign * _by_wear(weight, likelihood)


def _shift(row: Row, step: NDArray[np.int64]) -> None:
    total = row["likelihood"][0].astype(np.int64) + step
    row["likelihood"][0] = np.maximum(total - total.max(), -32000)


def likelihood_ratio(shared: Row, entry: np.void) -> float:
    """How much likelier what was seen is if the nudge brought it about than if it came by itself; 0 if not done."""
    minute, slot = int(entry["minute"]), int(entry["slot"])
    if minute == NOT_DONE:
        return 0.0
    hazard = entry["hazard"].astype(float)
    if minute == DONE_SOME_TIME:
        return 1 / max(1 - float(np.prod(1 - hazard[slot:])), 0.02)
    at = max(slot_of(minute), slot)
    density = np.prod(1 - hazard[slot:at]) * hazard[at] / (SLOT_END[at] - SLOT_START[at])
    density *= shared["control"][0, 0] / shared["control"][0, 1]
    caused = delay_density(shared)[_delay_bin(minute - SLOT_START[slot])]
    return float(np.clip(caused / density, 0.02, prior.MOST_LIKELIHOOD_RATIO))


def delay_density(shared: Row) -> Floats:
    """Density per minute, by bins of prior.DELAY_EDGES, of the time from a nudge to a completion it caused: the prior
    and the completions seen beyond those expected without a nudge."""
    mass = prior.DELAY_WEIGHT * prior.PRIOR_DELAY + np.maximum(shared["delay"][0], 0)
    return np.asarray(mass / mass.sum() / np.diff(prior.DELAY_EDGES))


def _delay_bin(minutes: int) -> int:
    return int(np.clip(np.searchsorted(prior.DELAY_EDGES, minutes, "right") - 1, 0, len(prior.PRIOR_DELAY) - 1))


def _delay_surprise(entry: np.void, expected: float) -> Floats:
    """Per bin of delay: seen minus what would have come without the nudge."""
    minute, slot = int(entry["minute"]), int(entry["slot"])
    seen = np.zeros(len(prior.PRIOR_DELAY))
    if minute == DONE_SOME_TIME:
        return seen
    if minute != NOT_DONE:
        seen[_delay_bin(minute - SLOT_START[slot])] = 1
    open_after = np.concatenate([np.ones(slot + 1), np.cumprod(1 - entry["hazard"][slot:].astype(float))])
    done_by = np.interp(np.minimum(SLOT_START[slot] + prior.DELAY_EDGES, _EDGES[-1]), _EDGES, 1 - open_after)
    return np.asarray(seen - np.diff(done_by) * (1 - expected))


def _by_wear(weight: Floats, likelihood: Floats) -> Floats:
    """Log evidence of one observation for each speed of wear, among those who respond."""
    evidence = np.zeros(len(prior.WEARS))
    for k in range(len(prior.WEARS)):
        these = np.equal(effect.LEVEL_OF_TYPE, k + 1)
        evidence[k] = np.log((weight[these] * likelihood[these]).sum() / weight[these].sum())
    return evidence


def _count_contrast(row: Row, slot: int, decision: Decision, seen: Outcome) -> None:
    """For 'why this nudge': only decisions that a draw settled, so that both sides are alike but for the nudge."""
    if 0 < decision.propensities["no_send"] < 1:
        first = 0 if decision.send else 2
        row["seen"][0, slot, first] += 1
        row["seen"][0, slot, first + 1] += _followed(_minute(slot, seen), slot)


def _recount(row: Row, entry: np.void, sign: int) -> None:
    if entry["drawn"]:
        slot = int(entry["slot"])
        row["seen"][0, slot, 1] = int(row["seen"][0, slot, 1]) + sign * _followed(int(entry["minute"]), slot)


def _followed(minute: int, slot: int) -> int:
    return int(0 <= minute - SLOT_START[slot] <= SOON)


def _check_hazard(shared: Row, slot: int, decision: Decision, seen: Outcome) -> None:
    """A randomised no-send shows what the nudged moments would have been like: a check on the hazards."""
    chance = 1 - decision.propensities["no_send"]
    minute = _minute(slot, seen)
    if decision.features is None or chance == 0 or minute == DONE_SOME_TIME:
        return
    weight = min(chance / (1 - chance), MOST_CONTROL_WEIGHT)
    in_slot = SLOT_START[slot] <= minute < SLOT_END[slot]
    shared["control"][0] += weight * float(in_slot), weight * decision.features.hazard[slot]
