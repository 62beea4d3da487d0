"""Reading weekly reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from analytics.domain.reviews import WeekFigures, figures_of_week, last_of, week_behind
from analytics.models import Review
from analytics.selectors.figures import MOST_COUNTED, Ranges, named_habits, overview_of
from habits.selectors.pasts import owned_habits
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit

LISTED = 20
"""Reviews on one page of the list."""
OFFERED_FOR = timedelta(days=4)
"""How long into a week Today offers a look back at the one before."""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review with its week, the figures that belong to it and what they would be now."""

    review: Review
    last: date
    figures: WeekFigures
    """Those kept with it; of a draft, those of now."""
    moved: WeekFigures | None
    """What the figures are now, where entries of the week have changed since it was finished."""

    @property
    def week(self) -> date:
        """The first day."""
        return self.review.week


def all_reviews(user: User) -> QuerySet[Review]:
    """All reviews of the user, to take pages of."""
    return Review.objects.owned_by(user)


def reviews_of(user: User, *, offset: int = 0, limit: int = LISTED) -> list[Review]:
    """A page of the user's reviews, the latest week first."""
    return list(Review.objects.owned_by(user).select_related("habit")[offset : offset + limit])


def review_of(user: User, week: date, now: datetime) -> ReviewView | None:
    """The user's review of the week that begins on ``week``, or None while there is none."""
    review = Review.objects.owned_by(user).select_related("habit").filter(week=week).first()
    if review is None:
        return None
    fresh = fresh_figures(user, week, now)
    if review.finished_at is None:
        return ReviewView(review, last_of(week), fresh, None)
    kept = WeekFigures.from_json(review.figures)
    return ReviewView(
        review, last_of(week), kept, None if (kept.now, kept.before) == (fresh.now, fresh.before) else fresh
    )


def fresh_figures(user: User, week: date, now: datetime) -> WeekFigures:
    """The figures of a week as they are now, beside those of the week before."""
    found = overview_of(user, now, Ranges(week, last_of(week)))
    named = named_habits(user, [standing.habit_id for standing in found.standings])
    return figures_of_week(found, {pk: habit.name for pk, habit in named.items()})


def week_to_review(user: User, now: datetime) -> date:
    """The last week that is over, by its first day."""
    return week_behind(today_of(user, now), user.week_starts_on)


def review_due(user: User, now: datetime, *, since: date) -> date | None:
    """The week that is over and waits to be looked back on, for whoever has had a habit ``since`` before its end.

    None once it is finished, and later in the week after it.
    """
    today, week = today_of(user, now), week_to_review(user, now)
    if since > last_of(week) or today - last_of(week) > OFFERED_FOR:
        return None
    finished = Review.objects.owned_by(user).filter(week=week, finished_at__isnull=False).exists()
    return None if finished else week


def changeable(user: User) -> list[Habit]:
    """The habits that a change can be about: those in use, the first ones of very many."""
    return owned_habits(user, most=MOST_COUNTED)
