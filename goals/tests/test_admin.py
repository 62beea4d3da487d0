"""Operators look at goals."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from goals.models import Goal, GoalEvent, GoalState, ManualProgress
from goals.services import add_progress
from goals.tests.conftest import NOON, TODAY, MakeGoal, MakeHabit
from smarthabit.accounts.models import User

pytestmark = pytest.mark.once


@pytest.fixture
def operator(db: None) -> Client:
    """A browser in which an operator is signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "a long enough secret"))
    return client


def test_every_table_can_be_looked_at_and_none_be_written(
    operator: Client, user: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    make_goal(make_habit(), milestones=(5000,))
    goal = make_goal(target_milli=1000)
    add_progress(user=user, goal_id=goal.pk, day=TODAY, amount_milli=1000, now=NOON)
    for model in (Goal, GoalState, GoalEvent, ManualProgress):
        assert admin.site.is_registered(model)
        assert operator.get(reverse(f"admin:goals_{model._meta.model_name}_changelist")).status_code == 200
        assert operator.get(reverse(f"admin:goals_{model._meta.model_name}_add")).status_code == 403
    assert operator.get(reverse("admin:goals_goal_change", args=[Goal.objects.first().pk])).status_code == 200  # type: ignore[union-attr]  # there are two


def test_a_state_can_be_rebuilt(operator: Client, make_goal: MakeGoal) -> None:
    goal = make_goal()
    GoalState.objects.update(basis="")
    sent = {"action": "rebuild_state", "_selected_action": [goal.pk]}
    operator.post(reverse("admin:goals_goal_changelist"), sent)
    assert GoalState.objects.get().basis
