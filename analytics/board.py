"""Figures made ready for the page and the table: one place for what both say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from analytics import words
from analytics.charts import Bar, Line, bar_path, bars, labelled, line, place_of
from analytics.domain.trends import LEAST_UNITS, Compared, Figures, Share, Standing, Stretch
from analytics.domain.trends_pairs import Pair
from analytics.ranges import Asked
from habits.words import amount_words, span_words

if TYPE_CHECKING:
    from habits.models import Habit

HOURS_APART = 6
LISTED = 50
"""Habits in the list, the most complete first."""
TOLD = 8
"""Pairs that are told."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A window as a big number; `points` is the difference to the days before, None where there is none."""

    name: str
    window: int | None
    rate: str
    points: int | None
    delta: str
    current: bool

    @property
    def size(self) -> int:
        """How many points the arrow stands for."""
        return abs(self.points or 0)


@dataclass(frozen=True, slots=True)
class Label:
    """A name under a chart, centred at `x`."""

    x: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a chart's table."""

    name: str
    share: str
    rate: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars with the names under them."""

    path: str
    labels: tuple[Label, ...]
    rows: tuple[Row, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The line of completion."""

    line: Line
    labels: tuple[Label, ...]
    rows: tuple[Row, ...]
    sentence: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A habit in the list; `percent` is None where too little was asked to tell."""

    habit: Habit
    share: str
    rate: str
    percent: int | None
    amount: str


@dataclass(frozen=True, slots=True)
class Told:
    """Two habits that go together (or take turns), in words and numbers."""

    one: Habit
    other: Habit
    together: bool
    r: str
    low: str
    high: str
    days: int


def board(found: Figures, asked: Asked, habits: Mapping[int, Habit], week_starts_on: int) -> dict[str, Any]:
    """What the templates show of the figures; `habits` by their ids."""
    return {
        "asked": asked,
        "any": any(standing.share.asked or standing.days for standing in found.standings),
        "span": span_words(asked.first, asked.last),
        "tabs": tabs(found, asked),
        "total": found.total.now,
        "total_words": words.total_words(found.total.now),
        "trend": trend_of(found),
        "weekdays": weekdays_of(found.weekdays, week_starts_on),
        "hours": hours_of(found.hours) if sum(found.hours) else None,
        "best": _stretch(found.best),
        "worst": _stretch(found.worst),
        "ranked": ranked(found.standings, habits)[:LISTED],
        "pairs": told(found.pairs, habits),
    }


def tabs(found: Figures, asked: Asked) -> list[Tab]:
    """The windows, and the range itself where it is none of them."""
    listed = [_tab(one, words.days_words(one.days), one.days, asked.window == one.days) for one in found.windows]
    if asked.window is None:
        listed.append(_tab(found.total, span_words(asked.first, asked.last), None, current=True))
    return listed


def _tab(one: Compared, name: str, window: int | None, current: bool) -> Tab:
    points = words.points_of(one.delta)
    return Tab(name, window, words.percent_words(one.now.rate), points, words.delta_words(points, one.days), current)


def trend_of(found: Figures) -> Trend:
    """The line and its table, the latest first."""
    points, step = found.trend, found.step
    unfinished = bool(points) and points[-1].open
    years = bool(points) and date.fromordinal(points[0].first).year != date.fromordinal(points[-1].last).year
    labels = [
        Label(place_of(at, len(points)), words.label_words(points[at], step, years=years))
        for at in labelled(len(points))
    ]
    rows = [_row(words.step_words(point, step), point.share) for point in reversed(points)]
    drawn = line([point.share.rate for point in points], unfinished=unfinished)
    return Trend(drawn, tuple(labels), tuple(rows), words.trend_words(points, found.total), unfinished)


def weekdays_of(weekdays: Sequence[Share], week_starts_on: int) -> Bars:
    """The bars of the weekdays, from the user's first one on."""
    order = [(week_starts_on - 1 + at) % 7 + 1 for at in range(7)]
    drawn = bars([weekdays[iso - 1].rate or 0 for iso in order], gap=24)
    labels = [Label(bar.centre, words.weekday_words(iso, short=True)) for bar, iso in zip(drawn, order, strict=True)]
    rows = [_row(words.weekday_words(iso), weekdays[iso - 1]) for iso in order]
    return Bars(bar_path(drawn), tuple(labels), tuple(rows), words.weekdays_words(weekdays))


def hours_of(hours: Sequence[int]) -> Bars:
    """The bars of the hours; the busiest one is as tall as the chart."""
    drawn: list[Bar] = bars([count / max(hours) for count in hours], gap=6)
    labels = [Label(drawn[hour].centre, words.hour_words(hour)) for hour in range(0, 24, HOURS_APART)]
    rows = [_row(words.hour_words(hour), Share(count, sum(hours))) for hour, count in enumerate(hours) if count]
    return Bars(bar_path(drawn), tuple(labels), tuple(rows), words.hours_words(hours))


def ranked(standings: Sequence[Standing], habits: Mapping[int, Habit]) -> list[Ranked]:
    """The habits of which there is something to say, the most complete first, those with few units last."""
    known = [one for one in standings if one.habit_id in habits and (one.share.asked or one.days)]
    return [_ranked(one, habits[one.habit_id]) for one in sorted(known, key=_rank)]


def told(pairs: Sequence[Pair], habits: Mapping[int, Habit]) -> list[Told]:
    """The closest pairs."""
    shown = [pair for pair in pairs if pair.first in habits and pair.second in habits][:TOLD]
    number = words.number_words
    return [
        Told(
            habits[pair.first],
            habits[pair.second],
            pair.r > 0,
            number(pair.r),
            number(pair.low),
            number(pair.high),
            pair.days,
        )
        for pair in shown
    ]


def _rank(one: Standing) -> tuple[bool, float, int]:
    return one.share.asked < LEAST_UNITS, -(one.share.rate or 0), one.habit_id


def _ranked(one: Standing, habit: Habit) -> Ranked:
    rate = one.share.rate if one.share.asked >= LEAST_UNITS else None
    return Ranked(
        habit,
        words.share_words(one.share) if one.share.asked else "",
        words.percent_words(rate),
        words.points_of(rate),
        amount_words(one.amount, habit.unit) if habit.unit else "",
    )


def _stretch(stretch: Stretch | None) -> Row | None:
    if stretch is None:
        return None
    return _row(span_words(date.fromordinal(stretch.first), date.fromordinal(stretch.last)), stretch.share)


def _row(name: str, share: Share) -> Row:
    return Row(name, words.share_words(share), words.percent_words(share.rate))
