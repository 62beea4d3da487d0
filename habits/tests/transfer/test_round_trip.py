"""What is exported comes back as it was."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from habits.models import Entry, EntryRevision, Habit, HabitState, Pause, Plan
from habits.services import (
    EntryChange,
    EntryWrite,
    HabitChange,
    add_pause,
    delete_entry,
    record_entry,
    refold_habit,
    set_archived,
    undo_entry,
    update_habit,
    write_entries,
)
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.transfer.conftest import Import
from habits.transfer import sections
from habits.transfer.export_json import export_json
from smarthabit.accounts.services import Profile, update_profile
from smarthabit.accounts.user import User

TODAY = NOON.date()
ANOTHER_LIFE = "the next long secret"


def exported(user: User) -> bytes:
    user.refresh_from_db()
    return b"".join(export_json(user))


def born_again(user: User) -> User:
    """The account deleted and registered anew, under the same address."""
    email = user.email
    user.delete()
    assert not Habit.objects.exists()
    return User.objects.create_user(email, ANOTHER_LIFE)


@pytest.fixture
def lived(user: User, make_habit: MakeHabit) -> User:
    """Somebody with a bit of everything."""
    update_profile(
        user=user,
        change=Profile(
            timezone="Asia/Tokyo",
            day_starts_at=dt.time(3),
            week_starts_on=7,
            theme="dark",
            compact=True,
            shortcuts=False,
        ),
    )
    read = make_habit("Read ✓\u202e", why="a\nb", cue='"c"', colour="pink", icon="book", tags=("home", "évening"))
    run = make_habit("=Run", unit="km", target_milli=5500, schedule={"type": "weekly", "total": True}, freezes=False)
    old = make_habit("Old", kind="limit", target_milli=0, preferred_time=dt.time(7, 30))
    for back in range(1, 15):
        day = TODAY - dt.timedelta(days=back)
        at = NOON - dt.timedelta(days=back) if back % 3 else None
        change = EntryChange(value_milli=1000 * (back % 2), note=f"day {back} 🌧" * (back % 2), performed_at=at)
        record_entry(user=user, habit_id=read.pk, day=day, change=change, now=NOON, source="api")
        record_entry(user=user, habit_id=run.pk, day=day, change=EntryChange(value_milli=back * 125), now=NOON)
    again = EntryChange(value_milli=7001, skipped=True)
    record_entry(user=user, habit_id=run.pk, day=TODAY, change=again, now=NOON)
    record_entry(user=user, habit_id=run.pk, day=TODAY, change=EntryChange(note="only a note"), now=NOON)
    record_entry(user=user, habit_id=read.pk, day=dt.date(1999, 12, 31), change=EntryChange(note="x"), now=NOON)
    update_habit(
        user=user,
        habit_id=read.pk,
        change=HabitChange(schedule={"type": "interval", "every": 2, "anchor": "2026-03-10"}, freezes=False),
        now=NOON,
        effective_from=dt.date(2026, 3, 10),
    )
    for change in (EntryChange(value_milli=0), EntryChange(value_milli=1000, performed_at=NOON)):
        record_entry(user=user, habit_id=read.pk, day=TODAY, change=change, now=NOON)
    delete_entry(user=user, habit_id=read.pk, day=TODAY, now=NOON)
    delete_entry(user=user, habit_id=run.pk, day=TODAY - dt.timedelta(days=2), now=NOON)
    record_entry(user=user, habit_id=run.pk, day=TODAY - dt.timedelta(days=2), change=again, now=NOON)
    late = EntryWrite(
        run.pk, TODAY, EntryChange(value_milli=5), client_ts=NOON - dt.timedelta(1), device="x", op_id="1"
    )
    write_entries(user=user, writes=[late], now=NOON, source="offline")
    add_pause(user=user, now=NOON, starts_on=dt.date(2026, 3, 4), ends_on=dt.date(2026, 3, 5), habit_id=run.pk)
    add_pause(user=user, now=NOON, starts_on=dt.date(2026, 2, 4), ends_on=dt.date(2026, 2, 5), reason="ill")
    add_pause(user=user, now=NOON, starts_on=dt.date(2027, 1, 1))
    set_archived(user=user, habit_id=old.pk, archived=True, now=NOON)
    return user


def test_export_delete_import_export_is_the_same_to_the_byte(lived: User, import_file: Import) -> None:
    before = exported(lived)
    anew = born_again(lived)
    job = import_file(before, owner=anew)
    assert (job.status, job.report["refused"]) == ("done", [])
    assert exported(anew) == before


def test_rows_come_back_with_all_their_columns(lived: User, import_file: Import) -> None:
    def rows(model: Any, *left_out: str) -> list[Any]:
        names = [f.attname for f in model._meta.fields if f.attname not in {"id", "user_id", "habit_id", *left_out}]
        return sorted(map(repr, model.objects.values_list(*names)))

    def all_rows() -> list[Any]:
        return [rows(Habit, "import_key", "version"), rows(Plan), rows(Entry), rows(Pause), rows(EntryRevision)]

    before = all_rows()
    assert {outcome for (outcome,) in EntryRevision.objects.values_list("outcome")} == {"replaced", "deleted", "lost"}
    import_file(exported(lived), owner=born_again(lived))
    assert all_rows() == before


def test_states_are_what_a_fold_from_scratch_gives(lived: User, import_file: Import) -> None:
    anew = born_again(lived) if (content := exported(lived)) else lived
    import_file(content, owner=anew)
    anew.refresh_from_db()
    for state in HabitState.objects.select_related("habit"):
        before = (state.fold, state.anchor)
        refold_habit(anew, state.habit, dt.date(2026, 3, 18))
        state.refresh_from_db()
        assert (state.fold, state.anchor) == before


def test_the_own_export_into_the_same_account_changes_nothing(lived: User, import_file: Import) -> None:
    before = exported(lived)
    job = import_file(before)
    assert (job.report["new_habits"], job.report["created"], job.report["updated"], job.report["kept"]) == (0, 0, 0, 0)
    assert exported(lived) == before


def test_a_document_from_before_entries_had_their_history_is_read(lived: User, import_file: Import) -> None:
    document = json.loads(exported(lived))
    document["version"] = 1
    for habit in document["habits"]:
        del habit["revisions"]
    job = import_file(json.dumps(document), owner=born_again(lived))
    assert (job.status, job.report["refused"], EntryRevision.objects.count()) == ("done", [], 0)
    assert Entry.objects.count() == sum(len(habit["entries"]) for habit in document["habits"])


def test_what_was_undoable_is_undoable_after_the_move(lived: User, import_file: Import) -> None:
    anew = born_again(lived) if (content := exported(lived)) else lived
    import_file(content, owner=anew)
    entry = Entry.objects.get(note="only a note")
    undo_entry(user=anew, habit_id=entry.habit_id, day=entry.day, version=entry.version, now=NOON)
    entry.refresh_from_db()
    assert (entry.note, entry.value_milli, entry.skipped) == ("", 7001, True)


def test_a_history_told_again_adds_nothing_and_one_of_another_entry_is_left_out(
    lived: User, import_file: Import
) -> None:
    before = list(EntryRevision.objects.order_by("pk").values())
    document = json.loads(exported(lived))
    told = document["habits"][1]["revisions"]
    told.append({**told[0], "version": 99})
    import_file(json.dumps(document))
    assert list(EntryRevision.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("broken", "code"),
    [({"outcome": "won"}, "bad_field"), ({"day": "2026-03-30"}, "day_too_late"), ({"version": -1}, "bad_field")],
)
def test_a_history_that_cannot_be_is_refused_line_by_line(
    lived: User, import_file: Import, broken: dict[str, Any], code: str
) -> None:
    document = json.loads(exported(lived))
    told = document["habits"][1]["revisions"]
    count = EntryRevision.objects.count()
    told[0] |= broken
    job = import_file(json.dumps(document), owner=born_again(lived))
    assert [(one["file"], one["line"], one["code"]) for one in job.report["refused"]] == [
        ("habits[1].revisions", 1, code)
    ]
    assert EntryRevision.objects.count() == count - 1


def test_the_history_of_a_habit_that_was_refused_is_left_out(lived: User, import_file: Import) -> None:
    document = json.loads(exported(lived))
    document["habits"][1]["kind"] = "sometimes"
    import_file(json.dumps(document), owner=born_again(lived))
    names = {name for (name,) in EntryRevision.objects.values_list("habit__name")}
    assert names == {document["habits"][0]["name"]}


def test_preferences_are_taken_over_by_an_empty_account_only(
    lived: User, import_file: Import, stranger: User, make_habit: MakeHabit
) -> None:
    make_habit("Mine", owner=stranger)
    job = import_file(exported(lived), owner=stranger)
    stranger.refresh_from_db()
    assert (job.status, stranger.timezone) == ("done", "UTC")
    assert Habit.objects.owned_by(stranger).count() == 4


@pytest.mark.parametrize(
    "profile",
    [3, {"timezone": 3}, {"timezone": "Mars/Base"}, {"day_starts_at": "late"}, {"week_starts_on": "x"}, {"compact": 1}],
)
def test_preferences_that_cannot_be_are_left_out(import_file: Import, user: User, profile: Any) -> None:
    job = import_file(json.dumps({"format": "smarthabit", "version": 1, "profile": profile, "habits": []}))
    assert [(one["file"], one["code"]) for one in job.report["refused"]] == [("profile", "bad_section")]
    user.refresh_from_db()
    assert (user.timezone, user.compact) == ("UTC", False)


def test_a_habit_that_cannot_be_ours_leaves_the_others_alone(lived: User, import_file: Import) -> None:
    document = json.loads(exported(lived))
    document["habits"][0]["kind"] = "sometimes"
    job = import_file(json.dumps(document, sort_keys=True), owner=born_again(lived))
    assert (job.status, Habit.objects.count()) == ("done", 2)
    assert [(one["file"], one["code"]) for one in job.report["refused"]] == [("habits[0]", "bad_field")]
    assert job.report["entries"] == Entry.objects.count()


def test_an_export_without_preferences(import_file: Import) -> None:
    job = import_file(json.dumps({"format": "smarthabit", "version": 1, "profile": None, "habits": []}))
    assert job.report["refused"] == []


def test_pauses_that_cannot_be_are_left_out(import_file: Import) -> None:
    job = import_file(json.dumps({"format": "smarthabit", "version": 1, "pauses": [{"from": "soon"}], "habits": []}))
    assert [one["file"] for one in job.report["refused"]] == ["pauses"]


def test_a_dry_run_takes_over_neither_preferences_nor_pauses(lived: User, import_file: Import, stranger: User) -> None:
    import_file(exported(lived), owner=stranger, dry_run=True)
    stranger.refresh_from_db()
    assert stranger.timezone == "UTC"
    assert not Pause.objects.owned_by(stranger).exists()


class Marks:
    """A part of another app: a word for each of some habits."""

    def __init__(self) -> None:
        self.words: dict[int, str] = {}

    def export(self, _user: User, keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:
        for habit_id, word in self.words.items():
            yield {"habit": keys[habit_id], "word": word}

    def restore(self, _user: User, items: list[dict[str, Any]], ids: Mapping[str, int], _now: dt.datetime) -> None:
        self.words = {ids[item["habit"]]: item["word"] for item in items}


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Marks:
    found = Marks()
    monkeypatch.setattr(sections, "_sections", {})
    sections.register("marks", sections.Section(found.export, found.restore))
    return found


def test_other_apps_have_their_part(marks: Marks, make_habit: MakeHabit, user: User, import_file: Import) -> None:
    marks.words = {make_habit("A").pk: "good", make_habit("B").pk: "better"}
    before = exported(user)
    anew = born_again(user)
    import_file(before, owner=anew)
    names = {habit.pk: habit.name for habit in Habit.objects.all()}
    assert {names[pk]: word for pk, word in marks.words.items()} == {"A": "good", "B": "better"}
    assert exported(anew) == before


@pytest.mark.parametrize("part", [3, [3], [{"habit": "nobody's"}]])
def test_a_part_that_cannot_be_taken_leaves_the_rest_alone(
    marks: Marks, make_habit: MakeHabit, user: User, import_file: Import, part: Any
) -> None:
    make_habit("A")
    document = {**json.loads(exported(user)), "marks": part, "unheard of": []}
    job = import_file(json.dumps(document), owner=born_again(user))
    assert (job.status, Habit.objects.count()) == ("done", 1)
    assert [one["file"] for one in job.report["refused"]] == ["marks", "unheard of"]
