"""The tick decides once for everyone whose slot begins, and writes what is to go out."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from habits.services import EntryChange, record_entry
from nudges.domain import policy
from nudges.models import Decision, Nudge, NudgePreferences
from nudges.selectors.moments import questions
from nudges.services import decide_due, deciding, enrol, prefer_for_habit, throw_kill_switch
from nudges.services.replay import replay_all
from nudges.tests.conftest import NOON, FakeChannel, MakeHabit, MakeNudge
from smarthabit.accounts.user import User

pytestmark = pytest.mark.django_db
BEFORE = NOON - dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


_SENT: dict[str, Any] = {
    "send": True,
    "style": "plan",
    "propensities": {"no_send": 0.15, "plan": 0.85},
    "reason": "sent",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the policy was asked; it answers as it always does."""
    moments: list[Any] = []
    decide = policy.decide_many

    def listening(batch: Any, *arguments: Any, **options: Any) -> Any:
        moments.extend(batch)
        return decide(batch, *arguments, **options)

    monkeypatch.setattr(policy, "decide_many", listening)
    return moments


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that sends whatever may be sent."""
    decide = policy.decide_many

    def sending(batch: Any, *arguments: Any, **options: Any) -> Any:
        answers = decide(batch, *arguments, **options)
        return [answer if answer.features is None else replace(answer, **_SENT) for answer in answers]

    monkeypatch.setattr(policy, "decide_many", sending)


@pytest.fixture
def nudged(user: User, fake: FakeChannel) -> User:
    """A user who is nudged by the fake channel and has been looked at before noon."""
    enrol(user, BEFORE)
    NudgePreferences.objects.update(channels=["fake"])
    return user


@pytest.mark.usefixtures("nudged")
def test_nobody_is_looked_at_before_their_time(make_habit: MakeHabit) -> None:
    make_habit()
    assert decide_due(NOON - dt.timedelta(seconds=1)).users == 0
    assert not Decision.objects.exists()


@pytest.mark.usefixtures("nudged", "eager")
def test_an_open_unit_becomes_a_row_of_the_ledger(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    done = decide_due(NOON + dt.timedelta(seconds=4))
    assert (done.users, done.decisions, done.nudges) == (1, 1, 1)
    nudge = Nudge.objects.get()
    assert (nudge.habit_id, nudge.day, nudge.slot, nudge.channel, nudge.state) == (
        habit.pk,
        NOON.date(),
        2,
        "fake",
        "due",
    )
    assert (nudge.due_at, nudge.expires_at) == (NOON, NOON + dt.timedelta(hours=2))
    assert {fact["code"] for fact in nudge.why} == {"budget"}
    decision = Decision.objects.get()
    assert nudge.decision == decision
    assert (decision.action, decision.reason, decision.randomised) == ("plan", "sent", True)
    assert NudgePreferences.objects.get().next_slot_at == NOON + dt.timedelta(hours=2)


@pytest.mark.usefixtures("nudged", "eager")
def test_the_tick_may_come_twice_or_be_put_back(make_habit: MakeHabit) -> None:
    make_habit()
    decide_due(NOON)
    NudgePreferences.objects.update(next_slot_at=NOON)  # as after a journey, or a clock that went back
    decide_due(NOON + dt.timedelta(minutes=1))
    assert Decision.objects.count() == Nudge.objects.count() == 1


@pytest.mark.usefixtures("nudged", "eager")
def test_several_in_a_slot_are_one_message(make_habit: MakeHabit, asked: list[Any]) -> None:
    make_habit("Read")
    make_habit("Walk", preferred_time=dt.time(12, 30))
    decide_due(NOON)
    assert len({row.message_key for row in Nudge.objects.all()}) == 1
    assert [moment.digest_open for moment in asked] == [False, True]
    assert asked[0].chosen_slot == 2


@pytest.mark.usefixtures("nudged", "eager")
def test_what_is_done_skipped_paused_or_a_limit_is_not_asked_about(
    user: User, make_habit: MakeHabit, asked: list[Any]
) -> None:
    from habits.services import add_pause

    done, skipped, paused = make_habit("a"), make_habit("b"), make_habit("c")
    make_habit("No smoking", kind="limit", target_milli=0)
    make_habit("Sundays", schedule={"type": "weekdays", "days": [7]})
    for habit, change in ((done, EntryChange(value_milli=1000)), (skipped, EntryChange(skipped=True))):
        record_entry(user=user, habit_id=habit.pk, day=NOON.date(), change=change, now=BEFORE)
    add_pause(user=user, habit_id=paused.pk, starts_on=NOON.date(), now=BEFORE)
    decide_due(NOON)
    assert not asked


@pytest.mark.usefixtures("nudged")
def test_the_streak_and_the_return_are_offered_where_they_make_sense(
    user: User, make_habit: MakeHabit, asked: list[Any]
) -> None:
    running, lapsed = make_habit("running"), make_habit("lapsed", freezes=False)
    for back in (1, 2, 3):
        day = NOON.date() - back * DAY
        record_entry(user=user, habit_id=running.pk, day=day, change=EntryChange(value_milli=1000), now=BEFORE)
    day = NOON.date() - 3 * DAY
    record_entry(user=user, habit_id=lapsed.pk, day=day, change=EntryChange(value_milli=1000), now=BEFORE)
    decide_due(NOON)
    offered = {moment.habit_id: (moment.styles, moment.missed_run) for moment in asked}
    assert offered == {
        str(running.pk): (("plan", "streak", "tiny"), 0),
        str(lapsed.pk): (("plan", "return", "tiny"), 2),
    }


@pytest.mark.usefixtures("nudged", "eager")
def test_the_ledger_is_what_budgets_and_rest_are_counted_from(
    user: User, make_habit: MakeHabit, make_nudge: MakeNudge, asked: list[Any]
) -> None:
    first, other = make_habit("first"), make_habit("other")
    sent = {"state": "sent", "channel": "fake"}
    for back in (1, 2, 7):
        at = NOON - back * DAY
        make_nudge(first, now=at, sent_at=at, **sent)
    early = NOON - dt.timedelta(hours=3)
    make_nudge(other, now=early, sent_at=early + dt.timedelta(minutes=1), **sent)
    make_nudge(other, now=early, **{**sent, "channel": "email"}, sent_at=early + dt.timedelta(minutes=1))
    make_nudge(first, now=early, state="cancelled", sent_at=None)
    decide_due(NOON)
    told = {m.habit_id: (m.sent_today_habit, m.sent_today_user, m.sent_week_user, m.last_sent) for m in asked}
    nine = int(early.timestamp())
    assert told == {str(first.pk): (0, 1, 3, nine), str(other.pk): (1, 1, 3, nine)}
    assert {row.reason for row in Decision.objects.filter(habit=other)} == {"daily_budget"}


@pytest.mark.usefixtures("nudged", "eager")
def test_a_message_that_went_out_late_rests_from_then(make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    early = NOON - dt.timedelta(hours=3)
    make_nudge(make_habit("other"), now=early, state="sent", sent_at=early + dt.timedelta(minutes=6))
    habit = make_habit()
    decide_due(NOON)
    assert Decision.objects.get(habit=habit).reason == "cool_down"


@pytest.mark.usefixtures("eager")
def test_reasons_are_written_down(user: User, nudged: User, make_habit: MakeHabit) -> None:
    quiet, off = make_habit("quiet"), make_habit("off")
    prefer_for_habit(user=user, habit_id=off.pk, now=BEFORE, reminders="off")
    NudgePreferences.objects.update(quiet_from=dt.time(11), quiet_to=dt.time(13))
    decide_due(NOON)
    throw_kill_switch(on=True, now=NOON, actor="op@example.org")
    NudgePreferences.objects.update(next_slot_at=NOON + dt.timedelta(hours=2))
    decide_due(NOON + dt.timedelta(hours=2))
    reasons = [(row.habit_id, row.slot, row.reason) for row in Decision.objects.order_by("slot", "habit")]
    assert reasons == [
        (quiet.pk, 2, "quiet"),
        (off.pk, 2, "off"),
        (quiet.pk, 3, "kill_switch"),
        (off.pk, 3, "kill_switch"),
    ]
    assert not Nudge.objects.exists()


@pytest.mark.usefixtures("nudged", "eager")
def test_at_most_one_a_week_for_those_who_want_fewer(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit()
    prefer_for_habit(user=user, habit_id=habit.pk, now=BEFORE, reminders="fewer")
    make_nudge(habit, now=NOON - 3 * DAY, state="sent", sent_at=NOON - 3 * DAY)
    decide_due(NOON)
    assert Decision.objects.get().reason == "rarely"


@pytest.mark.usefixtures("nudged", "eager")
def test_who_comes_late_waits_for_the_next_slot(make_habit: MakeHabit) -> None:
    make_habit()
    decide_due(NOON + dt.timedelta(minutes=31))
    assert not Decision.objects.exists()
    assert NudgePreferences.objects.get().next_slot_at == NOON + dt.timedelta(hours=2)


@pytest.mark.usefixtures("nudged", "eager")
def test_a_channel_that_leads_nowhere_is_off(make_habit: MakeHabit, fake: FakeChannel) -> None:
    make_habit()
    fake.there = False
    decide_due(NOON)
    assert Decision.objects.get().reason == "off"


@pytest.mark.usefixtures("nudged")
def test_decisions_answer_the_same_when_asked_again(make_habit: MakeHabit) -> None:
    for number in range(5):
        make_habit(f"habit {number}", preferred_time=dt.time(9 + 2 * number))
    for slot_hour in (12, 14, 17):
        decide_due(NOON.replace(hour=slot_hour))
    replayed = replay_all(Decision.objects.select_related("pool"))
    assert (replayed.same, replayed.other, replayed.unreadable) == (
        Decision.objects.exclude(features=None).count(),
        (),
        0,
    )
    assert replayed.same >= 5
    Decision.objects.exclude(features=None).update(seed=2, reason="another")
    assert len(replay_all(Decision.objects.select_related("pool")).other) == replayed.same


@pytest.mark.usefixtures("nudged")
def test_no_experiments_means_no_draws(make_habit: MakeHabit) -> None:
    make_habit(preferred_time=dt.time(12))
    NudgePreferences.objects.update(no_experiments=True)
    decide_due(NOON)
    decision = Decision.objects.get()
    assert set(decision.propensities.values()) <= {0.0, 1.0}
    assert not decision.randomised
    assert replay_all(Decision.objects.all()).same == 1


@pytest.mark.usefixtures("nudged", "eager")
def test_one_bad_account_does_not_hold_up_the_others(
    stranger: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_habit()
    make_habit("bad", owner=stranger)
    enrol(stranger, BEFORE)
    NudgePreferences.objects.update(channels=["fake"])
    ask = questions

    def failing(askers: Any, now: dt.datetime) -> Any:
        if any(asker.user == stranger for asker in askers):
            raise ValueError("a plan nobody can read")
        return ask(askers, now)

    monkeypatch.setattr(deciding, "questions", failing)
    done = decide_due(NOON)
    assert (done.users, done.nudges) == (2, 1)
    assert NudgePreferences.objects.get(user=stranger).next_slot_at == NOON + dt.timedelta(hours=1)


@pytest.mark.usefixtures("fake", "eager")
def test_queries_do_not_grow_with_people(make_habit: MakeHabit) -> None:
    def people(start: int, count: int) -> None:
        for number in range(start, start + count):
            someone = User.objects.create_user(f"p{number}@example.org")
            make_habit(owner=someone)
            make_habit("Walk", owner=someone)
            enrol(someone, BEFORE)
        NudgePreferences.objects.update(channels=["fake"], next_slot_at=NOON)
        Decision.objects.all().delete()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            decide_due(NOON)
        return len(captured)

    people(0, 1)
    one = queries()
    people(1, 8)
    assert queries() == one


@pytest.mark.usefixtures("nudged", "eager")
def test_a_journey_west_opens_no_slot_a_second_time(make_habit: MakeHabit) -> None:
    make_habit()
    decide_due(NOON)
    User.objects.update(timezone="America/New_York")
    NudgePreferences.objects.update(next_slot_at=NOON + dt.timedelta(hours=4))
    decide_due(NOON + dt.timedelta(hours=4))
    assert Nudge.objects.count() == 1


@pytest.mark.usefixtures("fake", "eager")
def test_more_than_a_batch_is_decided_in_batches_up_to_a_limit(
    make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        someone = User.objects.create_user(f"p{number}@example.org")
        make_habit(owner=someone)
        enrol(someone, BEFORE)
    NudgePreferences.objects.update(channels=["fake"])
    monkeypatch.setattr(deciding, "USERS_AT_ONCE", 2)
    assert decide_due(NOON, most=4).users == 4
    assert decide_due(NOON).users == 1
    assert Nudge.objects.count() == 5


@pytest.mark.usefixtures("nudged")
def test_rows_of_another_form_cannot_be_asked_again(make_habit: MakeHabit) -> None:
    make_habit()
    decide_due(NOON)
    Decision.objects.update(memory=zlib.compress(b"older"))
    assert replay_all(Decision.objects.select_related("pool")).unreadable == 1
