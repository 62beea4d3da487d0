"""What a nudge may mention of a habit."""

from __future__ import annotations

import pytest

from habits.selectors.open_units import standings_of
from nudges.rows import row_of
from nudges.selectors.inbox import inbox
from nudges.services.composing import compose
from nudges.speaking import tiny_words
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from smarthabit.accounts.user import User


@pytest.mark.parametrize(
    ("target", "unit", "said"),
    [
        (1000, "min", ""),
        (30_000, "", ""),
        (2000, "sets", "1 sets"),
        (9500, "min", "1 min"),
        (10_000, "pages", "2 pages"),
        (30_000, "min", "6 min"),
        (8_000_000, "steps", "1,000 steps"),
    ],
)
def test_a_tiny_step_is_a_round_fifth(target: int, unit: str, said: str) -> None:
    assert tiny_words(target, unit) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "style", "said"),
    [
        ({"target_milli": 30_000, "unit": "min"}, "tiny", "6 min is a fine start"),
        ({"schedule": {"type": "weekly", "total": True}, "target_milli": 30_000, "unit": "min"}, "tiny", "two minutes"),
        ({"cue": "after coffee"}, "plan", "after coffee"),
    ],
)
def test_a_message_and_the_inbox_say_the_same(
    user: User, make_habit: MakeHabit, make_nudge: MakeNudge, fields: dict[str, object], style: str, said: str
) -> None:
    nudge = make_nudge(make_habit(**fields), channel="in_app", state="sent", sent_at=NOON, style=style)
    standings = {one.habit.pk: one for one in standings_of([user], NOON, ids=[nudge.habit_id])[user.pk]}
    message = compose([nudge], standings, "warm")
    (occasion,) = inbox(user, NOON)
    assert message.items[0].text == row_of(occasion, "warm").text
    assert said in message.body
