"""What happened to a user's goals: reached, a deadline that passed, a milestone."""

from goals.models import GoalEvent
from smarthabit.accounts.user import User
from smarthabit.kernel.timeline import Cut


def events_below(user: User, cut: Cut, table: int) -> list[GoalEvent]:
    """Goal events with their goals, as a part of a longer list of what happened: by the instant they were noted."""
    return cut.of(GoalEvent.objects.owned_by(user).select_related("goal"), "recorded_at", table)
