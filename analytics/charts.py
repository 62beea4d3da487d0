"""Geometry of the charts: rates and counts in, SVG attributes out. What they look like is the sheet's business.

Time runs from left to right in every language, as in the charts of a single habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 600
HEIGHT = 140
LABELS_APART = 4
"""At most this many names stand under a line: as many dates as fit on a phone."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of rates; 1 is the top and 0 the bottom. `dotted` is its last step, into a time that is not over."""

    line: str
    dotted: str
    end: tuple[int, int] | None
    """Where it ends."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how tall it is, and whether it is drawn at all."""

    x: int
    y: int
    width: int
    height: int
    centre: int


def line(rates: Sequence[float | None], *, unfinished: bool, room: int = 0) -> Line:
    """The line through the rates, evenly spaced; it leaps over those that are None.

    With `room` for more steps than there are rates it ends before the right edge.
    """
    count = max(room, len(rates))
    places = [(place_of(at, count), round(HEIGHT * (1 - rate))) for at, rate in enumerate(rates) if rate is not None]
    if not places:
        return Line("", "", None)
    open_end = unfinished and rates[-1] is not None and len(places) > 1
    solid, dotted = (places[:-1], places[-2:]) if open_end else (places, [])
    return Line(_path(solid), _path(dotted), places[-1])


def place_of(at: int, count: int) -> int:
    """How far from the left the step number `at` of `count` stands; a single one stands in the middle."""
    return round(WIDTH * at / (count - 1)) if count > 1 else WIDTH // 2


def labelled(count: int) -> list[int]:
    """Which of so many steps have room for a name under them, evenly and the last among them."""
    step = max(1, -(-count // LABELS_APART))
    return list(range(count - 1, -1, -step))[::-1]


def bars(heights: Sequence[float], *, gap: int) -> list[Bar]:
    """Bars side by side over the whole width; a height of 1 is all of HEIGHT, and above 0 at least one unit shows."""
    pitch = WIDTH / len(heights)
    drawn = []
    for at, height in enumerate(heights):
        left, tall = round(at * pitch + gap / 2), round(HEIGHT * height)
        tall = max(tall, 2) if height > 0 else 0
        drawn.append(Bar(left, HEIGHT - tall, round(pitch - gap), tall, round((at + 0.5) * pitch)))
    return drawn


def shade(done: int, asked: int) -> int:
    """The level, 0 to 4, of a day on which so many habits of those that asked were done; 4 is all of them."""
    if not done:
        return 0
    return 4 if done >= asked else 1 + 3 * done // asked


def bar_path(drawn: Sequence[Bar]) -> str:
    """All bars as one path."""
    return "".join(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in drawn if bar.height)


def _path(places: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places) if len(places) > 1 else ""
