"""What is due goes out once, or it is said why not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from habits.services import EntryChange, record_entry, set_archived
from nudges.channels import Delivered, Gone, Retry
from nudges.models import Nudge, NudgePreferences
from nudges.selectors.refusals import situation
from nudges.services import claims, deliver_due, delivery, enrol, snooze, throw_kill_switch
from nudges.services.patience import Patience, TookTooLong
from nudges.tests.conftest import NOON, FakeChannel, MakeHabit, MakeNudge
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
AT = NOON + MINUTE


@pytest.fixture(autouse=True)
def _nudged(user: User, fake: FakeChannel) -> None:
    enrol(user, NOON - HOUR)
    NudgePreferences.objects.update(channels=["fake"])


def row(nudge: Nudge) -> Nudge:
    nudge.refresh_from_db()
    return nudge


def test_a_due_nudge_is_sent_and_marked(
    user: User, make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel
) -> None:
    nudge = make_nudge(make_habit("Read", cue="after tea"))
    run = deliver_due(AT)
    ((message, key, left),) = fake.sent
    assert run.sent == 1
    assert key == message.key == nudge.message_key
    assert dt.timedelta(0) < NOON + 2 * HOUR - AT - left < MINUTE
    assert (message.title, message.user_id, message.day) == ("Read", user.pk, NOON.date())
    assert "after tea" in message.body
    assert [action.kind for action in message.actions] == ["done", "snooze", "dismiss"]
    sent = row(nudge)
    assert (sent.state, sent.attempts, sent.token, sent.lease_until) == ("sent", 1, None, None)
    assert sent.sent_at is not None
    assert AT <= sent.sent_at < AT + MINUTE


def test_it_is_sent_once(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    make_nudge()
    deliver_due(AT)
    deliver_due(AT + MINUTE)
    assert len(fake.sent) == 1


def test_a_digest_is_one_message(make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel) -> None:
    for name in ("Read", "Walk", "Run"):
        make_nudge(make_habit(name, unit="km" if name == "Run" else "", target_milli=10_000 if name == "Run" else 1000))
    deliver_due(AT)
    ((message, _key, _left),) = fake.sent
    assert [item.habit_name for item in message.items] == ["Read", "Walk", "Run"]
    assert message.actions == ()
    assert {one.state for one in Nudge.objects.all()} == {"sent"}


def test_the_tiny_step_is_part_of_the_amount(make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel) -> None:
    make_nudge(make_habit("Walk", unit="min", target_milli=30_000), style="tiny")
    deliver_due(AT)
    assert "6 min" in fake.sent[0][0].body


def test_a_total_is_not_done_at_a_touch(make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel) -> None:
    make_nudge(make_habit(schedule={"type": "weekly", "total": True}, target_milli=20_000, unit="km"))
    deliver_due(AT)
    assert [action.kind for action in fake.sent[0][0].actions] == ["snooze", "dismiss"]


def test_words_are_in_the_readers_language(user: User, make_nudge: MakeNudge, fake: FakeChannel) -> None:
    User.objects.update(language="de")
    make_nudge()
    deliver_due(AT)
    assert fake.languages == ["de"]


def reason_of(nudge: Nudge) -> tuple[str, str]:
    deliver_due(AT)
    stored = row(nudge)
    return stored.state, stored.reason


def test_eligibility_is_looked_at_again(
    user: User, make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel
) -> None:
    done, archived, open_still = make_habit("done"), make_habit("archived"), make_habit("open")
    nudges = [make_nudge(habit) for habit in (done, archived, open_still)]
    record_entry(user=user, habit_id=done.pk, day=NOON.date(), change=EntryChange(value_milli=1000), now=NOON)
    set_archived(user=user, habit_id=archived.pk, archived=True, now=NOON)
    deliver_due(AT)
    assert [(row(n).state, row(n).reason) for n in nudges] == [
        ("cancelled", "closed"),
        ("cancelled", "gone"),
        ("sent", ""),
    ]
    assert [item.habit_name for item in fake.sent[0][0].items] == ["open"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quiet_from": dt.time(12), "quiet_to": dt.time(13)}, "quiet"),
        ({"channels": []}, "off"),
        ({"channels": ["email"]}, "off"),
    ],
)
def test_preferences_count_at_the_moment_of_sending(make_nudge: MakeNudge, change: dict[str, Any], reason: str) -> None:
    nudge = make_nudge()
    NudgePreferences.objects.update(**change)
    assert reason_of(nudge) == ("cancelled", reason)


def test_the_kill_switch_stops_what_is_on_its_way(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    throw_kill_switch(on=True, now=NOON, actor="op@example.org")
    assert reason_of(nudge) == ("cancelled", "kill_switch")
    assert not fake.sent


def test_a_switched_off_account_gets_nothing(make_nudge: MakeNudge) -> None:
    nudge = make_nudge()
    User.objects.update(is_active=False)
    assert reason_of(nudge) == ("cancelled", "gone")


def test_a_day_that_is_over_is_not_spoken_of(make_nudge: MakeNudge) -> None:
    nudge = make_nudge(expires_at=NOON + 30 * HOUR)
    deliver_due(NOON + 25 * HOUR)
    assert (row(nudge).state, row(nudge).reason) == ("cancelled", "day_over")


def test_a_message_that_was_held_up_makes_the_next_one_rest(make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    early = NOON - 3 * HOUR
    make_nudge(make_habit("other"), now=early, state="sent", sent_at=NOON - 5 * MINUTE)
    assert reason_of(make_nudge(make_habit())) == ("cancelled", "cool_down")


def test_a_snoozed_nudge_comes_again_and_is_no_further_message(
    user: User, make_nudge: MakeNudge, fake: FakeChannel
) -> None:
    nudge = make_nudge()
    deliver_due(AT)
    snooze(user=user, nudge_id=nudge.pk, now=AT + MINUTE)
    deliver_due(AT + 30 * MINUTE)
    assert len(fake.sent) == 1
    deliver_due(AT + 62 * MINUTE)
    assert [key for _, key, _ in fake.sent] == [nudge.message_key, row(nudge).message_key]
    assert fake.sent[0][1] != fake.sent[1][1]


def test_what_is_too_late_is_not_sent(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    run = deliver_due(NOON + 2 * HOUR)
    assert (run.expired, row(nudge).state, fake.sent) == (1, "expired", [])


def test_failures_are_tried_again_and_die_in_the_end(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge, now = make_nudge(), AT
    fake.answers = [Retry("answered 500")] * 9
    waits = []
    for _ in range(5):
        deliver_due(now)
        waits.append(row(nudge).next_attempt_at - now)
        now = nudge.next_attempt_at
    assert [round(wait.total_seconds()) for wait in waits[:4]] == [30, 120, 480, 1500]
    assert (nudge.state, nudge.reason, nudge.attempts, nudge.last_error) == ("dead", "attempts", 5, "answered 500")
    deliver_due(now + HOUR)
    assert len(fake.sent) == 5


def test_a_provider_may_ask_for_more_time(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    fake.answers = [Retry("busy", after=dt.timedelta(minutes=20))]
    deliver_due(AT)
    assert row(nudge).next_attempt_at - AT >= dt.timedelta(minutes=20)


def test_who_is_gone_is_not_tried_again(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    fake.answers = [Gone("answered 410")]
    deliver_due(AT)
    assert (row(nudge).state, row(nudge).reason, row(nudge).last_error) == ("dead", "gone", "answered 410")


def test_one_bad_message_does_not_stop_the_others(
    user: User, stranger: User, make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel
) -> None:
    enrol(stranger, NOON - HOUR)
    NudgePreferences.objects.update(channels=["fake"])
    bad, good = make_nudge(make_habit("bad")), make_nudge(make_habit("good", owner=stranger))
    fake.answers = [ValueError("no such template"), Delivered()]
    deliver_due(AT)
    assert (row(bad).state, row(bad).last_error) == ("due", "ValueError: no such template")
    assert row(good).state == "sent"


def test_a_batch_that_cannot_be_looked_up_is_looked_up_one_by_one(
    stranger: User, make_habit: MakeHabit, make_nudge: MakeNudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(stranger, NOON - HOUR)
    NudgePreferences.objects.update(channels=["fake"])
    bad, good = make_nudge(make_habit("bad")), make_nudge(make_habit("good", owner=stranger))
    look = situation

    def failing(rows: Any, now: dt.datetime) -> Any:
        if any(one.pk == bad.pk for one in rows):
            raise ValueError("a plan nobody can read")
        return look(rows, now)

    monkeypatch.setattr(delivery, "situation", failing)
    deliver_due(AT)
    assert (row(bad).state, row(good).state) == ("due", "sent")
    assert "nobody can read" in row(bad).last_error


def test_what_another_worker_holds_is_left_alone(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    token, rows = claims.claim(AT, most=10)
    assert [one.pk for one in rows] == [nudge.pk]
    assert deliver_due(AT).sent == 0
    Nudge.objects.update(lease_until=NOON)  # by the database's clock long ago: that worker died
    assert deliver_due(AT).sent == 1
    assert claims.mark_failed(token, rows, "late", AT, None) == 0
    assert (row(nudge).state, row(nudge).attempts, row(nudge).claims) == ("sent", 1, 2)


def test_dying_counts_as_an_attempt(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge(state="leased", attempts=5, lease_until=NOON)
    run = deliver_due(AT)
    assert (run.dead, row(nudge).state, row(nudge).last_error, fake.sent) == (1, "dead", "the worker died", [])


def test_what_kills_its_worker_before_it_is_begun_comes_to_an_end(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge(state="leased", claims=claims.MOST_CLAIMS, lease_until=NOON)
    assert deliver_due(AT).dead == 1
    assert (row(nudge).state, fake.sent) == ("dead", [])


def test_a_lost_lease_stops_the_send(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    token, rows = claims.claim(AT, most=10)
    Nudge.objects.update(token=None, state="due")
    delivery._send_batch(delivery.Run(AT, Patience(0)), token, rows)
    assert (fake.sent, row(nudge).attempts) == ([], 0)


def test_a_window_that_ends_while_it_waits_in_a_batch_stops_the_send(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    make_nudge()
    claimed = claims.claim(AT, most=10)
    delivery._send_batch(delivery.Run(NOON + 2 * HOUR, Patience(0)), *claimed)
    assert not fake.sent


def test_a_lease_of_the_dead_expires_with_its_window(make_nudge: MakeNudge) -> None:
    nudge = make_nudge(state="leased", attempts=1, lease_until=NOON)
    assert deliver_due(NOON + 2 * HOUR).expired == 1
    assert row(nudge).state == "expired"


def test_a_message_is_claimed_as_a_whole_even_when_its_first_row_goes(
    make_habit: MakeHabit, make_nudge: MakeNudge
) -> None:
    first, second = make_nudge(make_habit("first")), make_nudge(make_habit("second"))
    _, rows = claims.claim(AT, most=1)
    assert [one.pk for one in rows] == [first.pk, second.pk]
    Nudge.objects.update(state="due")
    first.delete()
    _, rows = claims.claim(AT, most=1)
    assert [one.pk for one in rows] == [second.pk]


def test_open_screens_are_told_of_what_came_in_the_app(
    user: User, make_nudge: MakeNudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nudges import channels

    channels.register(FakeChannel("in_app"))
    NudgePreferences.objects.update(channels=["in_app", "fake"])
    make_nudge()
    deliver_due(AT)
    quiet = seq_of(user)
    make_nudge(channel="in_app", message_key="other", habit=Nudge.objects.get().habit)
    deliver_due(AT)
    assert seq_of(user) == quiet + 1


def test_queries_grow_with_messages_by_what_each_must_write(
    make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel
) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            someone = User.objects.create_user(f"p{number}of{count}@example.org")
            enrol(someone, NOON - HOUR)
            make_nudge(make_habit(owner=someone))
        NudgePreferences.objects.update(channels=["fake"])
        with CaptureQueriesContext(connection) as captured:
            deliver_due(AT)
        return len(captured)

    one, eight = queries(1), queries(8)
    assert eight == one + 7 * 2  # an attempt is counted, and the message marked


def test_a_run_ends_when_its_time_is_up(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    make_nudge()
    assert deliver_due(AT, seconds=0).sent == 0
    assert not fake.sent


def test_a_delivery_that_is_given_up_is_tried_again(make_nudge: MakeNudge, fake: FakeChannel) -> None:
    nudge = make_nudge()
    fake.answers = [TookTooLong("no answer within 15 s")]
    deliver_due(AT)
    assert (row(nudge).state, row(nudge).last_error) == ("due", "no answer within 15 s")


def test_whoever_was_overtaken_while_sending_changes_nothing(make_nudge: MakeNudge) -> None:
    nudge = make_nudge()
    token, rows = claims.claim(AT, most=10)
    Nudge.objects.update(token=None, state="sent", sent_at=NOON)
    run = delivery.Run(AT, Patience(0))
    for outcome in (Delivered(), Retry("late"), Gone("late")):
        delivery._mark(run, token, rows, outcome)
    assert (row(nudge).state, row(nudge).sent_at, row(nudge).last_error) == ("sent", NOON, "")


def test_a_channel_that_went_away_meanwhile_is_gone(make_nudge: MakeNudge) -> None:
    nudge = make_nudge(channel="pigeon")
    seen = situation([nudge], AT)
    assert delivery._delivery([nudge], seen, AT)() == Gone("no such channel")
