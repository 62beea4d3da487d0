"""What a user does about a nudge, and that doing it again changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from habits.models import Entry
from habits.services import EntryChange, delete_entry, record_entry
from nudges.models import Nudge
from nudges.services import act, dismiss, see, snooze
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(minutes=10)


def test_seeing_is_noted_once_on_every_channel(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit()
    first, other = make_nudge(habit), make_nudge(habit, channel="email")
    see(user=user, nudge_id=first.pk, now=NOON)
    seq = seq_of(user)
    see(user=user, nudge_id=other.pk, now=LATER)
    assert {row.seen_at for row in Nudge.objects.all()} == {NOON}
    assert seq_of(user) == seq
    assert {row.state for row in Nudge.objects.all()} == {"due"}


def test_dismissing_calls_off_what_has_not_gone_out(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit()
    sent, due = make_nudge(habit, state="sent", sent_at=NOON), make_nudge(habit, channel="email")
    dismissed = dismiss(user=user, nudge_id=sent.pk, now=NOON)
    due.refresh_from_db()
    assert (dismissed.dismissed_at, dismissed.state) == (NOON, "sent")
    assert (due.state, due.reason) == ("cancelled", "dismissed")


def test_acting_logs_the_target_on_the_day_of_the_nudge(
    user: User, make_habit: MakeHabit, make_nudge: MakeNudge
) -> None:
    nudge = make_nudge(make_habit(target_milli=30_000, unit="min"), state="sent", sent_at=NOON)
    acted = act(user=user, nudge_id=nudge.pk, now=NOON + dt.timedelta(days=1))
    entry = Entry.objects.get()
    assert (entry.day, entry.value_milli, entry.source) == (nudge.day, 30_000, "nudge")
    assert acted.acted_at == acted.seen_at == NOON + dt.timedelta(days=1)


def test_acting_leaves_more_than_the_target_alone(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit(target_milli=30_000, unit="min")
    nudge = make_nudge(habit)
    record_entry(user=user, habit_id=habit.pk, day=nudge.day, change=EntryChange(value_milli=45_000), now=NOON)
    act(user=user, nudge_id=nudge.pk, now=NOON)
    nudge.refresh_from_db()
    assert Entry.objects.get().value_milli == 45_000
    assert (nudge.state, nudge.reason) == ("cancelled", "closed")


def test_an_old_link_does_not_bring_back_what_was_taken_back(user: User, make_nudge: MakeNudge) -> None:
    nudge = make_nudge()
    act(user=user, nudge_id=nudge.pk, now=NOON)
    delete_entry(user=user, habit_id=nudge.habit_id, day=nudge.day, now=LATER)
    act(user=user, nudge_id=nudge.pk, now=LATER)
    assert not Entry.objects.exists()


def test_a_total_needs_an_amount(user: User, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit(schedule={"type": "weekly", "total": True}, target_milli=20_000, unit="km")
    nudge = make_nudge(habit)
    with pytest.raises(RuleError, match="how much"):
        act(user=user, nudge_id=nudge.pk, now=NOON)
    nudge.refresh_from_db()
    assert nudge.acted_at is None


def test_snoozing_makes_it_due_again_once(user: User, make_nudge: MakeNudge) -> None:
    nudge = make_nudge(state="sent", sent_at=NOON, attempts=3)
    key = nudge.message_key
    put_off = snooze(user=user, nudge_id=nudge.pk, now=NOON)
    again = snooze(user=user, nudge_id=nudge.pk, now=LATER)
    hour = dt.timedelta(hours=1)
    assert (put_off.state, put_off.attempts, put_off.due_at) == ("due", 0, NOON + hour)
    assert put_off.expires_at == NOON + 3 * hour
    assert put_off.message_key != key  # the provider must not take it for a repetition
    assert again.due_at == NOON + hour


def test_a_snooze_that_has_come_can_be_put_off_again(user: User, make_nudge: MakeNudge) -> None:
    nudge = make_nudge(state="sent", sent_at=NOON)
    hour = dt.timedelta(hours=1)
    snooze(user=user, nudge_id=nudge.pk, now=NOON)
    Nudge.objects.update(state="sent")
    assert snooze(user=user, nudge_id=nudge.pk, now=NOON + hour).due_at == NOON + 2 * hour


@pytest.mark.parametrize("by", [dt.timedelta(minutes=1), dt.timedelta(hours=13)])
def test_a_snooze_has_bounds(user: User, make_nudge: MakeNudge, by: dt.timedelta) -> None:
    with pytest.raises(RuleError, match="five minutes"):
        snooze(user=user, nudge_id=make_nudge().pk, now=NOON, by=by)


def test_nothing_is_put_off_into_the_night(user: User, make_nudge: MakeNudge) -> None:
    with pytest.raises(RuleError, match="too late"):
        snooze(user=user, nudge_id=make_nudge().pk, now=NOON, by=dt.timedelta(hours=11))


@pytest.mark.parametrize("done", ["acted_at", "dismissed_at"])
def test_what_is_done_with_is_not_put_off(user: User, make_nudge: MakeNudge, done: str) -> None:
    nudge = make_nudge(**{done: NOON})
    with pytest.raises(RuleError, match="done with"):
        snooze(user=user, nudge_id=nudge.pk, now=NOON)


@pytest.mark.parametrize("does", [see, act, dismiss, snooze])
def test_a_strangers_nudge_is_not_there(stranger: User, make_nudge: MakeNudge, does: object) -> None:
    nudge = make_nudge()
    with pytest.raises(NotFound):
        does(user=stranger, nudge_id=nudge.pk, now=NOON)  # type: ignore[operator]
