"""What a goal is, and which goals make no sense."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MILLI = 1000
MOST_TARGET = 10**12
"""The greatest target and milestone, in thousandths: a thousand million units."""
MOST_WEIGHT = 10**6
"""The greatest weight, in thousandths: one unit counts as a thousand."""


class Measure(StrEnum):
    """What a goal counts."""

    TOTAL = "total"
    COUNT = "count"
    STREAK = "streak"
    MANUAL = "manual"


class GoalError(ValueError):
    """A goal that cannot be. `code` names the reason and `field` the input at fault, for the caller to word."""

    def __init__(self, code: str, field: str) -> None:
        """Keep both for the caller."""
        super().__init__(f"{field}: {code}")
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached, from `starts_on` to `deadline`, both inclusive.

    `target` and `milestones` are in thousandths of the unit; a streak of 30 is 30,000. `weights` has one number in
    thousandths for each linked habit, in the order in which their facts are given; a manual goal has none. Without a
    deadline the goal stays open. Nothing is refused here, because a stored goal may lose its habits: `check` is for
    what a person enters.
    """

    measure: Measure
    target: int
    starts_on: date
    deadline: date | None = None
    weights: tuple[int, ...] = ()
    milestones: tuple[int, ...] = ()

    def first_and_last(self) -> tuple[int, int]:
        """The ordinals of the first and the last day on which what is done counts."""
        return self.starts_on.toordinal(), (self.deadline or date.max).toordinal()

    def strands(self) -> int:
        """How many series of facts the goal is fed from: one for each habit, one for manual entries."""
        return 1 if self.measure is Measure.MANUAL else len(self.weights)


def check(goal: Goal) -> None:
    """Raise GoalError for a goal that nobody can mean."""
    _check_amounts(goal)
    if goal.deadline is not None and goal.deadline < goal.starts_on:
        raise GoalError("deadline_before_start", "deadline")
    if goal.measure is Measure.MANUAL:
        if goal.weights:
            raise GoalError("manual_takes_no_habits", "habits")
        return
    _check_habits(goal)


def _check_amounts(goal: Goal) -> None:
    if not 0 < goal.target <= MOST_TARGET:
        raise GoalError("target_not_positive" if goal.target <= 0 else "target_too_large", "target")
    if goal.measure in {Measure.COUNT, Measure.STREAK} and goal.weights in {(), (MILLI,)} and goal.target % MILLI:
        raise GoalError("target_not_whole", "target")
    if any(not 0 < milestone <= MOST_TARGET for milestone in goal.milestones):
        raise GoalError("milestone_out_of_range", "milestones")
    if len(set(goal.milestones)) < len(goal.milestones):
        raise GoalError("milestone_twice", "milestones")


def _check_habits(goal: Goal) -> None:
    if not goal.weights:
        raise GoalError("no_habits", "habits")
    if goal.measure is Measure.STREAK and len(goal.weights) > 1:
        raise GoalError("streak_takes_one_habit", "habits")
    if any(not 0 <= weight <= MOST_WEIGHT for weight in goal.weights):
        raise GoalError("weight_out_of_range", "weights")
    if not any(goal.weights):
        raise GoalError("weights_all_zero", "weights")
