"""Browsers that are signed in, at noon."""

from habits.tests.views.conftest import at_noon, browser, count_queries, foreign_browser

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]
