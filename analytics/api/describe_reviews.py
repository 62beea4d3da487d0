"""Weekly reviews in the shapes the API promises."""

from __future__ import annotations

from typing import Any

from analytics.domain.reviews import Line, WeekFigures, last_of
from analytics.domain.trends_shapes import Share
from analytics.models import Review
from analytics.selectors.reviews import ReviewView
from smarthabit.kernel.api.fields import instant_text


def describe_review(review: Review) -> dict[str, Any]:
    """What a person said of a week."""
    return {
        "week": review.week.isoformat(),
        "last": last_of(review.week).isoformat(),
        "wins": review.wins,
        "misses": review.misses,
        "change": review.change,
        "habit": None if review.habit_id is None else str(review.habit_id),
        "created_at": instant_text(review.created_at),
        "finished_at": instant_text(review.finished_at) if review.finished_at else None,
    }


def describe_view(view: ReviewView) -> dict[str, Any]:
    """The same with the week's figures; ``figures_now`` where entries have changed since it was finished."""
    return {
        **describe_review(view.review),
        "figures": _figures(view.figures),
        "figures_now": _figures(view.moved) if view.moved else None,
    }


def _figures(found: WeekFigures) -> dict[str, Any]:
    return {
        "now": _share(found.now),
        "before": _share(found.before),
        "habits": [_line(line) for line in found.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "habit": None if line.habit_id is None else str(line.habit_id),
        "name": line.name,
        "now": _share(line.now),
        "before": _share(line.before),
    }


def _share(share: Share) -> dict[str, Any]:
    rate = share.rate
    return {"kept": share.done, "units": share.asked, "rate": None if rate is None else f"{rate:.6f}"}
