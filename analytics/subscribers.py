"""What follows from events: open screens are told."""

from analytics.events import ReviewChanged
from smarthabit.kernel import live
from smarthabit.kernel.events import subscribe

KEYS = ("list:today", "list:reviews")
"""Today offers the review of the week that is over."""


def connect() -> None:
    """Subscribe; called once, when the app is ready."""
    subscribe(ReviewChanged, _tell_review)


def _tell_review(event: ReviewChanged) -> None:
    told: list[dict[str, object]] = [{"type": "review", "week": event.week.isoformat()}]
    live.publish(event.user_id, event.seq, [*KEYS], event.tab, told)
