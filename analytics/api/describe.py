"""Figures in the shapes the API promises: rates as decimal strings of 0 to 1, null where nothing was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from analytics.domain.trends import LEAST_UNITS
from analytics.domain.trends_pairs import Pair
from analytics.domain.trends_shapes import Compared, Figures, Other, Point, Share, Standing, Stretch, Year
from habits.domain.milestones import Milestone, MilestoneKind
from habits.domain.views import Streak
from smarthabit.kernel.api.fields import milli_text

LISTED = 5
"""Habits named as best and as worst."""


def describe_figures(found: Figures) -> dict[str, Any]:
    """Everything but the correlations."""
    return {
        "from": _day(found.first),
        "to": _day(found.last),
        "partial": found.partial,
        "totals": _totals(found),
        "completion": _compared(found.total),
        "windows": [_compared(one) for one in found.windows],
        "step": found.step,
        "trend": [_point(point) for point in found.trend],
        "by_weekday": [{"weekday": iso, **_share(share)} for iso, share in enumerate(found.weekdays, 1)],
        "by_hour": [{"hour": hour, "entries": count} for hour, count in enumerate(found.hours)],
        "best": {"stretch": _stretch(found.best), "habits": _extremes(found.standings, best=True)},
        "worst": {"stretch": _stretch(found.worst), "habits": _extremes(found.standings, best=False)},
        "habits": [_standing(one) for one in found.standings],
        "against": _other(found.other),
        "strength": [{"day": _day(point.day), "strength": f"{point.strength:.6f}"} for point in found.strengths],
        "year": _year(found.year),
    }


def describe_levels(year: Year, levels: Sequence[int]) -> list[dict[str, Any]]:
    """A habit's year, how full each day was: 0 to 4, null where nothing was asked."""
    days = zip(_year(year), levels, strict=True)
    return [{**day, "level": level if level >= 0 else None} for day, level in days]


def describe_milestones(found: Sequence[Milestone]) -> list[dict[str, Any]]:
    """Milestones, the latest first; a total in the unit of the habit."""
    return [
        {
            "kind": one.kind.value,
            "amount": milli_text(one.amount) if one.kind is MilestoneKind.TOTAL else str(one.amount),
            "day": one.day.isoformat(),
        }
        for one in found
    ]


def describe_pairs(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Pairs of habits with their correlation and its 95 % interval."""
    return [
        {
            "habits": [str(pair.first), str(pair.second)],
            "correlation": f"{pair.r:.6f}",
            "low": f"{pair.low:.6f}",
            "high": f"{pair.high:.6f}",
            "days": pair.days,
        }
        for pair in pairs
    ]


def _totals(found: Figures) -> dict[str, Any]:
    return {
        "habits": len(found.standings),
        **_share(found.total.now),
        "days_with_amount": sum(one.days for one in found.standings),
    }


def _extremes(standings: Sequence[Standing], *, best: bool) -> list[dict[str, Any]]:
    known = [one for one in standings if one.share.asked >= LEAST_UNITS]
    known.sort(key=lambda one: one.share.rate or 0.0, reverse=best)
    return [{"habit": str(one.habit_id), **_share(one.share)} for one in known[:LISTED]]


def _standing(one: Standing) -> dict[str, Any]:
    told = {"habit": str(one.habit_id), **_share(one.share), "days": one.days, "amount": milli_text(one.amount)}
    return told if one.streak is None else {**told, "streak": _streak(one.streak)}


def _streak(streak: Streak) -> dict[str, Any]:
    return {"current": streak.current, "longest": streak.longest, "unit": streak.unit}


def _other(other: Other) -> dict[str, Any]:
    return {
        "from": _day(other.first),
        "to": _day(other.last),
        **_share(other.total),
        "trend": [_point(point) for point in other.trend],
        "by_weekday": [{"weekday": iso, **_share(share)} for iso, share in enumerate(other.weekdays, 1)],
        "habits": [_standing(one) for one in other.standings],
    }


def _year(year: Year) -> list[dict[str, Any]]:
    days = enumerate(zip(year.done, year.asked, strict=True), year.first)
    return [{"day": _day(day), "done": done, "asked": asked} for day, (done, asked) in days]


def _compared(one: Compared) -> dict[str, Any]:
    return {"days": one.days, **_share(one.now), "before": _share(one.before), "delta": _rate(one.delta)}


def _point(point: Point) -> dict[str, Any]:
    return {"from": _day(point.first), "to": _day(point.last), **_share(point.share), "open": point.open}


def _stretch(stretch: Stretch | None) -> dict[str, Any] | None:
    if stretch is None:
        return None
    return {"from": _day(stretch.first), "to": _day(stretch.last), **_share(stretch.share)}


def _share(share: Share) -> dict[str, Any]:
    return {"done": share.done, "asked": share.asked, "rate": _rate(share.rate)}


def _rate(rate: float | None) -> str | None:
    return None if rate is None else f"{rate:.6f}"


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
