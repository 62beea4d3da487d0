"""Writing goals: the only way anything about them changes."""

from goals.services.changes import UNSET, GoalChange, GoalDraft
from goals.services.goals import create_goal, delete_goal, set_abandoned, update_goal
from goals.services.looking import look_at_goals
from goals.services.progress import add_progress, remove_progress
from goals.services.settling import Settled, follow, settle

__all__ = [
    "UNSET",
    "GoalChange",
    "GoalDraft",
    "Settled",
    "add_progress",
    "create_goal",
    "delete_goal",
    "follow",
    "look_at_goals",
    "remove_progress",
    "set_abandoned",
    "settle",
    "update_goal",
]
