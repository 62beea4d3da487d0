"""What a habit's history says about its next due unit, in at most 200 bytes and O(1) work a day.

Evidence is a pure fold over days in order: it never sees the log again, so a risk forecast reads this one small state
instead of years of entries. All arithmetic is on integers (fixed point, 16 bits of fraction), which makes the packed
form exact: folding, packing, unpacking and folding on gives the same bytes as one fold over everything.

Means are exponentially decayed and unbiased from the first outcome on: the n-th has the weight it has in a decayed sum
divided by the decayed count, so no prior has to be unlearnt. Days that are not due leave the due statistics
alone, and days may be left out: a gap counts as off days. A late edit means folding the habit again from the start.
"""

import struct
from collections.abc import Iterable
from itertools import accumulate
from operator import attrgetter
from typing import Final, Self

VERSION: Final = 1
ONE: Final = 1 << 16  # 1.0 in fixed point
TOP: Final = ONE - 1
HALF_LIVES: Final = (10, 21, 60)  # in due units; shorter memories are read off the recent outcomes
WEEKDAY_DECAY: Final = 0.92  # per occurrence of the weekday
CONTEXT_DECAY: Final = 0.988  # per occurrence of the context
CALENDAR_DAYS: Final = 28  # days kept in the calendar masks
RECENT_UNITS: Final = 30  # due outcomes kept one by one
TIME_BINS: Final = 24
TIME_DECAY: Final = 0.95  # per timed completion
TIME_UNIT: Final = 8  # weight of a completion just after the bins were halved

# name, struct code, how many; the order is the packed order. Readers in numpy build their dtype from this same table.
LAYOUT: Final = (
    ("version", "B", 1),
    ("due_units", "I", 1),  # due outcomes seen
    ("misses", "I", 1),  # of which missed
    ("first_day", "I", 1),  # ordinal; 0 = nothing seen yet
    ("last_day", "H", 1),  # days are counted from first_day from here on
    ("last_due", "H", 1),  # + 1; 0 = never
    ("last_done", "H", 1),  # + 1; 0 = never
    ("recent", "I", 1),  # bit k: the due outcome k units ago was a miss
    ("due_mask", "I", 1),  # bit k: last_day - k was due
    ("done_mask", "I", 1),  # bit k: last_day - k was done, due or not
    ("streak", "H", 1),  # due units kept in a row
    ("lapse", "H", 1),  # due units missed in a row
    ("longest", "H", 1),  # longest streak
    ("last_streak", "H", 1),  # length of the streak before this lapse, or the last one ended
    ("last_lapse", "H", 1),
    ("time_step", "B", 1),  # timed completions since the histogram was last halved
    ("rates", "H", len(HALF_LIVES)),  # decayed miss rates
    ("weekday_dev", "h", 7),  # mean of (miss - expected), 15 bits of fraction, Monday first
    ("weekday_recent", "H", 7),  # bit k: missed on the k-th last due day of that weekday
    ("weekday_count", "B", 7),
    ("context_rate", "H", 30),  # miss rates after a pattern, see LAPSE_CONTEXT
    ("context_count", "B", 30),
    ("time_bins", "B", TIME_BINS),  # growing instead of decaying weights, by hour of the user's day
)
_PACK: Final = struct.Struct("<" + "".join(f"{count}{code}" for _, code, count in LAYOUT))
SIZE: Final = _PACK.size
_EMPTY: Final = (VERSION, *(0,) * (sum(count for _, _, count in LAYOUT) - 1))
_STARTS: Final = tuple(accumulate((count for _, _, count in LAYOUT), initial=0))
_SPANS: Final = tuple((name, start, start + count) for (name, _, count), start in zip(LAYOUT, _STARTS, strict=False))
_scalars: Final = attrgetter(*(name for name, _, count in LAYOUT if count == 1))
DAY_LIMIT: Final = 65_000  # days one state can span

CALENDAR: Final = (1 << CALENDAR_DAYS) - 1
RECENT: Final = (1 << RECENT_UNITS) - 1
COUNT_TOP: Final = 255
_NEXT_COUNT: Final = (*range(1, COUNT_TOP + 1), COUNT_TOP)


def _gains(decay: float, length: int) -> tuple[int, ...]:
    """Weight of the n-th outcome in a decayed mean, n from 0, in fixed point; it falls from 1 to 1 - decay."""
    return tuple(round(ONE * (1 - decay) / (1 - decay ** (n + 1))) for n in range(length))


_YOUNG: Final = 512  # beyond this many units every gain is the decay's
RATE_GAINS: Final = tuple(zip(*(_gains(0.5 ** (1 / half), _YOUNG + 1) for half in HALF_LIVES), strict=True))
CONTEXT_GAINS: Final = _gains(CONTEXT_DECAY, COUNT_TOP + 1)
WEEKDAY_GAINS: Final = _gains(WEEKDAY_DECAY, COUNT_TOP + 1)
EXPECTED: Final = 1  # the 21-unit rate is what a weekday is compared with
# A completion k steps after a halving weighs TIME_UNIT / decay**k, until at twice the unit everything is halved.
TIME_WEIGHTS: Final = tuple(round(TIME_UNIT * TIME_DECAY**-k) for k in range(14))

# Contexts: 0-15 after each pattern of the last four outcomes (bit k: the one k units ago was a miss); 16-22 by length
# of the lapse so far; 23-29 by length of the streak so far.
PATTERN_BITS: Final = 4
PATTERN: Final = (1 << PATTERN_BITS) - 1
LAPSE_CONTEXT: Final = (0, 16, 17, 18, 19, 20, 20, 20, 21, 21, 21, 21, 21, 21, 21, 22)
STREAK_CONTEXT: Final = (0, 23, 24, 25, 26, 26, 27, 27, 27, 27, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 29)
LAPSE_LAST: Final = len(LAPSE_CONTEXT) - 1
STREAK_LAST: Final = len(STREAK_CONTEXT) - 1


class Evidence:
    """Sufficient statistics of one habit; mutable, folded forward in place. Fields are those of LAYOUT."""

    __slots__ = tuple(name for name, _, _ in LAYOUT)

    version: int
    due_units: int
    misses: int
    first_day: int
    last_day: int
    last_due: int
    last_done: int
    recent: int
    due_mask: int
    done_mask: int
    streak: int
    lapse: int
    longest: int
    last_streak: int
    last_lapse: int
    rates: list[int]
    weekday_dev: list[int]
    weekday_recent: list[int]
    weekday_count: list[int]
    context_rate: list[int]
    context_count: list[int]
    time_step: int
    time_bins: list[int]

    def __init__(self) -> None:
        self._fill(_EMPTY)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evidence) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # mutable: it has no stable hash

    def _fill(self, flat: tuple[int, ...]) -> None:
        for name, start, stop in _SPANS:
            setattr(self, name, flat[start] if stop - start == 1 else list(flat[start:stop]))

    def to_bytes(self) -> bytes:
        """The packed state, SIZE bytes, little endian."""
        return _PACK.pack(
            *_scalars(self),
            *self.rates,
            *self.weekday_dev,
            *self.weekday_recent,
            *self.weekday_count,
            *self.context_rate,
            *self.context_count,
            *self.time_bins,
        )

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        """The state packed by to_bytes; empty bytes are a habit nothing is known of.

        Raises ValueError on anything else.
        """
        state = cls()
        if packed:
            if not is_packed(packed):
                raise ValueError(f"not evidence of version {VERSION}: {len(packed)} bytes")
            state._fill(_PACK.unpack(packed))
        return state

    @property
    def through(self) -> int | None:
        """The last day folded in, as an ordinal; None when there is none."""
        return self.first_day + self.last_day if self.first_day else None


def is_packed(stored: bytes) -> bool:
    """Whether this is evidence as to_bytes packs it today, or nothing."""
    return not stored or (len(stored) == SIZE and stored[0] == VERSION)


def observe(
    evidence: Evidence, day_ordinal: int, *, due: bool, done: bool, skipped: bool = False, minute: int | None = None
) -> Evidence:
    """Fold one closed day in, in place, and return the evidence. See observe_days."""
    return observe_days(evidence, ((day_ordinal, due, done, skipped, minute),))


def observe_days(evidence: Evidence, days: Iterable[tuple[int, bool, bool, bool, int | None]]) -> Evidence:
    """Fold closed days (ordinal, due, done, skipped, minute of the day or None) in, in place.

    `due` says that the day asked for the habit; `done` that it was kept (for a limit: that it held). A skipped day
    that was not done is off. A minute is the one at which it was done; for a limit, at which it was overstepped. Days
    come in order; raises ValueError on a day that is not after the last one.
    """
    for day, due, done, skipped, minute in days:
        asked = due and (done or not skipped)
        first = evidence.first_day
        if not first:
            evidence.first_day = first = day
        at = day - first
        step = at - evidence.last_day
        if (step <= 0 and (step or evidence.due_mask | evidence.done_mask)) or at > DAY_LIMIT:
            raise ValueError(f"day {day} cannot follow day {first + evidence.last_day}")
        evidence.last_day = at
        evidence.due_mask = (evidence.due_mask << step & CALENDAR) | asked
        evidence.done_mask = (evidence.done_mask << step & CALENDAR) | done
        if done:
            evidence.last_done = at + 1
        if minute is not None and (asked or done):
            _add_time(evidence, minute)
        if asked:
            evidence.last_due = at + 1
            _add_outcome(evidence, (day - 1) % 7, 0 if done else 1)
    return evidence


def _add_outcome(evidence: Evidence, weekday: int, miss: int) -> None:
    count = evidence.due_units
    target = TOP if miss else 0
    rates = evidence.rates
    a, b, c = rates
    if count:
        _add_context(evidence, target)
    _add_weekday(evidence, weekday, target, b if count else target)
    g, h, i = RATE_GAINS[count if count < _YOUNG else _YOUNG]  # noqa: FURB136  # min() would cost a tenth of the fold
    rates[0] = a + ((target - a) * g >> 16)
    rates[1] = b + ((target - b) * h >> 16)
    rates[2] = c + ((target - c) * i >> 16)
    evidence.due_units = count + 1
    evidence.recent = (evidence.recent << 1 | miss) & RECENT
    _add_run(evidence, miss)


def _add_context(evidence: Evidence, target: int) -> None:
    rates, counts = evidence.context_rate, evidence.context_count
    for context in contexts(evidence.recent, evidence.lapse, evidence.streak):
        seen = counts[context]
        rates[context] += (target - rates[context]) * CONTEXT_GAINS[seen] >> 16
        counts[context] = _NEXT_COUNT[seen]


def contexts(recent: int, lapse: int, streak: int) -> tuple[int, int]:
    """The contexts the next due unit falls into: the last four outcomes, and the length of the run so far."""
    if lapse:
        return recent & PATTERN, LAPSE_CONTEXT[lapse if lapse < LAPSE_LAST else LAPSE_LAST]  # noqa: FURB136  # as above
    return recent & PATTERN, STREAK_CONTEXT[streak if streak < STREAK_LAST else STREAK_LAST]  # noqa: FURB136  # as above


def _add_weekday(evidence: Evidence, weekday: int, target: int, expected: int) -> None:
    seen = evidence.weekday_count[weekday]
    deviation = evidence.weekday_dev[weekday]
    evidence.weekday_dev[weekday] = deviation + (((target - expected >> 1) - deviation) * WEEKDAY_GAINS[seen] >> 16)
    evidence.weekday_count[weekday] = _NEXT_COUNT[seen]
    evidence.weekday_recent[weekday] = (evidence.weekday_recent[weekday] << 1 | target & 1) & TOP


def _add_run(evidence: Evidence, miss: int) -> None:
    if miss:
        evidence.misses += 1
        evidence.lapse += 1
        if evidence.streak:
            evidence.last_streak = evidence.streak
            evidence.streak = 0
        return
    if evidence.lapse:
        evidence.last_lapse = evidence.lapse
        evidence.lapse = 0
    evidence.streak += 1
    if evidence.streak > evidence.longest:  # noqa: PLR1730  # as above
        evidence.longest = evidence.streak


def _add_time(evidence: Evidence, minute: int) -> None:
    step = evidence.time_step
    if step == len(TIME_WEIGHTS):
        evidence.time_bins = [weight >> 1 for weight in evidence.time_bins]
        step = 0
    hour = minute // 60
    evidence.time_bins[hour] = min(evidence.time_bins[hour] + TIME_WEIGHTS[step], COUNT_TOP)
    evidence.time_step = step + 1
