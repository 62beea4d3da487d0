"""Goals that make no sense are refused with a reason."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from goals.domain.goal import MOST_TARGET, Goal, GoalError, Measure, check

COUNT = Goal(Measure.COUNT, 30_000, date(2026, 1, 1), date(2026, 6, 30), (1000,), (10_000, 20_000))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"target": 0}, "target_not_positive"),
        ({"target": -1}, "target_not_positive"),
        ({"target": MOST_TARGET + 1}, "target_too_large"),
        ({"target": 1500}, "target_not_whole"),
        ({"milestones": (0,)}, "milestone_out_of_range"),
        ({"milestones": (5000, 5000)}, "milestone_twice"),
        ({"deadline": date(2025, 12, 31)}, "deadline_before_start"),
        ({"weights": ()}, "no_habits"),
        ({"weights": (0, 0)}, "weights_all_zero"),
        ({"weights": (-1, 1000)}, "weight_out_of_range"),
        ({"weights": (10**7,)}, "weight_out_of_range"),
        ({"measure": Measure.STREAK, "weights": (1000, 1000)}, "streak_takes_one_habit"),
        ({"measure": Measure.MANUAL}, "manual_takes_no_habits"),
    ],
)
def test_a_goal_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(GoalError) as refused:
        check(replace(COUNT, **changes))
    assert refused.value.code == code
    assert refused.value.field in str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"deadline": None},
        {"deadline": date(2126, 1, 1)},
        {"weights": (0, 1000)},
        {"weights": (500,), "target": 1500},
        {"measure": Measure.STREAK},
        {"measure": Measure.TOTAL, "target": 1},
        {"measure": Measure.MANUAL, "weights": ()},
        {"starts_on": date(2026, 6, 30)},
    ],
)
def test_a_goal_that_can_be_passes(changes: dict[str, Any]) -> None:
    check(replace(COUNT, **changes))
