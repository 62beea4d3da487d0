"""Goals in the shapes the API promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from goals.domain.pace import Pace
from goals.domain.summary import Finish, Forecast, Spread
from goals.models import ManualProgress
from goals.selectors import GoalView
from smarthabit.kernel.api.fields import instant_text, milli_text


def describe_goals(views: Sequence[GoalView]) -> list[dict[str, Any]]:
    """The goals of a list."""
    return [describe_goal(view) for view in views]


def describe_goal(view: GoalView) -> dict[str, Any]:
    """A goal: what was set, how far it has come, and what to expect.

    ``progress`` is the amount there is, ``pace`` the amount a day that still reaches the target, null where none is
    asked for; ``needed`` has it by week and by chance too. ``buffer_days`` is below 0 behind the line.
    """
    goal, now = view.goal, view.progress
    return {
        "id": str(goal.pk),
        "title": goal.title,
        "measure": goal.measure,
        "target": milli_text(goal.target_milli),
        "unit": goal.unit,
        "starts_on": goal.starts_on.isoformat(),
        "deadline": _day(goal.deadline),
        "habits": [{"id": str(feed.habit_id), "weight": milli_text(feed.weight_milli)} for feed in view.feeds],
        "milestones": [milli_text(amount) for amount, _reached in now.milestones],
        "milestones_reached": [_day(reached) for _amount, reached in now.milestones],
        "abandoned": goal.abandoned_on is not None,
        "status": view.status.value,
        "progress": milli_text(now.amount),
        "share": f"{now.share:.6f}",
        "best": milli_text(now.best),
        "remaining": milli_text(now.remaining),
        "reached_on": _day(now.reached_on),
        "pace": _amount(view.pace.per_day) if view.pace else None,
        "needed": _needed(view.pace),
        "buffer_days": view.buffer,
        "forecast": _forecast(view.forecast),
    }


def describe_progress(entry: ManualProgress) -> dict[str, Any]:
    """An entry of a goal that is fed by hand."""
    return {
        "id": str(entry.pk),
        "day": entry.day.isoformat(),
        "amount": milli_text(entry.amount_milli),
        "note": entry.note,
        "created_at": instant_text(entry.created_at),
    }


def _needed(pace: Pace | None) -> dict[str, Any] | None:
    if pace is None:
        return None
    return {
        "per_day": _amount(pace.per_day),
        "per_week": _amount(pace.per_week),
        "per_chance": _amount(pace.per_chance),
        "days": pace.days,
        "chances": pace.chances,
    }


def _forecast(forecast: Forecast) -> dict[str, Any]:
    return {
        "probability": None if forecast.probability is None else f"{forecast.probability:.6f}",
        "finish": _finish(forecast.finish),
        "amount": _spread(forecast.amount),
        "rests_on": forecast.rests_on,
    }


def _finish(finish: Finish) -> dict[str, Any]:
    return {name: _day(day) for name, day in finish._asdict().items()}


def _spread(spread: Spread | None) -> dict[str, Any]:
    return dict.fromkeys(Spread._fields) if spread is None else {k: milli_text(v) for k, v in spread._asdict().items()}


def _amount(milli: int | None) -> str | None:
    return None if milli is None else milli_text(milli)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
