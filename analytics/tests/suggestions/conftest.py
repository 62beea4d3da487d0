"""Habits with a past of which a suggestion comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from analytics.suggestions.making import look
from analytics.tests.conftest import NOON, MakeHabit
from habits.services import EntryChange, EntryWrite, write_entries
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from analytics.models import Suggestion
    from habits.models import Habit

DAY = dt.timedelta(days=1)
TODAY = NOON.date()
BAD = [3, 5, 4, 8, 6, 2, 9, 7, 1]
SLIPPED = [20] * 30 + BAD * 3
"""Twenty pages a day, until some weeks ago."""

Tell = Callable[..., None]
Slipping = Callable[..., "Habit"]


@pytest.fixture
def tell(user: User) -> Tell:
    """States values (in units; None: nothing) for the days that end on a day, yesterday unless told."""

    def write(habit: Habit, values: Sequence[int | None], until: dt.date = TODAY - DAY, **options: Any) -> None:
        first = until - DAY * (len(values) - 1)
        writes = [
            EntryWrite(habit.pk, first + DAY * at, EntryChange(value_milli=value * 1000))
            for at, value in enumerate(values)
            if value is not None
        ]
        write_entries(user=options.get("owner", user), writes=writes, now=options.get("now", NOON))

    return write


@pytest.fixture
def slipping(make_habit: MakeHabit, tell: Tell) -> Slipping:
    """Makes a habit whose target of 20 pages has become too much."""

    def make(name: str = "Read", **fields: Any) -> Habit:
        begun = TODAY - DAY * len(SLIPPED)
        habit = make_habit(name, unit="pages", target_milli=20_000, started_on=begun, **fields)
        tell(habit, SLIPPED, **({"owner": fields["owner"]} if "owner" in fields else {}))
        return habit

    return make


@pytest.fixture
def suggestion(user: User, slipping: Slipping) -> Suggestion:
    """A suggestion to read less than 20 pages a day."""
    slipping()
    return look(user, NOON)[0]
