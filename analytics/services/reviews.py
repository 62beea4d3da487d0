"""Writing, finishing and deleting weekly reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from analytics.domain.reviews import WEEK
from analytics.events import ReviewChanged
from analytics.models import Review
from analytics.models.reviews import WORDS
from analytics.selectors.reviews import changeable, fresh_figures
from habits.services.changes import UNSET, Unset, stated
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

EARLIEST = date(1900, 1, 1)
_TEXTS = ("wins", "misses", "change")


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """What a person writes into a review; ``habit`` is the id of the one that the change is about."""

    wins: str | Unset = UNSET
    misses: str | Unset = UNSET
    change: str | Unset = UNSET
    habit: int | Unset | None = UNSET


@transaction.atomic
def write_review(*, user: User, week: date, words: ReviewWords, now: datetime, tab: str = "") -> Review:
    """Put words into the review of the week that begins on ``week``; it is made by the first of them.

    Raises RuleError for a week that is not over, or is none of the user's weeks, and for words that are too long.
    """
    review = _locked(user, week) or _made(user, week, now)
    said = stated(words)
    if "habit" in said:
        review.habit_id = _habit(user, review, said.pop("habit"))
    for name, text in said.items():
        setattr(review, name, _text(name, text))
    review.save(update_fields=[*_TEXTS, "habit"])
    _tell(review, tab)
    return review


@transaction.atomic
def finish_review(*, user: User, week: date, now: datetime, tab: str = "") -> Review:
    """Finish a review: the figures of its week are kept with it as they are now. Doing it again changes nothing."""
    review = _locked(user, week) or _made(user, week, now)
    if review.finished_at is None:
        review.finished_at, review.figures = now, fresh_figures(user, week, now).to_json()
        review.save(update_fields=["finished_at", "figures"])
        _tell(review, tab)
    return review


@transaction.atomic
def delete_review(*, user: User, week: date, tab: str = "") -> None:
    """Delete a review. Raises NotFound where there is none."""
    review = _locked(user, week)
    if review is None:
        raise NotFound
    review.delete()
    _tell(review, tab)


def _locked(user: User, week: date) -> Review | None:
    found: Review | None = Review.objects.owned_by(user).select_for_update().filter(week=week).first()
    return found


def _made(user: User, week: date, now: datetime) -> Review:
    """A new review, or the one that somebody else has made meanwhile."""
    check_week(user, week, now)
    try:
        with transaction.atomic():
            return Review.objects.create(user=user, week=week, created_at=now)
    except IntegrityError:
        return Review.objects.owned_by(user).select_for_update().get(week=week)


def check_week(user: User, week: date, now: datetime) -> None:
    """Raise RuleError unless one of the user's weeks begins on that day and is over."""
    if today_of(user, now) - week < WEEK:
        raise RuleError("week_not_over", _("That week is not over yet."), "week")
    if week < EARLIEST or week.isoweekday() != user.week_starts_on:
        raise RuleError("not_a_week", _("No week of yours begins on that day."), "week")


def _habit(user: User, review: Review, habit_id: int | None) -> int | None:
    if habit_id is not None and habit_id != review.habit_id and habit_id not in {one.pk for one in changeable(user)}:
        raise RuleError("unknown_habit", _("You have no such habit."), "habit")
    return habit_id


def _text(name: str, text: str) -> str:
    tidy = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(tidy) > WORDS:
        raise RuleError("too_long", _("Up to %(most)d characters, please.") % {"most": WORDS}, name)
    return tidy


def _tell(review: Review, tab: str) -> None:
    publish(ReviewChanged(review.user_id, bump_seq(review.user_id), tab, review.week))
