"""What an import leaves in the tables."""

import datetime as dt
from math import sqrt

import pytest

from habits.events import HabitsChanged
from habits.models import Entry, EntryRevision, Habit, HabitState, Plan
from habits.selectors import history_of
from habits.services import EntryChange, record_entry, refold_habit, set_archived
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.transfer.conftest import Import, loop_zip, stored
from habits.transfer import run, services
from habits.transfer.limits import Limits
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel import events

TODAY = NOON.date()
READ = "001,Read,YES_NO,Did you read?,,1,1,#1976D2,,,,false\n"


def read_zip(*lines: str) -> bytes:
    return loop_zip(READ, {"001 Read/Checkmarks.csv": "Date,Value,Notes\n" + "".join(f"{line}\n" for line in lines)})


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[HabitsChanged]:
    """The changes of habits that were published."""
    heard: list[HabitsChanged] = []
    monkeypatch.setitem(events._subscribers, HabitsChanged, [heard.append])
    return heard


def test_a_habit_with_its_days(import_file: Import, user: User) -> None:
    job = import_file(read_zip("2026-03-17,YES_MANUAL,far", "2026-03-16,NO,", "2026-03-15,SKIP,"))
    habit = Habit.objects.get()
    assert (job.status, job.format, job.progress, job.content) == ("done", "loop_csv", 100, None)
    assert (habit.name, habit.colour, habit.started_on) == ("Read", "blue", dt.date(2026, 3, 15))
    assert stored(user) == {
        "Read": {
            "2026-03-15": (None, True, ""),
            "2026-03-16": (0, False, ""),
            "2026-03-17": (1000, False, "far"),
        }
    }
    plan = Plan.objects.get()
    assert (plan.effective_from, plan.target_milli, plan.freezes) == (dt.date(2026, 3, 15), 1000, False)
    assert {(entry.source, entry.version, entry.minute) for entry in Entry.objects.all()} == {("import", 1, None)}


def test_counts_of_the_report(import_file: Import) -> None:
    report = import_file(read_zip("2026-03-17,YES_MANUAL,", "2026-03-16,NO,", "2026-03-15,what,")).report
    assert (report["habits"], report["new_habits"], report["entries"], report["created"]) == (1, 1, 2, 2)
    assert report["refused"] == [{"file": "001 Read/Checkmarks.csv", "line": 4, "code": "bad_value", "detail": "what"}]
    assert report["habit_list"] == [
        {"name": "Read", "new": True, "entries": 2, "first": "2026-03-16", "last": "2026-03-17"}
    ]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_changes_nothing(import_file: Import, user: User, told: list[HabitsChanged]) -> None:
    content = read_zip("2026-03-17,YES_MANUAL,far", "2026-03-16,NO,")
    import_file(content)
    before = (list(Entry.objects.values()), list(Habit.objects.values()), list(HabitState.objects.values()))
    seq = seq_of(user)
    assert [event.kind for event in told] == ["imported"]
    job = import_file(content)
    assert before == (list(Entry.objects.values()), list(Habit.objects.values()), list(HabitState.objects.values()))
    assert (job.report["entries"], job.report["unchanged"], job.report["created"]) == (2, 2, 0)
    assert (len(told), seq_of(user)) == (1, seq)


def test_what_was_imported_before_follows_a_later_export(import_file: Import, user: User) -> None:
    import_file(read_zip("2026-03-16,NO,", "2026-03-15,NO,"))
    job = import_file(read_zip("2026-03-17,YES_MANUAL,", "2026-03-16,YES_MANUAL,after all", "2026-03-15,NO,"))
    assert (job.report["created"], job.report["updated"], job.report["unchanged"]) == (1, 1, 1)
    entry = Entry.objects.get(day="2026-03-16")
    assert (entry.value_milli, entry.note, entry.version) == (1000, "after all", 2)
    revision = EntryRevision.objects.get()
    assert (revision.day, revision.value_milli, revision.version, revision.outcome) == (
        dt.date(2026, 3, 16),
        0,
        1,
        "replaced",
    )
    assert Habit.objects.count() == 1


def test_what_was_logged_by_hand_stays(import_file: Import, user: User) -> None:
    content = read_zip("2026-03-17,NO,", "2026-03-16,NO,")
    import_file(content)
    day = dt.date(2026, 3, 17)
    record_entry(user=user, habit_id=Habit.objects.get().pk, day=day, change=EntryChange(value_milli=1000), now=NOON)
    job = import_file(content)
    assert (job.report["kept"], job.report["unchanged"]) == (1, 1)
    assert Entry.objects.get(day=day).value_milli == 1000


def test_a_renamed_habit_is_found_again(import_file: Import, user: User) -> None:
    content = read_zip("2026-03-17,NO,")
    import_file(content)
    Habit.objects.update(name="Read a book")
    assert import_file(content).report["new_habits"] == 0
    assert Habit.objects.get().name == "Read a book"


def test_an_export_of_the_other_kind_finds_the_habit_by_its_name(import_file: Import, user: User) -> None:
    import_file(read_zip("2026-03-17,NO,"))
    Habit.objects.update(import_key="loop:some-uuid")
    assert import_file(read_zip("2026-03-17,NO,")).report["new_habits"] == 0


def test_a_habit_of_loop_is_not_one_of_the_same_name_made_here(import_file: Import, make_habit: MakeHabit) -> None:
    make_habit("Read")
    assert import_file(read_zip("2026-03-17,NO,")).report["new_habits"] == 1


def test_imports_come_after_the_habits_that_are_there(import_file: Import, make_habit: MakeHabit) -> None:
    make_habit("Mine")
    lines = "002,B,YES_NO,,,1,1,#1976D2,,,,false\n001,A,YES_NO,,,1,1,#1976D2,,,,false\n"
    import_file(loop_zip(lines, {}))
    names = Habit.objects.order_by("position").values_list("name", flat=True)
    assert list(names) == ["Mine", "A", "B"]


def test_a_habit_without_entries_starts_today(import_file: Import) -> None:
    import_file(loop_zip(READ, {}))
    assert Habit.objects.get().started_on == TODAY


def test_archived_there_is_archived_here(import_file: Import) -> None:
    import_file(loop_zip(READ.replace("false", "true"), {}))
    assert Habit.objects.get().archived_on == TODAY


def test_a_day_that_has_begun_nowhere_is_refused(import_file: Import, user: User) -> None:
    job = import_file("habit,date,value\nRead,2026-03-19,1\nRead,2026-03-20,1\n")
    assert [one["code"] for one in job.report["refused"]] == ["day_too_late"]
    assert list(stored(user)["Read"]) == ["2026-03-19"]


def test_a_table_writes_into_the_habit_of_that_name(import_file: Import, make_habit: MakeHabit, user: User) -> None:
    make_habit("Read")
    job = import_file("habit,date,status\nREAD,2026-03-16,done\nread,2026-03-17,missed\n")
    assert job.report["new_habits"] == 0
    assert stored(user) == {"Read": {"2026-03-16": (1000, False, ""), "2026-03-17": (0, False, "")}}


def test_two_habits_of_that_name_and_the_active_one_takes_it(
    import_file: Import, make_habit: MakeHabit, user: User
) -> None:
    old, new = make_habit("Read"), make_habit("Read")
    set_archived(user=user, habit_id=old.pk, archived=True, now=NOON)
    import_file("habit,date,value\nRead,2026-03-16,1\n")
    assert Entry.objects.get().habit_id == new.pk


def test_older_days_make_the_habit_older(import_file: Import, make_habit: MakeHabit) -> None:
    habit = make_habit("Read", started_on=dt.date(2026, 3, 1))
    import_file("habit,date,value,note\nRead,2026-02-20,1,\nRead,2026-02-10,,moved\n")
    habit.refresh_from_db()
    assert habit.started_on == dt.date(2026, 2, 20)


def test_a_check_takes_no_amounts(import_file: Import, make_habit: MakeHabit, user: User) -> None:
    make_habit("Read")
    job = import_file("habit,date,value\nRead,2026-03-16,2.5\nRead,2026-03-17,1\n")
    assert [(one["line"], one["code"]) for one in job.report["refused"]] == [(2, "not_a_check")]
    assert list(stored(user)["Read"]) == ["2026-03-17"]


@pytest.mark.parametrize(
    ("fields", "status", "value"),
    [
        ({"unit": "km", "target_milli": 5000}, "done", 5000),
        ({"unit": "km", "target_milli": 5000}, "missed", 0),
        ({"kind": "limit", "target_milli": 0}, "done", 0),
        ({"kind": "limit", "target_milli": 0}, "missed", 1000),
        ({"kind": "limit", "target_milli": 2000, "unit": "cups"}, "done", 0),
        ({"kind": "limit", "target_milli": 2000, "unit": "cups"}, "missed", None),
        ({"unit": "km", "target_milli": 5000, "schedule": {"type": "weekly", "total": True}}, "done", None),
    ],
)
def test_a_status_without_a_value_means_what_the_habit_asks(
    import_file: Import, make_habit: MakeHabit, user: User, fields: dict[str, object], status: str, value: int | None
) -> None:
    make_habit("Mine", **fields)
    job = import_file(f"habit,date,status\nMine,2026-03-16,{status}\n")
    if value is None:
        assert [one["code"] for one in job.report["refused"]] == ["value_needed"]
    else:
        assert stored(user)["Mine"] == {"2026-03-16": (value, False, "")}


def test_a_dry_run_writes_nothing_and_says_what_it_would(import_file: Import, make_habit: MakeHabit) -> None:
    make_habit("Read")
    content = "habit,date,value\nRead,2026-03-16,1\nRead,2026-03-17,9\nRun,2026-03-17,2\n"
    job = import_file(content, dry_run=True)
    assert (Entry.objects.count(), Habit.objects.count()) == (0, 1)
    assert (job.status, job.report["created"], job.report["new_habits"]) == ("done", 2, 1)
    assert [line["new"] for line in job.report["habit_list"]] == [False, True]
    assert [one["line"] for one in job.report["refused"]] == [3]


def test_states_are_folded_when_it_is_done(import_file: Import, user: User) -> None:
    import_file(read_zip(*(f"2026-03-{day},YES_MANUAL," for day in range(17, 9, -1))))
    state = HabitState.objects.select_related("habit").get()
    assert state.through == dt.date(2026, 3, 17)
    before = (state.fold, state.anchor)
    refold_habit(user, state.habit, TODAY)
    state.refresh_from_db()
    assert (state.fold, state.anchor) == before


def test_days_of_a_habit_that_is_there_are_folded_anew(import_file: Import, make_habit: MakeHabit, user: User) -> None:
    habit = make_habit("Read")
    import_file("habit,date,value\nRead,2026-03-16,1\nRead,2026-03-17,1\n")
    assert history_of(user, habit.pk, NOON, TODAY, TODAY).days[-1].streak == 2


def test_what_is_read_while_rows_come_in_is_right(
    make_habit: MakeHabit, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    habit = make_habit("Read")
    assert history_of(user, habit.pk, NOON, TODAY, TODAY).days[-1].streak == 0
    content = b"habit,date,value\nRead,2026-02-01,1\nRead,2026-03-16,1\nRead,2026-03-17,1\n"
    job = services.start_import(user=user, filename="f", content=content, dry_run=False, now=NOON)
    monkeypatch.setattr(run.Run, "_finish", lambda *_: None)
    services.run_import(job.pk, NOON)
    history = history_of(user, habit.pk, NOON, dt.date(2026, 2, 1), TODAY)
    assert (history.days[0].state.value, history.days[-1].streak) == ("kept", 2)


def loop_score(values: list[int | None], times: int, days: int, target: float | None, *, at_most: bool) -> float:
    """Loop's own score after these days (see reference in `habits.domain.strength`); None is a day without an entry."""
    held = 0.5 ** (sqrt(times / days) / 13)
    score = 1.0 if at_most else 0.0
    wanted, window = (times * 2, days * 2) if target is None and times < days else (times, days)
    for place in range(len(values)):
        recent = [value or 0 for value in values[max(0, place + 1 - window) : place + 1]]
        if target is None:
            share = min(1.0, sum(value == 2 for value in recent) / wanted)
        elif at_most:
            share = min(1.0, max(0.0, 1 - (sum(recent) / 1000 - target) / target))
        else:
            share = min(1.0, sum(recent) / 1000 / target)
        score = score * held + share * (1 - held)
    return score


@pytest.mark.parametrize(
    ("kind", "times", "days", "target"),
    [
        ("YES_NO,,,1,1,#D32F2F,,,", 1, 1, None),
        ("YES_NO,,,3,7,#D32F2F,,,", 3, 7, None),
        ("YES_NO,,,1,30,#D32F2F,,,", 1, 30, None),
        ("YES_NO,,,5,5,#D32F2F,,,", 1, 1, None),
        ("NUMERICAL,,,1,1,#D32F2F,km,AT_LEAST,2.5", 1, 1, 2.5),
        ("NUMERICAL,,,1,7,#D32F2F,km,AT_LEAST,12", 1, 7, 12.0),
        ("NUMERICAL,,,1,1,#D32F2F,cups,AT_MOST,2", 1, 1, 2.0),
        ("NUMERICAL,,,1,7,#D32F2F,cups,AT_MOST,9", 1, 7, 9.0),
    ],
)
def test_the_strength_is_loops_score(
    import_file: Import, user: User, kind: str, times: int, days: int, target: float | None
) -> None:
    span = 120
    first = TODAY - dt.timedelta(days=span)
    said = [(place * 7919) % 11 for place in range(span)]
    values: list[int | None] = [
        (None if one == 5 else one * 400) if target else {5: None}.get(one, 2 if one < 5 else 0) for one in said
    ]
    values[0] = 1000 if target else 2
    names = {2: "YES_MANUAL", 0: "NO"} if target is None else {0: "NO"}
    lines = [
        f"{first + dt.timedelta(days=place)},{names.get(value, value)},"
        for place, value in enumerate(values)
        if value is not None
    ]
    body = "Date,Value,Notes\n" + "\n".join(reversed(lines)) + "\n"
    import_file(loop_zip(f"001,Habit,{kind},false\n", {"001 Habit/Checkmarks.csv": body}))
    yesterday = TODAY - dt.timedelta(days=1)
    strength = history_of(user, Habit.objects.get().pk, NOON, yesterday, yesterday).days[-1].strength
    expected = loop_score(values, times, days, target, at_most="AT_MOST" in kind)
    assert strength == pytest.approx(expected, abs=1e-9)


def test_too_many_rows(import_file: Import, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"habit,date,value\nA,2026-01-01,1\nA,broken,1\nA,2026-01-03,1\n"
    job = services.start_import(user=user, filename="f", content=content, dry_run=False, now=NOON)
    services.run_import(job.pk, NOON, Limits(rows=2))
    job.refresh_from_db()
    assert (job.status, job.report["error"]["code"]) == ("failed", "too_many_rows")
    assert Entry.objects.count() == 0


def test_an_account_that_is_full(import_file: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habits.transfer.store.MOST_HABITS", 0)
    assert import_file(read_zip("2026-03-17,NO,")).report["error"]["code"] == "account_full"


def test_long_lists_in_a_report_end_after_200(import_file: Import) -> None:
    lines = "".join(f"H{number},2026-03-17,what\n" for number in range(250))
    report = import_file(f"habit,date,value\nH,2026-03-17,1\n{lines}").report
    assert (len(report["refused"]), report["refused_count"]) == (200, 250)


def test_more_habits_than_fit_in_one_chunk(import_file: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habits.transfer.store._HABITS_AT_ONCE", 2)
    monkeypatch.setattr("habits.transfer.store.BATCH", 2)
    monkeypatch.setattr("habits.transfer.run._SIGN_OF_LIFE", 2)
    lines = "".join(f"H{number},2026-03-17,1\n" for number in range(5))
    job = import_file(f"habit,date,value\n{lines}")
    assert (job.status, Habit.objects.count(), Entry.objects.count()) == ("done", 5, 5)
    assert HabitState.objects.exclude(through=None).count() == 5
