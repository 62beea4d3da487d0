"""Freezing the forecast when a suggestion is applied, and holding what happened against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analytics.domain.suggestions import (
    HORIZONS,
    WINDOW,
    Effect,
    Facts,
    Frozen,
    Kind,
    Spread,
    Subject,
    effect_of,
    facts_of,
    freeze,
    met,
)
from analytics.models import Suggestion
from analytics.suggestions.selectors import rules_and_rows
from goals.domain.ahead import days_ahead
from goals.domain.goal import Measure
from habits.domain.entry import EntryRow
from habits.domain.plan import Rules, is_off
from habits.selectors.pasts import owned_habits
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit

UNMEASURED = {Kind.PAUSE, Kind.REMINDERS}
"""What has no effect that could be seen in the days done: nothing is asked for, or nothing is meant to change."""


def freeze_forecast(row: Suggestion, facts: Facts, today: date) -> None:
    """Put the forecast without the change into the row, and when to measure; the days count from tomorrow on."""
    if row.kind in UNMEASURED:
        return
    first = today.toordinal() + 1
    asked = days_ahead(facts.rules, Measure.TOTAL, first, first + max(HORIZONS) - 1)
    within = {days: sum(day < first + days for day in asked) for days in HORIZONS}
    forecast = freeze(met(facts, row.yardstick_milli), within, row.pk)
    row.frozen = {
        "first": today.isoformat(),
        "days": asked,
        "forecast": [[one.horizon, one.asked, *(round(point, 4) for point in one.days)] for one in forecast],
    }
    row.measure_on = _measured_on(today, HORIZONS[0])


def measure_due(user: User, today: date) -> list[int]:
    """Measure the suggestions whose time has come; gives back their ids."""
    due = Suggestion.objects.owned_by(user).filter(state=Suggestion.State.ACCEPTED, measure_on__lte=today)
    rows = list(due.select_for_update().order_by("pk"))
    habits = {habit.pk: habit for habit in owned_habits(user, [row.habit_id for row in rows])}
    rules, entries = rules_and_rows(user, [*habits.values()], today.toordinal())
    for row in rows:
        habit = habits[row.habit_id]
        row.measure_on = None
        if date.fromisoformat(row.frozen["first"]) > today - timedelta(days=WINDOW):
            _measure(row, habit, rules[habit.pk], entries[habit.pk], today)
        row.save(update_fields=["effects", "measure_on"])
    return [row.pk for row in rows]


def effects_of(row: Suggestion) -> list[Effect]:
    """The effects that could be measured so far, the earlier horizon first."""
    return [Effect(horizon, done, asked, Spread(*more)) for horizon, done, asked, *more in row.effects if more]


def forecast_of(row: Suggestion) -> list[Frozen]:
    """The frozen forecast; empty where nothing is measured."""
    stored = row.frozen.get("forecast", [])
    return [Frozen(horizon, asked, Spread(*days)) for horizon, asked, *days in stored]


def _measure(row: Suggestion, habit: Habit, rules: Rules, entries: Sequence[EntryRow], today: date) -> None:
    """Add each horizon that has passed; one that cannot be compared is kept as such, so that it is not tried again."""
    first = date.fromisoformat(row.frozen["first"])
    known = {effect[0] for effect in row.effects}
    for frozen in forecast_of(row):
        if frozen.horizon in known:
            continue
        if _measured_on(first, frozen.horizon) > today:
            row.measure_on = _measured_on(first, frozen.horizon)
            break
        row.effects = [*row.effects, _told(_effect(row, habit, rules, entries, frozen), frozen)]


def _effect(row: Suggestion, habit: Habit, rules: Rules, entries: Sequence[EntryRow], frozen: Frozen) -> Effect | None:
    """What happened within the horizon, or None where the plan was changed since or too few days were asked for."""
    first = date.fromisoformat(row.frozen["first"]).toordinal() + 1
    end = first + frozen.horizon
    facts = facts_of(Subject(habit.pk, habit.unit), rules, entries, end)
    if facts.first > first or facts.since > first:
        return None
    skipped = {entry.day for entry in entries if entry.skipped}
    days = [day for day in row.frozen["days"] if day < end and day not in skipped and not is_off(rules, day)]
    there = facts.asked[first - facts.first :].sum()
    done = int(met(facts, row.yardstick_milli)[len(facts.chances) - int(there) :].sum())
    return effect_of(frozen, done, len(days))


def _told(effect: Effect | None, frozen: Frozen) -> list[float]:
    if effect is None:
        return [frozen.horizon, 0, 0]
    return [effect.horizon, effect.done, effect.asked, *(round(point, 4) for point in effect.more)]


def _measured_on(first: date, horizon: int) -> date:
    """The day on which the last of the horizon's days is over."""
    return first + timedelta(days=horizon + 1)
