"""Figures made ready for the page and the table: one place for what both say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics import words
from analytics.charts import Bar, Line, bar_path, bars, labelled, line, place_of, shade
from analytics.domain.trends import LEAST_UNITS
from analytics.domain.trends_pairs import Pair
from analytics.domain.trends_shapes import Compared, Figures, Share, Standing, Stretch
from analytics.ranges import Asked
from habits.charts.heatmap import Heatmap, heatmap
from habits.charts.table import Table
from habits.charts.trend import Trend as StrengthLine
from habits.charts.trend import trend
from habits.domain.views import Streak
from habits.words import amount_words, per_cent_words, span_words, trend_words

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
    """A stretch of days, or a line of a chart's table."""

    name: str
    share: str
    rate: str
    other: str = ""
    """The rate of what it is compared with."""

    @property
    def cells(self) -> tuple[str, str, str]:
        """What is its own."""
        return self.name, self.share, self.rate


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars with the names under them."""

    path: str
    labels: tuple[Label, ...]
    table: Table
    sentence: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The line of completion, and beside it that of the days it is compared with; `other` is empty without them."""

    line: Line
    other: str
    labels: tuple[Label, ...]
    table: Table
    sentence: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Strength:
    """The line of strength; the table has the last day of each month, the latest first."""

    line: StrengthLine | None
    table: Table
    sentence: str


@dataclass(frozen=True, slots=True)
class YearMap:
    """The squares of a year's days, and a table of its months."""

    heat: Heatmap
    table: Table
    sentence: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A habit in the list; `percent` is None where too little was asked to tell."""

    habit: Habit
    share: str
    rate: str
    percent: int | None
    points: int | None
    """The difference to the days it is compared with."""
    delta: str
    amount: str
    streak: Streak | None

    @property
    def size(self) -> int:
        """How many points the arrow stands for."""
        return abs(self.points or 0)


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
    other = found.other
    return {
        "asked": asked,
        "counted": len(found.standings) if found.partial else None,
        "any": any(standing.share.asked or standing.days for standing in found.standings),
        "span": span_words(asked.first, asked.last),
        "tabs": tabs(found, asked),
        "total": found.total.now,
        "total_words": words.total_words(found.total.now),
        "compared": words.compared_words(found, asked.against) if asked.against else "",
        "other_span": _span(other.first, other.last),
        "trend": trend_of(found),
        "weekdays": weekdays_of(found.weekdays, week_starts_on, other.weekdays if asked.against else ()),
        "hours": hours_of(found.hours) if sum(found.hours) else None,
        "best": _stretch(found.best),
        "worst": _stretch(found.worst),
        "year": year_of(found, week_starts_on),
        "strength": strength_of(found),
        "ranked": ranked(found, habits)[:LISTED],
        "pairs": told(found.pairs, habits),
    }


def tabs(found: Figures, asked: Asked) -> list[Tab]:
    """The windows, and the range itself where it is none of them."""
    listed = [
        _tab(one, words.days_words(one.days), words.before_words(one.days), one.days, asked.window)
        for one in found.windows
    ]
    if asked.window is None:
        other = span_words(*asked.against) if asked.against else words.before_words(found.total.days)
        listed.append(_tab(found.total, span_words(asked.first, asked.last), other, None, None))
    return listed


def _tab(one: Compared, name: str, other: str, window: int | None, asked: int | None) -> Tab:
    points = words.points_of(one.delta)
    delta = words.delta_words(points, other)
    return Tab(name, window, words.percent_words(one.now.rate), points, delta, current=window == asked)


def trend_of(found: Figures) -> Trend:
    """The line and its table, the latest first. Both lines begin with the first day of their range."""
    points, step, other = found.trend, found.step, found.other.trend
    unfinished = bool(points) and points[-1].open
    years = bool(points) and date.fromordinal(points[0].first).year != date.fromordinal(points[-1].last).year
    count = max(len(points), len(other))
    named = labelled(len(points))
    labels = [Label(place_of(at, count), words.label_words(points[at], step, years=years)) for at in named]
    beside = [words.beside_words(point, step) for point in other] + [""] * (count - len(other))
    rows = [
        _row(words.step_words(point, step), point.share, then)
        for point, then in zip(points, beside[: len(points)], strict=True)
    ]
    drawn = line([point.share.rate for point in points], unfinished=unfinished, room=count)
    behind = line([point.share.rate for point in other], unfinished=False, room=count).line
    sentence = words.trend_words(points, found.total)
    return Trend(
        drawn, behind, tuple(labels), _table(_("When"), rows[::-1], compared=bool(other)), sentence, unfinished
    )


def strength_of(found: Figures) -> Strength:
    """The line of strength, and its months."""
    points = [(date.fromordinal(point.day), point.strength) for point in found.strengths]
    ends = {(day.year, day.month): (day, strength) for day, strength in points}
    sentence = trend_words(points[0][1], points[-1][1], (points[-1][0] - points[0][0]).days + 1) if points else ""
    rows = [(date_format(day, "DATE_FORMAT"), per_cent_words(strength)) for day, strength in ends.values()]
    return Strength(trend(points), Table((_("Day"), _("Strength")), tuple(rows[::-1])), sentence)


def year_of(found: Figures, week_starts_on: int, levels: Sequence[int] = ()) -> YearMap:
    """The year that ends with the range; `levels` where one habit knows how full each day was."""
    year = found.year
    first, last = date.fromordinal(year.first), date.fromordinal(year.first + len(year.asked) - 1)
    shades = levels or [shade(done, asked) for done, asked in zip(year.done, year.asked, strict=True)]
    by_day = {date.fromordinal(day): level for day, level in enumerate(shades, year.first) if level > 0}
    months: dict[date, Share] = {}
    for day, (done, asked) in enumerate(zip(year.done, year.asked, strict=True), year.first):
        month = date.fromordinal(day).replace(day=1)
        before = months.get(month, Share(0, 0))
        months[month] = Share(before.done + done, before.asked + asked)
    rows = [_row(date_format(month, "YEAR_MONTH_FORMAT"), share) for month, share in months.items() if share.asked]
    sentence = words.year_words(year, one=bool(levels))
    return YearMap(heatmap(by_day, first, last, week_starts_on), _table(_("Month"), rows[::-1]), sentence)


def weekdays_of(weekdays: Sequence[Share], week_starts_on: int, other: Sequence[Share] = ()) -> Bars:
    """The bars of the weekdays, from the user's first one on."""
    order = [(week_starts_on - 1 + at) % 7 + 1 for at in range(7)]
    drawn = bars([weekdays[iso - 1].rate or 0 for iso in order], gap=24)
    labels = [Label(bar.centre, words.weekday_words(iso, short=True)) for bar, iso in zip(drawn, order, strict=True)]
    then = [words.percent_words(other[iso - 1].rate) if other else "" for iso in order]
    rows = [_row(words.weekday_words(iso), weekdays[iso - 1], beside) for iso, beside in zip(order, then, strict=True)]
    table = _table(_("Day"), rows, compared=bool(other))
    return Bars(bar_path(drawn), tuple(labels), table, words.weekdays_words(weekdays))


def hours_of(hours: Sequence[int]) -> Bars:
    """The bars of the hours; the busiest one is as tall as the chart."""
    drawn: list[Bar] = bars([count / max(hours) for count in hours], gap=6)
    labels = [Label(drawn[hour].centre, words.hour_words(hour)) for hour in range(0, 24, HOURS_APART)]
    rows = [_row(words.hour_words(hour), Share(count, sum(hours))) for hour, count in enumerate(hours) if count]
    return Bars(bar_path(drawn), tuple(labels), _table(_("From"), rows), words.hours_words(hours))


def ranked(found: Figures, habits: Mapping[int, Habit]) -> list[Ranked]:
    """The habits of which there is something to say, the most complete first, those with few units last."""
    then = {one.habit_id: one.share for one in found.other.standings}
    known = [one for one in found.standings if one.habit_id in habits and (one.share.asked or one.days)]
    return [_ranked(one, habits[one.habit_id], then[one.habit_id], found) for one in sorted(known, key=_rank)]


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


def _ranked(one: Standing, habit: Habit, then: Share, found: Figures) -> Ranked:
    rate = one.share.rate if one.share.asked >= LEAST_UNITS else None
    before = then.rate if then.asked >= LEAST_UNITS else None
    points = None if rate is None or before is None else words.points_of(rate - before)
    return Ranked(
        habit,
        words.share_words(one.share) if one.share.asked else "",
        words.percent_words(rate),
        words.points_of(rate),
        points,
        words.delta_words(points, _span(found.other.first, found.other.last)),
        amount_words(one.amount, habit.unit) if habit.unit else "",
        one.streak,
    )


def _span(first: int, last: int) -> str:
    return span_words(date.fromordinal(first), date.fromordinal(last))


def _stretch(stretch: Stretch | None) -> Row | None:
    if stretch is None:
        return None
    return _row(_span(stretch.first, stretch.last), stretch.share)


def _row(name: str, share: Share, other: str = "") -> Row:
    return Row(name, words.share_words(share), words.percent_words(share.rate), other)


def _table(head: str, rows: Sequence[Row], *, compared: bool = False) -> Table:
    """The rows under the name of what they are rows of, with a column for what they are compared with, if anything."""
    heads = (head, _("Done"), _("Share"))
    if compared:
        return Table((*heads, _("Compared")), tuple((*row.cells, row.other) for row in rows))
    return Table(heads, tuple(row.cells for row in rows))
