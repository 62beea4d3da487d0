"""Goals that suit a habit, ready to be made: what it asks for anyway, added up or in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from goals.domain.ahead import days_ahead
from goals.domain.goal import MILLI, Measure
from goals.services import GoalDraft
from habits.domain.schedule import StreakUnit, asks_for_total
from habits.selectors import HabitView
from habits.words import amount_words, streak_words

STREAKS: dict[StreakUnit, tuple[int, ...]] = {
    "day": (7, 14, 21, 30, 50, 66, 100, 150, 200, 365, 500, 730, 1000),
    "week": (4, 8, 12, 26, 52, 104),
    "month": (3, 6, 12, 24),
}
SPANS: dict[StreakUnit, int] = {"day": 30, "week": 84, "month": 365}
"""Days that a goal of so many kept units takes."""
LATER = 90
EASED = 0.8
"""The part of all that is asked for that makes a goal one can reach."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A goal ready to be made. `words` says what it is."""

    key: str
    icon: str
    words: str
    draft: GoalDraft


def presets_for(view: HabitView) -> list[Preset]:
    """The goals that suit a habit."""
    today = view.snapshot.today.day
    found = [_count(view, today), _streak(view), _total(view, today)]
    return [preset for preset in found if preset is not None]


def _count(view: HabitView, today: date) -> Preset | None:
    unit = view.snapshot.streak.unit
    last = today + timedelta(days=SPANS[unit] - 1)
    units = len(days_ahead(view.rules, Measure.COUNT, today.toordinal(), last.toordinal()))
    if not units:
        return None
    times = max(1, round(units * EASED))
    counted = streak_words(times, unit)
    words = _("%(units)s kept by %(day)s") % {"units": counted, "day": date_format(last, "DATE_FORMAT")}
    goal_unit = counted.removeprefix(str(times)).strip()[:24]
    draft = _draft(view, words, measure="count", target_milli=times * MILLI, unit=goal_unit, deadline=last)
    return Preset("count", "repeat", words, draft)


def _streak(view: HabitView) -> Preset | None:
    streak = view.snapshot.streak
    length = next((length for length in STREAKS[streak.unit] if length > streak.current), None)
    if length is None:
        return None
    words = _("%(units)s in a row") % {"units": streak_words(length, streak.unit)}
    return Preset("streak", "flame", words, _draft(view, words, measure="streak", target_milli=length * MILLI))


def _total(view: HabitView, today: date) -> Preset | None:
    """For a habit that adds something up: what its plan asks for in three months, eased."""
    if view.habit.kind != "build" or not view.habit.unit:
        return None
    last = today + timedelta(days=LATER - 1)
    whole = Measure.COUNT if asks_for_total(view.plan.schedule) else Measure.TOTAL
    units = len(days_ahead(view.rules, whole, today.toordinal(), last.toordinal()))
    target = _round(int(units * view.plan.target * EASED))
    if not target:
        return None
    amount = amount_words(target, view.habit.unit)
    words = _("%(amount)s in %(days)d days") % {"amount": amount, "days": LATER}
    draft = _draft(view, words, measure="total", target_milli=target, unit=view.habit.unit, deadline=last)
    return Preset("total", "trending-up", words, draft)


def _draft(view: HabitView, words: str, **fields: Any) -> GoalDraft:
    title = f"{view.habit.name[: 119 - len(words) - 2]}: {words}"
    return GoalDraft(title, habits=((view.habit.pk, MILLI),), **fields)


def _round(milli: int) -> int:
    """The amount with two leading digits."""
    power = int(10 ** max(0, len(str(milli)) - 2))
    return milli // power * power
