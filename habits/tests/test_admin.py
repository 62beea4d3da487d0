"""Operators' pages: every list, search and row renders, at a constant number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from habits.feeds.services import MOST_FEEDS, make_feed
from habits.models import CalendarFeed, Habit, HabitState, ImportJob, OpResult
from habits.services import EntryChange, add_pause, delete_entry, record_entry
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.models import AuditEvent
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

MODELS = [model for model in admin.site._registry if model._meta.app_label == "habits"]


@pytest.fixture
def operator(db: None) -> Client:
    """A signed-in operator."""
    client = Client()
    client.force_login(User.objects.create_superuser("ops@example.org", "a long enough secret"))
    return client


def fill(user: User, make_habit: MakeHabit, times: int) -> None:
    for number in range(times):
        habit = make_habit(f"h{number}", tags=(f"t{number}",))
        for value in (0, 1000):
            day = NOON.date() - dt.timedelta(days=number)
            record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(value), now=NOON)
        delete_entry(user=user, habit_id=habit.pk, day=NOON.date(), now=NOON)
        add_pause(user=user, now=NOON, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 1, 2), habit_id=habit.pk)
        OpResult.objects.create(user=user, op_id=f"o{number}", result={}, created_at=NOON)
        if number < MOST_FEEDS:
            make_feed(user=user, name=f"f{number}", now=NOON)
        ImportJob.objects.create(user=user, filename=f"{number}.csv", created_at=NOON)


@pytest.mark.thorough
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_cost_the_same_however_long(
    operator: Client, user: User, make_habit: MakeHabit, model: type[Model], django_assert_max_num_queries: Any
) -> None:
    address = reverse(f"admin:habits_{model._meta.model_name}_changelist")
    fill(user, make_habit, 12)
    with django_assert_max_num_queries(12):
        assert operator.get(address).status_code == 200
    assert operator.get(address, {"q": "ada"}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_can_be_read_and_not_written(
    operator: Client, user: User, make_habit: MakeHabit, model: type[Model]
) -> None:
    fill(user, make_habit, 2)
    row = model._default_manager.first()
    assert row is not None
    address = reverse(f"admin:habits_{model._meta.model_name}_change", args=[row.pk])
    assert operator.get(address).status_code == 200
    assert operator.post(address, {"name": "changed"}).status_code == 403
    assert operator.get(reverse(f"admin:habits_{model._meta.model_name}_add")).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_go_with_their_account_and_not_one_by_one(
    operator: Client, user: User, make_habit: MakeHabit, model: type[Model]
) -> None:
    """A state or a plan that is gone would break its habit's pages; an entry, its streak."""
    fill(user, make_habit, 2)
    name, rows = model._meta.model_name, model._default_manager
    before = set(rows.values_list("pk", flat=True))
    deletion = reverse(f"admin:habits_{name}_delete", args=[rows.all()[0].pk])
    assert operator.post(deletion, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [*before], "post": "yes"}
    operator.post(reverse(f"admin:habits_{name}_changelist"), chosen)
    assert set(rows.values_list("pk", flat=True)) == before


def test_states_are_rebuilt_by_an_action(operator: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    HabitState.objects.update(fold={}, through=None)
    chosen = {"action": "rebuild_state", "_selected_action": [habit.pk]}
    answer = operator.post(reverse("admin:habits_habit_changelist"), chosen, follow=True)
    assert b"1 state was rebuilt." in answer.content
    assert HabitState.objects.get().through is not None


def test_feeds_are_revoked_by_an_action_and_show_no_key(operator: Client, user: User) -> None:
    feed, token = make_feed(user=user, name="Phone", now=NOON)
    address = reverse("admin:habits_calendarfeed_changelist")
    page = operator.get(reverse("admin:habits_calendarfeed_change", args=[feed.pk])).content.decode()
    assert "Phone" in page
    assert token not in page
    assert feed.token_hash not in page
    answer = operator.post(address, {"action": "revoke", "_selected_action": [feed.pk]}, follow=True)
    assert b"1 feed was revoked." in answer.content
    assert not CalendarFeed.objects.exists()
    row = AuditEvent.objects.get(kind="feed_revoked")
    assert (row.user, row.actor_email, row.detail) == (user, "ops@example.org", {"feed": str(feed.pk)})


def test_the_admin_is_for_operators(user: User, make_habit: MakeHabit) -> None:
    habit: Habit = make_habit()
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("admin:habits_habit_change", args=[habit.pk]))
    assert answer.status_code == 302
