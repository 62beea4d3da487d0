"""Weekly reviews in the export of an account, and back out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from analytics.domain.reviews import WeekFigures
from analytics.models import Review
from analytics.models.reviews import WORDS
from analytics.services.reviews import EARLIEST
from habits.transfer.sections import Section
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text

_AT_ONCE = 200
_TEXTS = ("wins", "misses", "change")
MOST_REVIEWS = 7_000
"""More weeks than anybody lives."""


def export(user: User, habit_keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Each review, the oldest first. Habits that are gone are known by their names alone."""
    for review in Review.objects.owned_by(user).order_by("week").iterator(chunk_size=_AT_ONCE):
        yield {
            "week": review.week.isoformat(),
            **{name: getattr(review, name) for name in _TEXTS},
            "habit": habit_keys.get(review.habit_id) if review.habit_id else None,
            "figures": _keyed(review.figures, habit_keys) if review.finished_at else None,
            "created_at": instant_text(review.created_at),
            "finished_at": instant_text(review.finished_at) if review.finished_at else None,
        }


def restore(user: User, listed: list[dict[str, Any]], habit_ids: Mapping[str, int], now: datetime) -> None:
    """Make the reviews of weeks that have none yet. Raises ValueError for what no review can be."""
    if len(listed) > MOST_REVIEWS:
        raise ValueError("reviews")
    held = set(Review.objects.owned_by(user).values_list("week", flat=True))
    found = {review.week: review for review in (_review(user, told, habit_ids, now) for told in listed)}
    missing = [review for week, review in found.items() if week not in held]
    Review.objects.bulk_create(missing, batch_size=500)


SECTION = Section(export, restore)


def _keyed(figures: Mapping[str, Any], habit_keys: Mapping[int, str]) -> dict[str, Any]:
    habits = [{**one, "habit": habit_keys.get(one["habit"])} for one in figures["habits"]]
    return {**figures, "habits": habits}


def _review(user: User, told: dict[str, Any], habit_ids: Mapping[str, int], now: datetime) -> Review:
    finished_at = _instant(told.get("finished_at"))
    return Review(
        user=user,
        week=_day(told.get("week"), now.date()),
        **{name: _text(told, name) for name in _TEXTS},
        habit_id=_id(told.get("habit"), habit_ids),
        figures=_figures(told.get("figures"), habit_ids) if finished_at else {},
        created_at=_instant(told.get("created_at")) or now,
        finished_at=finished_at,
    )


def _figures(told: Any, habit_ids: Mapping[str, int]) -> dict[str, Any]:
    if not isinstance(told, dict) or not isinstance(told.get("habits"), list):
        raise ValueError("figures")  # noqa: TRY004 - told like every other thing that no review can be
    habits = [{**one, "habit": _id(one.get("habit"), habit_ids)} for one in told["habits"] if isinstance(one, dict)]
    return WeekFigures.from_json({**told, "habits": habits}).to_json()


def _id(key: Any, habit_ids: Mapping[str, int]) -> int | None:
    return habit_ids.get(key) if isinstance(key, str) else None


def _text(told: dict[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or len(found) > WORDS or "\x00" in found:
        raise ValueError(name)
    return found


def _day(told: Any, today: date) -> date:
    if not isinstance(told, str) or len(told) != 10:
        raise ValueError("week")
    week = date.fromisoformat(told)
    if not EARLIEST <= week <= today:
        raise ValueError("week")
    return week


def _instant(told: Any) -> datetime | None:
    if told is None:
        return None
    if not isinstance(told, str):
        raise ValueError("instant")  # noqa: TRY004 - as above
    found = datetime.fromisoformat(told)
    if found.tzinfo is None:
        raise ValueError("instant")
    return found.astimezone(UTC)
