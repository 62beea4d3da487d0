"""A week looked back on: what went well in it, what was hard, and the figures that are kept with the review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Self

from analytics.domain.trends_shapes import Figures, Share
from habits.domain.calendar import week_of

WEEK = timedelta(days=7)
WON, LOST = 0.8, 0.5
"""From the first share on a habit is among the wins; below the second it is among the misses."""
RISEN = 0.25
"""A rise by so much against the week before is a win, too, from the middle on."""
MOST_HABITS = 100
NAME_LENGTH = 120
_MOST_UNITS = 1_000_000


class Line(NamedTuple):
    """A habit in the week and in the one before. The name stays readable when the habit is gone (``habit_id`` None)."""

    habit_id: int | None
    name: str
    now: Share
    before: Share

    @property
    def won(self) -> bool:
        """Whether it went well."""
        rate, before = self.now.rate, self.before.rate
        if rate is None:
            return False
        return rate >= WON or (before is not None and rate >= LOST and rate - before >= RISEN)

    @property
    def lost(self) -> bool:
        """Whether it was hard."""
        return not self.won and self.now.rate is not None and self.now.rate < LOST


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The figures of a week, those of the week before, and its habits as far as something was asked of them."""

    now: Share
    before: Share
    lines: tuple[Line, ...]

    @property
    def wins(self) -> tuple[Line, ...]:
        """What went well, the fullest first."""
        return tuple(sorted((line for line in self.lines if line.won), key=lambda line: -(line.now.rate or 0)))

    @property
    def misses(self) -> tuple[Line, ...]:
        """What was hard, the emptiest first."""
        return tuple(sorted((line for line in self.lines if line.lost), key=lambda line: line.now.rate or 0))

    def to_json(self) -> dict[str, Any]:
        """A form for storage; `from_json` gives back equal figures."""
        habits = [
            {"habit": line.habit_id, "name": line.name, "now": [*line.now], "before": [*line.before]}
            for line in self.lines
        ]
        return {"now": [*self.now], "before": [*self.before], "habits": habits}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The figures that were stored. Raises ValueError for what cannot have been."""
        habits = told.get("habits")
        if not isinstance(habits, list) or len(habits) > MOST_HABITS:
            raise ValueError("habits")
        return cls(_share(told.get("now")), _share(told.get("before")), tuple(_line(one) for one in habits))


def figures_of_week(found: Figures, names: Mapping[int, str]) -> WeekFigures:
    """The figures of a week out of those of its range, which is compared with the week before."""
    before = {one.habit_id: one.share for one in found.other.standings}
    lines = [
        Line(one.habit_id, names[one.habit_id], one.share, before[one.habit_id])
        for one in found.standings
        if one.share.asked and one.habit_id in names
    ]
    return WeekFigures(found.total.now, found.total.before, tuple(lines[:MOST_HABITS]))


def week_behind(today: date, week_starts_on: int) -> date:
    """The first day of the last week that is over."""
    return week_of(today, week_starts_on)[0] - WEEK


def last_of(week: date) -> date:
    """The last day of the week that begins on ``week``."""
    return week + WEEK - timedelta(days=1)


def _line(told: Any) -> Line:
    if not isinstance(told, dict):
        raise ValueError("habits")  # noqa: TRY004 - told like every other thing that no figures can be
    habit_id, name = told.get("habit"), told.get("name")
    if not isinstance(name, str) or len(name) > NAME_LENGTH or not (habit_id is None or type(habit_id) is int):
        raise ValueError("habits")
    return Line(habit_id, name, _share(told.get("now")), _share(told.get("before")))


def _share(told: Any) -> Share:
    match told:
        case [int(done), int(asked)] if 0 <= done <= asked <= _MOST_UNITS:
            return Share(done, asked)
        case _:
            raise ValueError("figures")
