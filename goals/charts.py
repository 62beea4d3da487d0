"""The burn-up chart as geometry: days and amounts (thousandths) in, SVG attributes out.

What it looks like is the sheet's business. The chart is WIDTH by HEIGHT, and amount 0 is its bottom. Nothing here knows
Django, a clock or a language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from goals.domain.pace import LinePoint
from goals.domain.summary import FanPoint

WIDTH = 600
HEIGHT = 220
HEADROOM = 1.06
"""How far above the highest amount the chart reaches."""
FAN_AT_MOST = 1.5
"""The fan is cut off at this many times the target: what matters lies below."""
MONTHS_APART = 5
"""At most this many names of months stand under the chart."""
LEVELS = 4
"""About this many lines lie across it."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A name under the chart, centred at `x`."""

    x: int
    day: date


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the chart."""

    y: int
    amount: int


@dataclass(frozen=True, slots=True)
class BurnUp:
    """Paths and places of the chart; a path is empty where there is nothing to draw."""

    line: str
    end: tuple[int, int]
    """Where the line ends."""
    plan: str
    fan: str
    """The outline between the 10 % and the 90 % points."""
    median: str
    target: int
    """Height of the line to reach."""
    milestones: tuple[Level, ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    now: int
    """Where today is."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """From days and amounts to places."""

    first: date
    span: int
    top: float

    def x(self, day: date) -> int:
        return round(WIDTH * min(max((day - self.first).days, 0), self.span) / self.span)

    def y(self, amount: int) -> int:
        return round(HEIGHT * (1 - min(max(amount, 0), self.top) / self.top))

    def path(self, points: Sequence[tuple[date, int]]) -> str:
        """A line through the points; points that fall on the one before are left out."""
        places = list(dict.fromkeys((self.x(day), self.y(amount)) for day, amount in points))
        return "M" + "L".join(f"{x} {y}" for x, y in places) if places else ""


def burn_up_chart(
    gathered: Sequence[LinePoint],
    planned: Sequence[LinePoint],
    fan: Sequence[FanPoint],
    *,
    target: int,
    milestones: Sequence[int],
    days: tuple[date, date],
    today: date,
) -> BurnUp:
    """The chart from `days[0]` to `days[1]`: what was gathered, the even way, and where it may lead from today on."""
    first, last = days[0], max(days[1], days[0] + timedelta(days=1))
    ahead = [point for point in fan if point.day <= last]
    highest = max([target, *(point.amount for point in gathered), *(_cut(point.amount.p90, target) for point in ahead)])
    frame = _Frame(first, (last - first).days, highest * HEADROOM)
    upper = [(max(point.day, today), _cut(point.amount.p90, target)) for point in ahead]
    lower = [(max(point.day, today), _cut(point.amount.p10, target)) for point in ahead]
    middle = [(max(point.day, today), _cut(point.amount.p50, target)) for point in ahead]
    end = gathered[-1] if gathered else LinePoint(first, 0)
    return BurnUp(
        line=frame.path(gathered),
        end=(frame.x(end.day), frame.y(end.amount)),
        plan=frame.path(planned),
        fan=f"{frame.path([*upper, *reversed(lower)])}z" if ahead else "",
        median=frame.path(middle),
        target=frame.y(target),
        milestones=tuple(Level(frame.y(amount), amount) for amount in milestones),
        levels=tuple(Level(frame.y(amount), amount) for amount in levels(round(frame.top))),
        ticks=_ticks(frame, first, last),
        now=frame.x(today),
    )


def levels(top: int) -> list[int]:
    """At most LEVELS round amounts from 0 up to `top`, and 0 itself."""
    rough = max(1, -(-top // LEVELS))
    power = 10 ** (len(str(rough)) - 1)
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return list(range(0, top + 1, step))


def sampled(points: Sequence[LinePoint], most: int) -> list[LinePoint]:
    """At most `most` (2 or more) of the points, evenly, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    return [points[round(place * (len(points) - 1) / (most - 1))] for place in range(most)]


def _cut(amount: int, target: int) -> int:
    return min(amount, round(target * FAN_AT_MOST))


def _ticks(frame: _Frame, first: date, last: date) -> tuple[Tick, ...]:
    """The first days of months; the two ends where no month begins in between."""
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    step = max(1, -(-len(months) // MONTHS_APART))
    return tuple(Tick(frame.x(month), month) for month in months[::step])
