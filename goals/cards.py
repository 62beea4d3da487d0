"""A goal as one block: what the list, the goal's page and the live socket all show, made in one place."""

from __future__ import annotations

from dataclasses import dataclass

from goals import words
from goals.selectors import GoalView
from habits.words import number_words

TEMPLATE = "goals/_now.html"


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the block's template says. `percent` is 0 to 100, rounded down, so that 100 means reached."""

    goal_id: int
    version: int
    title: str
    colour: str
    """The hue of the habit that feeds it, of the first one where there are more; empty without any."""
    status: str
    status_words: str
    icon: str
    amount: str
    target: str
    time: str
    percent: int
    demand: str
    forecast: str


def card_of(view: GoalView) -> Card:
    """The block of a goal."""
    return Card(
        goal_id=view.goal.pk,
        version=view.version,
        title=view.goal.title,
        colour=view.feeds[0].colour if view.feeds else "",
        status=view.status.value,
        status_words=words.status_words(view.status),
        icon=words.ICONS[view.status],
        amount=number_words(view.progress.amount),
        target=words.target_words(view),
        time=words.time_words(view),
        percent=int(min(1.0, view.progress.share) * 100),
        demand=words.demand_words(view),
        forecast=words.forecast_words(view),
    )
