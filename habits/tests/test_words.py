"""Plans, days and streaks in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from habits import words
from habits.charts.strip import Mark
from habits.domain.entry import Kind
from habits.domain.schedule import StreakUnit, parse_schedule

TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("stored", "kind", "target", "unit", "said"),
    [
        ({"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}, "build", 1000, "", "Every day"),
        ({"type": "weekdays", "days": [1, 2, 3, 4, 5]}, "build", 1000, "", "Monday to Friday"),
        ({"type": "weekdays", "days": [2]}, "build", 1000, "", "On Tuesday"),
        ({"type": "weekdays", "days": [1, 3, 7]}, "build", 1000, "", "On Monday, Wednesday and Sunday"),
        ({"type": "interval", "every": 1, "anchor": "2026-01-01"}, "build", 1000, "", "Every day"),
        ({"type": "interval", "every": 3, "anchor": "2026-01-01"}, "build", 1000, "", "Every 3 days"),
        ({"type": "monthdays", "days": [-1]}, "build", 1000, "", "On the last day of the month"),
        ({"type": "monthdays", "days": [5]}, "build", 1000, "", "On day 5 of the month"),
        ({"type": "monthdays", "days": [1, 15]}, "build", 1000, "", "On days 1 and 15 of the month"),
        (
            {"type": "monthdays", "days": [1, 15, -1]},
            "build",
            1000,
            "",
            "On day 1, 15 and on the last day of the month",
        ),
        ({"type": "weekly", "times": 1}, "build", 1000, "", "Once a week"),
        ({"type": "weekly", "times": 3}, "build", 1000, "", "3 times a week"),
        ({"type": "monthly", "times": 10}, "build", 30_000, "min", "30 min · 10 times a month"),
        ({"type": "rolling", "times": 3, "days": 7}, "build", 1000, "", "3 times in any 7 days"),
        ({"type": "weekly", "total": True}, "build", 30_000, "km", "30 km a week"),
        ({"type": "monthly", "total": True}, "build", 2500, "", "2.5 a month"),
        ({"type": "weekly", "total": True}, "limit", 5000, "drinks", "At most 5 drinks a week"),
        ({"type": "rolling", "total": True, "days": 14}, "build", 100_000, "km", "100 km in any 14 days"),
        ({"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}, "limit", 2000, "cups", "At most 2 cups · every day"),
        ({"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}, "limit", 0, "", "Not at all · every day"),
        ({"type": "weekdays", "days": [6, 7]}, "build", 1500, "h", "1.5 h · on Saturday and Sunday"),
    ],
)
def test_a_plan_is_told_as_people_say_it(stored: dict[str, Any], kind: Kind, target: int, unit: str, said: str) -> None:
    assert words.plan_words(parse_schedule(stored), kind, target, unit) == said


@pytest.mark.parametrize(
    ("milli", "said"), [(1000, "1"), (2500, "2.5"), (30_000, "30"), (1, "0.001"), (0, "0"), (12_345_000, "12,345")]
)
def test_numbers_have_no_needless_zeros(milli: int, said: str) -> None:
    assert words.number_words(milli) == said


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    with translation.override("de"):
        assert words.number_words(2500) == "2,5"


@pytest.mark.parametrize(
    ("count", "unit", "said"),
    [(1, "day", "1 day"), (12, "day", "12 days"), (1, "week", "1 week"), (0, "month", "0 months")],
)
def test_a_streak_has_its_unit(count: int, unit: StreakUnit, said: str) -> None:
    assert words.streak_words(count, unit) == said


def test_days_are_called_as_people_call_them() -> None:
    assert words.day_words(TODAY, TODAY) == "Today"
    assert words.day_words(date(2026, 3, 17), TODAY) == "Yesterday"
    assert words.day_words(date(2026, 3, 13), TODAY) == "Friday, March 13"
    assert words.day_words(date(2025, 3, 13), TODAY) == "Thursday, March 13, 2025"


def test_the_last_days_are_summed_up() -> None:
    marks = [Mark.KEPT, Mark.KEPT, Mark.FAILED, Mark.SKIPPED, Mark.KEPT, Mark.KEPT, Mark.PENDING]
    assert words.marks_words(marks) == "Last 7 days: 4 done, 1 not done, 1 skipped, 1 open"


def test_a_span_may_be_a_day_or_have_no_end() -> None:
    assert words.span_words(TODAY, TODAY) == "March 18, 2026"
    assert words.span_words(TODAY, date(2026, 3, 20)) == "March 18, 2026 to March 20, 2026"
    assert words.span_words(TODAY, None) == "from March 18, 2026 on"
