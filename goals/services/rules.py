"""What a goal may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from goals.domain.goal import Goal as Spec
from goals.domain.goal import GoalError, Measure, check
from goals.services.changes import Links
from habits.selectors.pasts import owned_habits
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError

MOST_GOALS = 500
MOST_HABITS = 20
MOST_MILESTONES = 20
MOST_ENTRIES = 5_000
TITLE_LENGTH = 120
UNIT_LENGTH = 24
NOTE_LENGTH = 500
EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(days=366)
"""How far ahead a goal may start."""
LONGEST = timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A goal as it shall be, whole."""

    title: str
    measure: str
    target_milli: int
    unit: str
    starts_on: date
    deadline: date | None
    habits: Links
    milestones: tuple[int, ...]

    def spec(self) -> Spec:
        """The goal as the domain knows it. Raises RuleError for a measure there is none of."""
        if self.measure not in set(Measure):
            raise RuleError(
                "unknown_measure", _("A goal counts a total, how often, a streak, or what is entered."), "measure"
            )
        weights = tuple(weight for _habit, weight in self.habits)
        return Spec(Measure(self.measure), self.target_milli, self.starts_on, self.deadline, weights, self.milestones)


def check_goal(user: User, wanted: Wanted, today: date, *, kept_habits: frozenset[int] = frozenset()) -> None:
    """Raise RuleError for what no goal can be. ``kept_habits`` are linked already and need not be looked up."""
    if not wanted.title or len(wanted.title) > TITLE_LENGTH:
        raise RuleError("bad_title", _("A title has 1 to 120 characters."), "title")
    if len(wanted.unit) > UNIT_LENGTH:
        raise RuleError("unit_too_long", _("A unit has up to 24 characters."), "unit")
    _check_numbers(wanted)
    try:
        check(wanted.spec())
    except GoalError as error:
        raise RuleError(error.code, _said(error.code), "habits" if error.field == "weights" else error.field) from error
    _check_days(wanted, today)
    _check_habits(user, wanted, kept_habits)


def _check_numbers(wanted: Wanted) -> None:
    if len(wanted.habits) > MOST_HABITS:
        raise RuleError("too_many_habits", _("Up to 20 habits can feed a goal."), "habits")
    if len(wanted.milestones) > MOST_MILESTONES:
        raise RuleError(
            "too_many_milestones",
            _("A goal can have up to 20 milestones."),
            "milestones",
        )
    if any(weight <= 0 for _habit, weight in wanted.habits):
        raise RuleError("weight_not_positive", _("A weight must be above 0."), "habits")
    if any(milestone > wanted.target_milli > 0 for milestone in wanted.milestones):
        raise RuleError("milestone_beyond_target", _("A milestone lies on the way: up to the target."), "milestones")


def _check_days(wanted: Wanted, today: date) -> None:
    if not EARLIEST <= wanted.starts_on <= today + AHEAD:
        raise RuleError("start_out_of_range", _("A goal can start from 1970 on, and up to a year ahead."), "starts_on")
    if wanted.deadline is not None and wanted.deadline - max(wanted.starts_on, today) > LONGEST:
        raise RuleError("deadline_too_far", _("A deadline can lie up to 30 years ahead."), "deadline")


def _check_habits(user: User, wanted: Wanted, kept: frozenset[int]) -> None:
    ids = [habit_id for habit_id, _weight in wanted.habits]
    if len(set(ids)) < len(ids):
        raise RuleError("habit_twice", _("A habit can feed a goal only once."), "habits")
    unknown = set(ids) - kept
    if unknown and len(owned_habits(user, list(unknown))) < len(unknown):
        raise RuleError("unknown_habit", _("One of the habits is not there."), "habits")


def _said(code: str) -> str:
    return {
        "target_not_positive": _("The target must be above 0."),
        "target_too_large": _("The target is too large."),
        "target_not_whole": _("This target must be a whole number."),
        "milestone_out_of_range": _("A milestone must be above 0."),
        "milestone_twice": _("Each milestone can be there only once."),
        "deadline_before_start": _("The deadline comes before the start."),
        "manual_takes_no_habits": _("A goal entered by hand has no habits to feed it."),
        "no_habits": _("Choose at least one habit that feeds this goal."),
        "streak_takes_one_habit": _("A streak belongs to exactly one habit."),
        "weight_out_of_range": _("A weight can be up to 1,000."),
    }[code]
