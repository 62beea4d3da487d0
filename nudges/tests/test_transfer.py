"""Nudges leave with the export and come back as history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from nudges.models import HabitPreference, Nudge, NudgePreferences
from nudges.services import PreferenceChange, change_preferences, prefer_for_habit
from nudges.services.targets import set_webhook
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from nudges.transfer import export, restore
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError

WISHES = PreferenceChange(
    channels=("email",),
    quiet_from=dt.time(21),
    quiet_to=dt.time(8, 30),
    daily_budget=1,
    weekly_budget=3,
    tone="plain",
    no_experiments=True,
)


def _exported(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> list[dict[str, Any]]:
    habit = make_habit()
    change_preferences(user=user, change=WISHES, now=NOON)
    prefer_for_habit(user=user, habit_id=habit.pk, now=NOON, reminders="fewer", slot=3)
    make_nudge(habit, state="sent", sent_at=NOON, acted_at=NOON, why=[{"code": "budget", "params": {}}])
    make_nudge(habit, channel="email", state="cancelled", reason="closed")
    make_nudge(make_habit("Left behind"), state="sent", sent_at=NOON)
    return list(export(user, {habit.pk: "r"}))


def test_what_was_exported_comes_back_whole_and_once(
    user: User, stranger: User, make_habit: MakeHabit, make_nudge: MakeNudge
) -> None:
    told = _exported(user, make_habit, make_nudge)
    theirs = make_habit(owner=stranger)
    NudgePreferences.objects.filter(user=stranger).delete()
    for _ in range(2):
        restore(stranger, told, {"r": theirs.pk}, NOON)
    assert list(export(stranger, {theirs.pk: "r"})) == told
    assert [one["kind"] for one in told] == ["preferences", "habit", "nudge", "nudge"]


def test_who_has_chosen_already_keeps_what_they_chose(
    user: User, stranger: User, make_habit: MakeHabit, make_nudge: MakeNudge
) -> None:
    told = _exported(user, make_habit, make_nudge)
    change_preferences(user=stranger, change=PreferenceChange(tone="warm", daily_budget=2), now=NOON)
    restore(stranger, told, {}, NOON)
    assert NudgePreferences.objects.get(user=stranger).daily_budget == 2


def test_nothing_that_comes_back_is_ever_sent(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit()
    make_nudge(habit, due_at=NOON)
    told = list(export(user, {habit.pk: "r"}))
    Nudge.objects.all().delete()
    restore(user, told, {"r": habit.pk}, NOON)
    assert Nudge.objects.get().state == "expired"


def test_channels_that_need_an_address_are_not_on_and_secrets_do_not_travel(
    user: User, stranger: User, make_habit: MakeHabit
) -> None:
    make_habit()
    set_webhook(user=user, url="https://hooks.example.org/secret-path", now=NOON)
    told = list(export(user, {}))
    assert "secret-path" not in str(told)
    restore(stranger, told, {}, NOON)
    assert NudgePreferences.objects.get(user=stranger).channels == ["in_app"]


def test_an_account_without_any_has_nothing_to_export(stranger: User) -> None:
    assert list(export(stranger, {})) == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("preferences", {"quiet_from": "late"}),
        ("preferences", {"quiet_to": 7}),
        ("preferences", {"daily_budget": 3}),
        ("preferences", {"weekly_budget": True}),
        ("preferences", {"tone": "rude"}),
        ("habit", {"reminders": "always"}),
        ("habit", {"slot": 6}),
        ("habit", {"slot": "x"}),
        ("nudge", {"slot": 6}),
        ("nudge", {"slot": -1}),
        ("nudge", {"style": "guilt"}),
        ("nudge", {"day": "2026-02-30"}),
        ("nudge", {"channel": "x" * 17}),
        ("nudge", {"why": "because"}),
        ("nudge", {"why": [1] * 21}),
        ("nudge", {"state": None}),
        ("nudge", {"due_at": None}),
        ("nudge", {"due_at": 5}),
        ("nudge", {"sent_at": "2026-03-18T12:00:00"}),
        ("nudge", {"reason": "x" * 81}),
    ],
)
def test_what_cannot_be_is_refused(
    user: User, stranger: User, make_habit: MakeHabit, make_nudge: MakeNudge, kind: str, change: dict[str, Any]
) -> None:
    told = next(one for one in _exported(user, make_habit, make_nudge) if one["kind"] == kind)
    theirs = make_habit(owner=stranger)
    NudgePreferences.objects.filter(user=stranger).delete()
    with pytest.raises((ValueError, RuleError)):
        restore(stranger, [{**told, **change}], {"r": theirs.pk}, NOON)
    assert not Nudge.objects.filter(user=stranger).exists()
    assert not HabitPreference.objects.filter(user=stranger).exists()


def test_there_is_a_limit_and_unknown_kinds_say_nothing(stranger: User) -> None:
    restore(stranger, [{"kind": "new"}, {}], {}, NOON)
    with pytest.raises(ValueError, match="nudges"):
        restore(stranger, [{}] * 100_001, {}, NOON)
