"""From the embedded mode to PostgreSQL: every row arrives as it was, and the product goes on with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP
from smarthabit.testing.stack import Stack

pytestmark = [pytest.mark.services, pytest.mark.slow]

PEOPLE = f"""
from django.core.management import call_command
from django.contrib.auth import get_user_model
from smarthabit.kernel import clock
call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user("ada@example.org", "a long enough secret", onboarded_at=clock.now())
{SETUP}
from smarthabit.accounts.models import IdempotentAnswer
fields = {{"scope": "x", "key": "k", "fingerprint": "f", "created_at": now, "lease_until": now}}
IdempotentAnswer.objects.create(**fields, body=bytes(range(256)))
"""
AFTER = """
from habits.models import Entry, Habit
from habits.selectors import habit_views
user = get_user_model().objects.get(email="ada@example.org")
print(Habit.objects.count(), Entry.objects.count(), user.check_password("a long enough secret"))
print([(view.habit.name, view.snapshot.streak.current) for view in habit_views(user, clock.now())])
"""
MOVE = """

import io
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from habits.services import HabitDraft, create_habit
from smarthabit.kernel import clock
def refused(folder, reason):
    try:
        call_command("copy_to_postgres", folder)
    except CommandError as error:
        assert reason in str(error), error
    else:
        raise AssertionError("not refused: " + reason)
refused("/nowhere", "no database at")
refused({folder!r}, "different versions")
call_command("migrate", verbosity=0)
said = io.StringIO()
call_command("copy_to_postgres", {folder!r}, stdout=said)
assert "rows copied and compared" in said.getvalue()
refused({folder!r}, "accounts in the PostgreSQL database already")
"""
NEXT = """
# A sequence that was not moved on would give a number that is taken.
create_habit(user=user, draft=HabitDraft("New", {"type": "weekly", "times": 1}, 1000), now=clock.now())
"""


@pytest.mark.thorough
@pytest.mark.timeout(180)
def test_everything_arrives_and_goes_on(tmp_path: Path) -> None:
    old = Site(tmp_path)
    there = old.run(PEOPLE + AFTER)
    old.stop()
    (tmp_path / "stack").mkdir()
    with Postgres() as postgres, Valkey() as valkey:
        new = Stack(tmp_path / "stack", postgres.url, valkey.url)
        assert new.run(MOVE.format(folder=str(tmp_path)) + AFTER + NEXT) == there
        new.stop()
