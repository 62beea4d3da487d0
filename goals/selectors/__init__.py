"""Reading goals: what screens, the API and other apps ask."""

from goals.selectors.views import GoalView, goal_views, views_of

__all__ = ["GoalView", "goal_views", "views_of"]
