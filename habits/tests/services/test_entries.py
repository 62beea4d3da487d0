"""Stating, restating and taking back what happened on a day."""

from __future__ import annotations

import datetime as dt

import pytest

from habits.domain.states import DayState
from habits.events import EntriesChanged
from habits.models import Entry, EntryRevision, HabitState
from habits.selectors import habit_views
from habits.services import (
    ANY_VERSION,
    EntryChange,
    EntryWrite,
    delete_entry,
    record_entry,
    write_entries,
)
from habits.services.rebuild import rebuild
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError, VersionConflict

TODAY = NOON.date()
DONE = EntryChange(value_milli=1000)


def day(back: int) -> dt.date:
    return TODAY - dt.timedelta(days=back)


def test_a_check_in_is_stored_and_counts(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    outcome = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    assert outcome.created
    (view,) = habit_views(user, NOON)
    assert view.snapshot.streak.current == 1
    assert view.snapshot.today.state is DayState.KEPT
    assert view.entry == outcome.entry


def test_repeating_a_write_changes_nothing(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    first = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    seq = seq_of(user)
    again = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON + dt.timedelta(minutes=1))
    assert not again.changed
    assert again.entry is not None
    assert first.entry is not None
    assert again.entry.version == first.entry.version == 1
    assert seq_of(user) == seq
    assert EntryRevision.objects.count() == 0


def test_a_field_left_out_keeps_its_value(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    outcome = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(note="rain"), now=NOON)
    assert outcome.entry is not None
    assert (outcome.entry.value_milli, outcome.entry.note, outcome.entry.version) == (1000, "rain", 2)


def test_what_is_replaced_is_kept(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(unit="km", target_milli=5000)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=3000), now=NOON)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=6000), now=NOON)
    revision = EntryRevision.objects.get()
    assert (revision.value_milli, revision.version, revision.outcome) == (3000, 1, "replaced")


def test_deleting_is_repeatable_and_versions_go_on(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    assert delete_entry(user=user, habit_id=habit.pk, day=TODAY, now=NOON).changed
    assert not delete_entry(user=user, habit_id=habit.pk, day=TODAY, now=NOON).changed
    assert not Entry.objects.exists()
    outcome = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    assert outcome.entry is not None
    assert outcome.entry.version == 3


def test_undo_restores_exactly_what_was_there(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    note = EntryChange(value_milli=1000, note="early")
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=note, now=NOON)
    outcome = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(0, note=""), now=NOON)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=outcome.before, now=NOON)
    entry = Entry.objects.get()
    assert (entry.value_milli, entry.note, entry.skipped) == (1000, "early", False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (EntryChange(value_milli=-1), "value_negative"),
        (EntryChange(value_milli=500), "value_not_a_check"),
        (EntryChange(value_milli=10**13), "value_too_large"),
        (EntryChange(note="x" * 2001), "note_too_long"),
        (EntryChange(performed_at=NOON + dt.timedelta(days=3)), "performed_too_late"),
    ],
)
def test_what_an_entry_cannot_say_is_refused(user: User, make_habit: MakeHabit, change: EntryChange, code: str) -> None:
    habit = make_habit()
    with pytest.raises(RuleError) as refusal:
        record_entry(user=user, habit_id=habit.pk, day=TODAY, change=change, now=NOON)
    assert refusal.value.code == code
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("which", "code"), [(dt.date(2026, 3, 20), "day_too_late"), (dt.date(1899, 12, 31), "day_too_early")]
)
def test_days_out_of_range_are_refused(user: User, make_habit: MakeHabit, which: dt.date, code: str) -> None:
    habit = make_habit()
    with pytest.raises(RuleError) as refusal:
        record_entry(user=user, habit_id=habit.pk, day=which, change=DONE, now=NOON)
    assert refusal.value.code == code


def test_tomorrow_somewhere_on_earth_is_kept_and_waits(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=dt.date(2026, 3, 19), change=DONE, now=NOON)
    (view,) = habit_views(user, NOON)
    assert view.snapshot.streak.current == 0
    (view,) = habit_views(user, NOON + dt.timedelta(days=1))
    assert view.snapshot.streak.current == 1


def test_a_stranger_s_habit_does_not_exist(stranger: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    with pytest.raises(NotFound):
        record_entry(user=stranger, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)


@pytest.mark.parametrize("stale", [2, ANY_VERSION])
def test_if_match_on_a_day_without_entry_is_a_conflict(user: User, make_habit: MakeHabit, stale: int | str) -> None:
    habit = make_habit()
    with pytest.raises(VersionConflict) as conflict:
        record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON, if_version=stale)
    assert conflict.value.current is None


def test_if_match_holds_or_names_the_current_entry(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    first = record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    undone = EntryChange(value_milli=0)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=undone, now=NOON, if_version=1)
    with pytest.raises(VersionConflict) as conflict:
        record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON, if_version=1)
    assert conflict.value.current == first.entry
    assert conflict.value.current.version == 2


def test_the_minute_is_told_or_guessed_only_on_its_own_day(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    user.timezone = "Europe/Berlin"
    user.save()
    writes = [
        EntryWrite(habit.pk, TODAY, DONE),
        EntryWrite(habit.pk, day(1), DONE),
        EntryWrite(habit.pk, day(2), EntryChange(1000, performed_at=dt.datetime(2026, 3, 16, 6, 30, tzinfo=dt.UTC))),
    ]
    write_entries(user=user, writes=writes, now=NOON)
    minutes = Entry.objects.order_by("-day").values_list("minute", flat=True)
    assert list(minutes) == [13 * 60, None, 7 * 60 + 30]


def test_several_entries_are_rewritten_at_once(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    for value in (0, 1000):
        writes = [EntryWrite(habit.pk, day(back), EntryChange(value_milli=value)) for back in (0, 1)]
        write_entries(user=user, writes=writes, now=NOON)
    assert list(Entry.objects.values_list("value_milli", "version")) == [(1000, 2), (1000, 2)]


def test_a_note_leaves_the_minute_alone_and_taking_the_value_back_forgets_it(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    minutes = []
    for change in (DONE, EntryChange(note="rain"), EntryChange(value_milli=None)):
        record_entry(user=user, habit_id=habit.pk, day=TODAY, change=change, now=NOON)
        minutes.append(Entry.objects.get().minute)
    assert minutes == [12 * 60, 12 * 60, None]


def test_an_entry_never_moves_with_the_time_zone(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=DONE, now=NOON)
    user.timezone = "Pacific/Kiritimati"
    user.save()
    assert Entry.objects.get().day == TODAY
    (view,) = habit_views(user, NOON)
    assert view.snapshot.today.day == dt.date(2026, 3, 19)
    assert view.snapshot.streak.current == 1


def test_a_closed_day_edited_is_a_history_refolded(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(freezes=False)
    for back in (0, 1, 2, 4, 5):
        record_entry(user=user, habit_id=habit.pk, day=day(back), change=DONE, now=NOON)
    (view,) = habit_views(user, NOON)
    assert view.snapshot.streak.current == 3
    record_entry(user=user, habit_id=habit.pk, day=day(3), change=DONE, now=NOON)
    (view,) = habit_views(user, NOON)
    assert (view.snapshot.streak.current, view.snapshot.streak.longest) == (6, 6)


def test_a_write_moves_the_state_of_a_habit_that_was_left_alone(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    later = NOON + dt.timedelta(days=100)
    record_entry(user=user, habit_id=habit.pk, day=later.date(), change=DONE, now=later)
    state = HabitState.objects.get(pk=habit.pk)
    assert state.through == later.date() - dt.timedelta(days=1)


def test_what_changed_is_told_once_after_commit(
    user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[EntriesChanged] = []
    monkeypatch.setattr("habits.services.entries.publish", told.append)
    habit = make_habit()
    writes = [EntryWrite(habit.pk, day(back), DONE) for back in (0, 1)]
    written = write_entries(user=user, writes=writes, now=NOON, tab="t1")
    (event,) = told
    assert (event.seq, event.tab) == (written.seq, "t1")
    assert event.days == {habit.pk: (day(1), day(0))}
    assert event.standings[0].streak == 2


def test_a_write_on_any_day_of_the_last_weeks_leaves_the_days_after_it_standing(
    user: User, make_habit: MakeHabit
) -> None:
    """Each day once, so that also the one after the anchor is written; nothing before it is read then."""
    habit = make_habit(started_on=day(30))
    write_entries(user=user, writes=[EntryWrite(habit.pk, day(back), DONE) for back in range(31)], now=NOON)
    for back in range(1, 31):
        for value in (0, 1000):
            writes = [EntryWrite(habit.pk, day(back), EntryChange(value))]
            written = write_entries(user=user, writes=writes, now=NOON, week=False)
        assert written.view(habit.pk, TODAY, week=False).snapshot.streak.current == 31, back
    assert not any(differs for _, _, differs in rebuild(now=NOON, write=False))
