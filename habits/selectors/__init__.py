"""Reading habits: what screens, the API and other apps ask."""

from habits.selectors.history import day_levels, history_of, plans_of
from habits.selectors.views import LISTED, HabitView, habit_views, has_habits, views_of

__all__ = ["LISTED", "HabitView", "day_levels", "habit_views", "has_habits", "history_of", "plans_of", "views_of"]
