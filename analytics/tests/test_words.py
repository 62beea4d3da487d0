"""Figures in words."""

from __future__ import annotations

from analytics import words
from analytics.domain.trends_shapes import Compared, Point, Share

NONE = Share(0, 0)


def test_the_weekdays_name_the_most_and_the_least() -> None:
    week = [Share(1, 2), Share(2, 2), *[Share(3, 4)] * 4, Share(0, 2)]
    assert words.weekdays_words(week) == "Most on Tuesday (100%), least on Sunday (0%)"


def test_weekdays_that_are_all_alike() -> None:
    assert words.weekdays_words([Share(1, 2)] * 7) == "Every day alike: 50%"


def test_days_that_asked_for_nothing() -> None:
    assert words.weekdays_words([NONE] * 7) == "Nothing was asked for in these days"
    assert words.trend_words([], Compared(7, NONE, NONE)) == "Nothing was asked for in these days"
    assert words.percent_words(None) == words.NOTHING


def test_no_known_time() -> None:
    assert words.hours_words([0] * 24) == "At no known time"


def test_a_difference_is_told_either_way() -> None:
    assert words.delta_words(None, words.before_words(7)) == "Nothing to compare it with yet"
    assert words.delta_words(0, words.before_words(7)) == "As in the 7 days before"
    assert words.delta_words(5, words.before_words(30)) == "5 points more than in the 30 days before"
    assert words.delta_words(-5, words.before_words(30)) == "5 points less than in the 30 days before"


def test_the_line_is_summed_up() -> None:
    trend = [Point(1, 7, Share(1, 4), open=False), Point(8, 14, Share(3, 4), open=True)]
    assert words.trend_words(trend, Compared(14, Share(4, 8), NONE)) == (
        "Done: 50% in all, between 25% and 75% at a time, lately 75%"
    )


def test_a_step_is_named_by_its_days_or_its_month() -> None:
    month, part = 739676, 739690  # 1 and 15 March 2026
    assert words.step_words(Point(month, month + 30, NONE, open=False), "month") == "March 2026"
    assert words.step_words(Point(part, part + 6, NONE, open=True), "week").endswith("so far")
    assert words.label_words(Point(month, month + 30, NONE, open=False), "month", years=False) == "Mar"
