"""People, habits and browsers for the pages that compose the apps."""

from habits.tests.conftest import make_habit, stranger, user
from habits.tests.views.conftest import at_noon, browser, count_queries, foreign_browser

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser", "make_habit", "stranger", "user"]
