"""An account with very many habits, and every address that shows something of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from habits.models import Entry, Habit, HabitState, Plan
from habits.selectors import rules
from habits.services import refold_habits
from smarthabit.accounts.user import User
from smarthabit.tests.addresses import ADDRESSES, ANYONE, OWN
from smarthabit.tests.world import DAILY, World

AT_ONCE = 500
WHOLE_FILES = {"api:export"}
"""Addresses that give away everything there is: they take as long as that."""
OUR_APPS = {"habits", "goals", "analytics", "nudges"}
WAYS_IN = ("account_", "mfa_", "usersessions_")
"""How names of addresses begin that know of no habits."""


def add_habits(user: User, count: int, now: dt.datetime) -> list[int]:
    """Daily habits and weekly ones, a month old, with three entries each; gives back their ids."""
    today = now.date()
    begin, days = today - dt.timedelta(days=30), [today - dt.timedelta(days=back) for back in (1, 2, 3)]
    made = []
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        habits = Habit.objects.bulk_create(
            [Habit(user=user, name=f"Habit {n}", position=n, started_on=begin, created_at=now) for n in numbers]
        )
        Plan.objects.bulk_create(
            [
                Plan(user=user, habit=one, effective_from=begin, schedule=_schedule(one.position), target_milli=1000)
                for one in habits
            ]
        )
        HabitState.objects.bulk_create([HabitState(user=user, habit=one) for one in habits])
        Entry.objects.bulk_create(
            [
                Entry(user=user, habit=one, day=day, value_milli=1000, written_at=_at(one, now))
                for one in habits
                for day in days
            ],
            AT_ONCE,
        )
        refold_habits(user, habits, today)
        made += [one.pk for one in habits]
    return made


def _at(habit: Habit, now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(seconds=habit.position)


def _schedule(number: int) -> dict[str, Any]:
    return {"type": "weekly", "times": 3} if number % 10 == 9 else DAILY


def shown(world: World) -> Iterator[tuple[str, str]]:
    """The names and addresses of all that is the person's own; not all of it answers GET."""
    for name, kind in ADDRESSES.items():
        if (kind != ANYONE or name == "today") and name not in WHOLE_FILES and not name.startswith(WAYS_IN):
            yield name, reverse(name, kwargs=None if kind in {ANYONE, OWN} else world.address_of(kind))


def operators() -> Iterator[tuple[str, str]]:
    """The same of the lists that operators see of it."""
    for model in admin.site._registry:
        if model._meta.app_label in OUR_APPS:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            yield name, reverse(name)


def queries_of(client: Client, address: str) -> int | None:
    """How many queries an address takes where no rules are kept yet; None for one that shows nothing."""
    rules._kept.clear()
    with CaptureQueriesContext(connection) as asked:
        answer: Any = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return len(asked) if answer.status_code == 200 else None
