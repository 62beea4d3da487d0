"""How the strength of a habit has moved: a line over the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH = 600
HEIGHT = 140
MOST_POINTS = 120
MONTHS_APART = 5
"""At most this many names of months stand under the line."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A name under the line, centred at `x`."""

    x: int
    day: date


@dataclass(frozen=True, slots=True)
class Trend:
    """Attributes of an SVG of WIDTH by HEIGHT; strength 1 is its top, 0 its bottom."""

    line: str
    area: str
    ticks: tuple[Tick, ...]
    end: tuple[int, int]
    """Where the line ends."""


def trend(points: Sequence[tuple[date, float]]) -> Trend | None:
    """The line through (day, strength 0 to 1), in order of days; None with fewer than two of them."""
    if len(points) < 2:
        return None
    first, span = points[0][0], (points[-1][0] - points[0][0]).days
    places = [(_x(day, first, span), round(HEIGHT * (1 - strength))) for day, strength in _thinned(points)]
    line = "M" + "L".join(f"{x} {y}" for x, y in places)
    end = places[-1]
    return Trend(line, f"{line}V{HEIGHT}H{places[0][0]}z", _ticks(first, points[-1][0], span), end)


def _x(day: date, first: date, span: int) -> int:
    return round(WIDTH * (day - first).days / span)


def _thinned(points: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """At most about MOST_POINTS of the points, the last one always among them."""
    step = max(1, -(-len(points) // MOST_POINTS))
    return list(points[::-1][::step])[::-1]


def _ticks(first: date, last: date, span: int) -> tuple[Tick, ...]:
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    step = max(1, -(-len(months) // MONTHS_APART))
    return tuple(Tick(_x(month, first, span), month) for month in months[::step])
