"""What a habit's past says about its future, in a handful of numbers that move forward unit by unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import NamedTuple

from goals.domain.population import PEOPLE, Population

AMOUNT_HALF_LIFE = 40.0
"""In hits: how fast the memory of amounts fades. Set by judgement; the real logs hold no amounts."""
_AMOUNT_KEPT = 0.5 ** (1 / AMOUNT_HALF_LIFE)


class Rates(NamedTuple):
    """Discounted counts of kept and missed units, by the slow and the fast memory of the population."""

    slow_hits: float
    slow_misses: float
    fast_hits: float
    fast_misses: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sufficient statistics of one habit's past.

    `units` counts the chances so far. The discounted counts go by `PEOPLE`'s half-lives. `weight`, `total` and
    `squares` are discounted moments of the amounts (thousandths) of the hits, `least` is the smallest of them and
    `grain` the greatest common divisor of their differences, 0 while all are equal. `spare` is what was done on days
    that were no chance; the next chance takes it in.
    """

    units: int = 0
    hits: int = 0
    slow_hits: float = 0.0
    slow_misses: float = 0.0
    fast_hits: float = 0.0
    fast_misses: float = 0.0
    weight: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    least: int = 0
    grain: int = 0
    spare: int = 0

    def after(self, hit: bool, amount: int = 0, people: Population = PEOPLE) -> "Evidence":
        """The evidence after one more chance; `amount` (thousandths) is what a hit brought."""
        slow, fast = people.slow_kept, people.fast_kept
        first = self.hits == 0
        kept = _AMOUNT_KEPT if hit else 1.0
        return Evidence(
            units=self.units + 1,
            hits=self.hits + hit,
            slow_hits=self.slow_hits * slow + hit,
            slow_misses=self.slow_misses * slow + (not hit),
            fast_hits=self.fast_hits * fast + hit,
            fast_misses=self.fast_misses * fast + (not hit),
            weight=self.weight * kept + hit,
            total=self.total * kept + hit * amount,
            squares=self.squares * kept + hit * float(amount) * amount,
            least=self.least if not hit else amount if first else min(self.least, amount),
            grain=gcd(self.grain, amount - self.least) if hit and not first else self.grain,
        )

    def after_chance(self, amount: int) -> "Evidence":
        """The evidence after a day on which an amount could be added, with what was spare before it."""
        amount += self.spare
        return self.after(amount > 0, amount)

    def with_spare(self, amount: int) -> "Evidence":
        """The evidence after a day that was no chance and brought `amount` all the same."""
        return replace(self, spare=self.spare + amount)

    def rates(self) -> Rates:
        """The four discounted counts."""
        return Rates(self.slow_hits, self.slow_misses, self.fast_hits, self.fast_misses)

    def to_row(self) -> list[float]:
        """The fields in order, for storing."""
        return [getattr(self, name) for name in self.__slots__]


def evidence_from_row(row: Sequence[float]) -> Evidence:
    """The evidence that `to_row` stored."""
    units, hits, *sums, least, grain, spare = row
    slow_hits, slow_misses, fast_hits, fast_misses, weight, total, squares = map(float, sums)
    return Evidence(
        int(units), int(hits), slow_hits, slow_misses, fast_hits, fast_misses, weight, total, squares,
        int(least), int(grain), int(spare),
    )  # fmt: skip


def evidence_of(outcomes: Sequence[bool], people: Population = PEOPLE) -> Evidence:
    """The evidence of a series of kept and missed units, oldest first."""
    evidence = Evidence()
    for hit in outcomes:
        evidence = evidence.after(hit, people=people)
    return evidence
