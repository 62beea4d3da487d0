"""One habit: how strong it is, its past, and what was asked of it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from habits import words
from habits.charts.heatmap import heatmap
from habits.charts.strip import Mark, mark_of
from habits.charts.table import Table
from habits.charts.trend import trend
from habits.domain.calendar import month_of
from habits.domain.entry import Kind
from habits.domain.views import DayView, History
from habits.forms.pause import PauseForm
from habits.models import Plan
from habits.rows import kind_of, rows_of
from habits.selectors import HabitView, day_levels, habit_views, plans_of
from habits.selectors.history import whole_past
from habits.selectors.records import notes_of, pauses_of
from habits.selectors.rules import schedule_of
from habits.views.lists import FULL, year_before
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.user import User
from smarthabit.kernel import clock


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One version of what was asked."""

    since: date
    words: str
    freezes: bool
    preferred_time: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the history."""

    day: date
    mark: Mark
    state: str
    value: int | None
    strength: float
    streak: int


@login_required
@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about one habit."""
    return render(
        request, "habits/detail.html", detail_context(request.user, pk, clock.now(), request.GET.get("month"))
    )


def detail_context(user: User, pk: int, now: datetime, month: str | None = None) -> dict[str, Any]:
    """What the page of a habit shows. Raises Http404 for one that is not the user's."""
    view = habit_or_404(user, pk, now)
    today = view.snapshot.today.day
    first_of_month, last_of_month = month_of(_month(month, today))
    kind = kind_of(view)
    past, reached = whole_past(user, view.habit, now)
    return {
        "view": view,
        "live_seq": view.version,
        "habit": view.habit,
        "row": rows_of(user, [view])[0],
        "today": today,
        "plan_words": words.plan_words(view.plan.schedule, kind, view.plan.target, view.habit.unit),
        "days": _days(past, first_of_month, min(last_of_month, today), kind),
        "month": first_of_month,
        "month_before": _before(first_of_month, past, view),
        "month_after": last_of_month + timedelta(days=1) if last_of_month < today else None,
        "plans": [_plan_line(plan, kind, view.habit.unit) for plan in reversed(plans_of(user, pk))],
        "pauses": pauses_of(user, pk),
        "pause_form": PauseForm(initial={"starts_on": today}),
        "notes": notes_of(user, pk),
        "milestones": words.milestones_words(reached, view.habit.unit, view.snapshot.streak),
        **_charts(user, view, past, now),
    }


def habit_or_404(user: User, pk: int, now: datetime) -> HabitView:
    """The user's habit. Raises Http404."""
    views = habit_views(user, now, ids=[pk])
    if not views:
        raise Http404
    return views[0]


def _charts(user: User, view: HabitView, past: History, now: datetime) -> dict[str, Any]:
    today = view.snapshot.today.day
    first = year_before(today, user.week_starts_on)
    levels = day_levels(user, [view.habit], first, today, now)[view.habit.pk]
    by_day = {first + timedelta(days=number): level for number, level in enumerate(levels) if level > 0}
    begin = max(first, view.habit.started_on)
    points = [(cell.day, cell.strength) for cell in past.days if cell.day >= begin]
    return {
        "heat": heatmap(by_day, first, today, user.week_starts_on),
        "heat_words": words.year_words(sum(level == FULL for level in levels)),
        "trend": trend(points),
        "trend_words": words.trend_words(points[0][1], points[-1][1], len(points)) if points else "",
        "trend_table": _strength_table(points, today),
    }


def _strength_table(points: Sequence[tuple[date, float]], today: date) -> Table:
    """The strength at the end of each month and today, the latest first."""
    shown = [(day, strength) for day, strength in reversed(points) if month_of(day)[1] == day or day == today]
    rows = tuple((date_format(day, "DATE_FORMAT"), words.per_cent_words(strength)) for day, strength in shown)
    return Table((_("Day"), _("Strength")), rows)


def _days(past: History, first: date, last: date, kind: Kind) -> list[DayLine]:
    """The days of the month, the latest first."""
    return [_day_line(cell, kind) for cell in reversed(past.days) if first <= cell.day <= last]


def _day_line(cell: DayView, kind: Kind) -> DayLine:
    mark = mark_of(cell.state, cell.value, kind)
    return DayLine(cell.day, mark, words.mark_words(mark), cell.value, cell.strength, cell.streak)


def _plan_line(plan: Plan, kind: Kind, unit: str) -> PlanLine:
    return PlanLine(
        since=plan.effective_from,
        words=words.plan_words(schedule_of(plan.schedule), kind, plan.target_milli, unit),
        freezes=plan.freezes,
        preferred_time=words.time_words(plan.preferred_time) if plan.preferred_time else "",
    )


def _month(asked: str | None, today: date) -> date:
    """The first day of the month asked for (YYYY-MM); this month for anything else."""
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return min(max(month, date(1900, 1, 1)), today.replace(day=1))


def _before(first_of_month: date, past: History, view: HabitView) -> date | None:
    """The month before, back to the first day or to what was logged before it."""
    logged = next((cell.day for cell in past.days if cell.value is not None or cell.skipped), view.habit.started_on)
    earliest = min(view.habit.started_on, logged)
    before = month_of(first_of_month - timedelta(days=1))[0]
    return before if before >= month_of(earliest)[0] else None
