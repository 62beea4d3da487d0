"""Days that are over are learned from once, late entries too, and nothing of a person outlives their account."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.models import Habit
from habits.services import EntryChange, delete_habit, record_entry
from nudges.domain import state
from nudges.models import Decision, HabitPreference, Nudge, NudgeMemory, NudgePool, NudgePreferences
from nudges.services import PreferenceChange, change_preferences, decide_due, enrol, learn_due, learning, purge
from nudges.services.replay import replay_all
from nudges.tests.conftest import NOON, FakeChannel, MakeHabit, MakeNudge
from smarthabit.accounts.deletion import delete_account
from smarthabit.accounts.user import User

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
NIGHT = NOON.replace(hour=0, minute=30) + DAY


@pytest.fixture(autouse=True)
def _nudged(user: User, fake: FakeChannel) -> None:
    enrol(user, NOON - DAY)
    NudgePreferences.objects.update(channels=["fake"], next_slot_at=NOON)


def done_at(user: User, habit: Habit, at: dt.datetime, now: dt.datetime | None = None) -> None:
    change = EntryChange(value_milli=1000, performed_at=at)
    record_entry(user=user, habit_id=habit.pk, day=at.date(), change=change, now=now or at)


def decided(habit: Habit, *, send: bool, at: dt.datetime = NOON, delivered: bool = True) -> Decision:
    """A decision that a draw settled either way, with its row of the ledger."""
    NudgePreferences.objects.update(next_slot_at=at)
    decide_due(at)
    Nudge.objects.filter(habit=habit, day=at.date()).delete()
    decision = Decision.objects.get(habit=habit, day=at.date())
    decision.propensities = {"no_send": 0.5, "plan": 0.5}
    decision.action, decision.reason = ("plan", "sent") if send else ("no_send", "drawn_no_send")
    decision.randomised = True
    decision.save()
    if send:
        Nudge.objects.create(
            user_id=habit.user_id, habit=habit, day=at.date(), slot=decision.slot, channel="fake", style="plan",
            decision=decision, message_key=f"k{at:%d}", state="sent" if delivered else "expired", due_at=at,
            next_attempt_at=at, expires_at=at + 2 * HOUR, created_at=at, sent_at=at if delivered else None,
        )  # fmt: skip
    return decision


def memory() -> NudgeMemory:
    return NudgeMemory.objects.get()


def habit_row() -> Any:
    return state.unpack_habit(bytes(memory().state))[0]


def learn_on(now: dt.datetime) -> int:
    NudgePreferences.objects.update(next_learn_at=now)
    return learn_due(now)


def test_a_habit_is_met_with_its_past(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(preferred_time=dt.time(18))
    for back in range(1, 11):
        done_at(user, habit, NOON - back * DAY + 6 * HOUR, now=NOON)
    assert learn_due(NOON) == 1
    assert (memory().chosen, memory().learned_through) == (4, (NOON - DAY).date())
    assert len(memory().state) <= 1200
    row = habit_row()
    assert row["done"].sum(0).argmax() == 4  # 17 to 20 h, when it was done
    assert NudgePreferences.objects.get().next_learn_at == NOON.replace(hour=0) + DAY + 20 * MINUTE


def test_a_day_is_learned_from_once(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    decision = decided(habit, send=True)
    done_at(user, habit, NOON + 20 * MINUTE)
    learn_on(NIGHT)
    first = memory().state, NudgePool.objects.all()[0].state
    learn_on(NIGHT + HOUR)
    assert (memory().state, NudgePool.objects.all()[0].state) == first
    decision.refresh_from_db()
    assert decision.outcome == {
        "delivered": True, "due": True, "minutes_to_done": 20, "done_within_2h": True, "done_that_day": True,
        "opened": False, "dismissed": False, "opted_out": False,
    }  # fmt: skip
    row = habit_row()
    assert row["sends"] == 1
    assert row["seen"][2].tolist() == [1, 1, 0, 0]  # by a draw: nudged once, then done


def test_a_drawn_silence_is_learned_from(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    decided(habit, send=False)
    learn_on(NIGHT)
    assert habit_row()["seen"][2].tolist() == [0, 0, 1, 0]


def test_what_never_went_out_teaches_nothing_about_nudges(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    decision = decided(habit, send=True, delivered=False)
    learn_on(NIGHT)
    decision.refresh_from_db()
    assert decision.outcome["delivered"] is False
    assert habit_row()["sends"] == 0
    assert habit_row()["seen"].sum() == 0


def test_a_late_entry_is_taken_in_as_if_it_had_been_known(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    decision = decided(habit, send=True)
    learn_on(NIGHT)
    assert habit_row()["seen"][2].tolist() == [1, 0, 0, 0]
    done_at(user, habit, NOON + 30 * MINUTE, now=NIGHT + 8 * HOUR)
    learn_on(NIGHT + DAY)
    decision.refresh_from_db()
    assert decision.outcome["minutes_to_done"] == 30
    assert habit_row()["seen"][2].tolist() == [1, 1, 0, 0]


def test_days_of_silence_are_caught_up_with_in_order(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(started_on=dt.date(2025, 1, 1))
    learn_on(NOON)
    done_at(user, habit, NOON + 3 * DAY)
    learn_on(NIGHT + 9 * DAY)
    assert memory().learned_through == (NOON + 9 * DAY).date()
    assert habit_row()["day"] == (NOON + 9 * DAY).date().toordinal()
    learn_on(NIGHT + 300 * DAY)
    assert memory().learned_through == (NOON + 300 * DAY).date()


def test_a_journey_west_is_not_learned_twice(user: User, make_habit: MakeHabit) -> None:
    make_habit()
    learn_on(NIGHT)
    learned = memory().learned_through
    User.objects.update(timezone="Pacific/Honolulu")
    learn_on(NIGHT + HOUR)
    assert memory().learned_through == learned


def test_what_is_done_after_midnight_counts_for_the_end_of_its_day(user: User, make_habit: MakeHabit) -> None:
    User.objects.update(day_starts_at=dt.time(3))
    user.refresh_from_db()
    habit = make_habit()
    learn_on(NOON)
    decision = decided(habit, send=True)
    change = EntryChange(value_milli=1000, performed_at=NIGHT + HOUR)
    record_entry(user=user, habit_id=habit.pk, day=NOON.date(), change=change, now=NIGHT + HOUR)
    learn_on(NIGHT + 4 * HOUR)
    decision.refresh_from_db()
    assert decision.outcome["minutes_to_done"] == 23 * 60 + 59 - 12 * 60


def test_an_open_day_of_a_weekly_quota_counts_as_due(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(schedule={"type": "weekly", "times": 3})
    learn_on(NOON)
    decision = decided(habit, send=False)
    learn_on(NIGHT)
    decision.refresh_from_db()
    assert decision.outcome["due"] is True


def test_another_chosen_time_is_where_it_starts_from(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    assert memory().chosen == 4
    HabitPreference.objects.create(habit=habit, user=user, slot=1)
    learn_on(NOON + HOUR)
    assert (memory().chosen, int(habit_row()["chosen"])) == (1, 1)


def test_opting_out_is_charged_to_the_last_message(user: User, make_habit: MakeHabit, fake: FakeChannel) -> None:
    habit = make_habit()
    learn_on(NOON - 3 * DAY)
    decided(habit, send=True, at=NOON - 2 * DAY)
    decision = decided(habit, send=True)
    change_preferences(user=user, change=PreferenceChange(channels=()), now=NOON + HOUR)
    learn_on(NIGHT)
    decision.refresh_from_db()
    assert decision.outcome["opted_out"] is True
    assert [one.outcome["opted_out"] for one in Decision.objects.exclude(pk=decision.pk) if one.outcome] == [False]
    learn_on(NIGHT + 20 * DAY)
    assert NudgePreferences.objects.get().next_learn_at is None


def test_ignored_days_are_counted_and_forgotten(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON - DAY)
    for number in range(3):
        decided(habit, send=True, at=NOON + number * DAY)
    learn_on(NIGHT + 2 * DAY)
    assert NudgePreferences.objects.get().ignored_run == 3
    decided(habit, send=True, at=NOON + 3 * DAY)
    Nudge.objects.filter(day=(NOON + 3 * DAY).date()).update(seen_at=NOON)
    learn_on(NIGHT + 3 * DAY)
    assert NudgePreferences.objects.get().ignored_run == 0


def test_deleted_habits_are_taken_out_of_the_pool(user: User, make_habit: MakeHabit) -> None:
    kept, gone = make_habit("kept"), make_habit("gone")
    learn_on(NOON)
    assert int(state.unpack_shared(bytes(NudgePool.objects.all()[0].state))["people"].sum()) == 2
    delete_habit(user=user, habit_id=gone.pk)
    learn_on(NOON + HOUR)
    assert NudgeMemory.objects.get().habit == kept
    assert int(state.unpack_shared(bytes(NudgePool.objects.all()[0].state))["people"].sum()) == 1


def test_nothing_of_a_person_outlives_their_account(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    make_nudge(make_habit())
    decide_due(NOON)
    learn_on(NOON)
    delete_account(user=user, now=NOON)
    assert NudgeMemory.objects.get().user is None
    learn_due(NOON)
    for table in (NudgeMemory, Nudge, Decision, NudgePreferences, HabitPreference):
        assert not table.objects.exists()


def test_rows_of_another_form_are_begun_anew(user: User, make_habit: MakeHabit) -> None:
    make_habit()
    learn_on(NOON)
    NudgeMemory.objects.update(state=b"older")
    NudgePool.objects.update(state=b"older")
    decided(Habit.objects.get(), send=False)
    learn_on(NIGHT)
    assert habit_row()["chosen"] == 4
    assert int(state.unpack_shared(bytes(NudgePool.objects.all()[0].state))["people"].sum()) == 1


def test_decisions_can_be_asked_again_after_learning(user: User, make_habit: MakeHabit) -> None:
    make_habit()
    learn_on(NOON)
    for number in range(4):
        at = NOON + number * DAY
        NudgePreferences.objects.update(next_slot_at=at)
        decide_due(at)
        learn_on(NIGHT + number * DAY)
    assert NudgePool.objects.count() == 5  # each that decisions rest on is kept, and the newest
    replayed = replay_all(Decision.objects.select_related("pool"))
    assert (replayed.same, replayed.other, replayed.unreadable) == (4, (), 0)


def test_one_bad_account_does_not_hold_up_the_others(
    user: User, stranger: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_habit("good")
    make_habit("bad", owner=stranger)
    enrol(stranger, NOON - DAY)
    teach = learning._learn_user

    def failing(preferences: NudgePreferences, shared: Any, now: dt.datetime) -> None:
        if preferences.user == stranger:
            raise ValueError("a plan nobody can read")
        teach(preferences, shared, now)

    monkeypatch.setattr(learning, "_learn_user", failing)
    learn_on(NOON)
    assert memory().user == user
    assert NudgePreferences.objects.get(user=stranger).next_learn_at == NOON + HOUR


def test_old_decisions_are_forgotten_and_drawn_ones_later(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    drawn = decided(habit, send=True)
    plain = decided(habit, send=False, at=NOON + DAY)
    Decision.objects.filter(pk=plain.pk).update(randomised=False)
    learn_on(NIGHT + DAY)
    assert purge(NOON + 10 * DAY) == 0
    assert purge(NOON + 16 * DAY) >= 1
    assert Decision.objects.get() == drawn
    purge(NOON + 91 * DAY)
    assert not Decision.objects.exists()
    assert NudgePool.objects.count() == 1
    assert Nudge.objects.get().decision is None
    purge(NOON + 401 * DAY)
    assert not Nudge.objects.exists()


def test_one_learner_at_a_time(make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch) -> None:
    make_habit()
    monkeypatch.setattr(learning, "_newest", lambda: 0)  # the newest version is another learner's
    assert learn_on(NOON) == 0
    assert not NudgeMemory.objects.exists()


def test_a_learner_ends_when_its_time_is_up_and_goes_on_later(make_habit: MakeHabit) -> None:
    people = [User.objects.create_user(f"p{number}@example.org") for number in range(learning.USERS_AT_ONCE + 1)]
    for someone in people:
        make_habit(owner=someone)
        enrol(someone, NOON)
    assert learn_due(NOON, seconds=0) == 0
    assert learn_due(NOON) == len(people) + 1
    assert NudgeMemory.objects.count() == len(people)


def test_what_cannot_be_read_is_deleted_with_its_habit(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    NudgeMemory.objects.update(state=b"older")
    delete_habit(user=user, habit_id=habit.pk)
    learn_on(NOON + HOUR)
    assert not NudgeMemory.objects.exists()


def test_what_is_long_settled_is_left_as_it_is(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learn_on(NOON)
    decision = decided(habit, send=False)
    learn_on(NIGHT)
    done_at(user, habit, NOON + 30 * MINUTE, now=NIGHT + 12 * DAY)
    learn_on(NIGHT + 12 * DAY)
    decision.refresh_from_db()
    assert decision.outcome["done_that_day"] is False
