"""What a user wants of nudges."""

from __future__ import annotations

import datetime as dt

import pytest

from nudges import channels
from nudges.models import HabitPreference, NudgePreferences
from nudges.selectors.preferences import habit_preferences, limits_of, preferences_of, quiet_of, stopped
from nudges.services import (
    PreferenceChange,
    change_preferences,
    enrol,
    prefer_for_habit,
    preferences,
    switch_channel,
    throw_kill_switch,
)
from nudges.tests.conftest import NOON, FakeChannel, MakeHabit
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def change(user: User, **fields: object) -> NudgePreferences:
    return change_preferences(user=user, change=PreferenceChange(**fields), now=NOON)  # type: ignore[arg-type]


def test_before_anything_is_chosen_the_app_speaks_and_nothing_else(user: User) -> None:
    preferences = preferences_of(user)
    assert preferences.channels == ["in_app"]
    assert quiet_of(preferences) == (22 * 60, 7 * 60)
    limits = limits_of(preferences)
    assert (limits.daily_user, limits.weekly_user) == (2, 7)
    assert not NudgePreferences.objects.exists()


def test_enrolling_says_when_to_look_and_does_so_once(user: User) -> None:
    enrol(user, NOON)
    again = enrol(user, NOON + dt.timedelta(days=3))
    assert again.next_slot_at is not None
    assert NOON < again.next_slot_at <= NOON + dt.timedelta(hours=3)
    assert again.next_learn_at == NOON


def test_changes_are_stored_told_and_repeatable(user: User) -> None:
    row = change(user, quiet_from=dt.time(21), daily_budget=1, tone="plain", no_experiments=True)
    seq = seq_of(user)
    change(user, daily_budget=1)
    stored = preferences_of(user)
    assert (stored.quiet_from, stored.daily_budget, stored.tone, stored.no_experiments) == (
        dt.time(21), 1, "plain", True,
    )  # fmt: skip
    assert row.pk == stored.pk
    assert seq_of(user) == seq


@pytest.mark.parametrize(
    ("field", "value"), [("daily_budget", 3), ("daily_budget", 0), ("weekly_budget", 8), ("tone", "stern")]
)
def test_nobody_is_nudged_beyond_the_bounds(user: User, field: str, value: object) -> None:
    with pytest.raises(RuleError) as caught:
        change(user, **{field: value})
    assert caught.value.field == field
    assert getattr(preferences_of(user), field) != value


def test_a_channel_that_is_not_there_is_refused(user: User) -> None:
    with pytest.raises(RuleError, match="no such channel"):
        change(user, channels=("pigeon",))


def test_switching_off_the_last_channel_is_opting_out(user: User) -> None:
    change(user, channels=("fake",))
    off = change(user, channels=())
    assert (off.channels, off.opted_out_at, off.next_slot_at) == ([], NOON, None)
    on = switch_channel(user=user, kind="fake", on=True, now=NOON)
    assert (on.channels, on.opted_out_at) == (["fake"], None)
    assert on.next_slot_at is not None


def test_a_habit_can_be_left_alone(user: User, stranger: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    prefer_for_habit(user=user, habit_id=habit.pk, now=NOON, reminders="off")
    prefer_for_habit(user=user, habit_id=habit.pk, now=NOON, slot=5)
    row = habit_preferences(user)[habit.pk]
    assert (row.reminders, row.slot) == ("off", 5)
    with pytest.raises(NotFound):
        prefer_for_habit(user=stranger, habit_id=habit.pk, now=NOON, reminders="off")
    with pytest.raises(RuleError):
        prefer_for_habit(user=user, habit_id=habit.pk, now=NOON, slot=6)
    assert HabitPreference.objects.get().slot == 5


def test_the_newest_throw_of_the_switch_counts() -> None:
    assert not stopped()
    throw_kill_switch(on=True, now=NOON, actor="op@example.org", reason="too loud")
    assert stopped()
    throw_kill_switch(on=False, now=NOON, actor="op@example.org")
    assert not stopped()


def test_two_channels_switched_at_the_same_moment_are_both_switched(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels.register(FakeChannel("other"))
    change(user, channels=("other", "fake"))
    meanwhile = iter([lambda: switch_channel(user=user, kind="other", on=False, now=NOON)])

    def enrolled(user: User, now: dt.datetime) -> NudgePreferences:
        row = enrol(user, now)
        next(meanwhile, lambda: None)()
        return row

    monkeypatch.setattr(preferences, "enrol", enrolled)
    switch_channel(user=user, kind="fake", on=False, now=NOON)
    assert preferences_of(user).channels == []
