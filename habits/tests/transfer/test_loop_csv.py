"""Loop's CSV export, one trap a test."""

import datetime as dt

import pytest

from habits.domain.schedule import Interval, Rolling
from habits.tests.transfer.conftest import Read, loop_zip, zipped
from habits.transfer.neutral import DAILY, FileRefusedError

YES_NO = "001,Read,YES_NO,Did you read?,It calms,1,1,#1976D2,,,,false\n"
WATER = "001,Water,NUMERICAL,,,1,1,#00897B,l,AT_LEAST,0.5,false\n"


def checkmarks(*lines: str) -> str:
    return "Date,Value,Notes\n" + "".join(f"{line}\n" for line in lines)


def test_names_of_values_become_statements(read: Read) -> None:
    lines = checkmarks(
        "2024-01-05,YES_MANUAL,", "2024-01-04,NO,", "2024-01-03,SKIP,", "2024-01-02,UNKNOWN,", "2024-01-01,YES_AUTO,"
    )
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": lines}))
    assert found.format == "loop_csv"
    assert found.days() == {"2024-01-05": (1000, False), "2024-01-04": (0, False), "2024-01-03": (None, True)}
    assert found.habits[0].started_on == dt.date(2024, 1, 3)
    assert found.refused == []


def test_numbers_of_old_exports_without_header_and_notes(read: Read) -> None:
    lines = "2017-03-05,2\n2017-03-04,0\n2017-03-03,1\n2017-03-02,3\n2017-03-01,-1\n"
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": lines}))
    assert found.days() == {"2017-03-05": (1000, False), "2017-03-04": (0, False), "2017-03-02": (None, True)}


def test_amounts_are_thousandths_and_targets_are_not(read: Read) -> None:
    found = read(loop_zip(WATER, {"001 Water/Checkmarks.csv": checkmarks("2024-01-02,500,", "2024-01-01,7500,")}))
    assert found.days() == {"2024-01-02": (500, False), "2024-01-01": (7500, False)}
    assert found.habits[0].plans[0].target == 500
    assert found.habits[0].unit == "l"


@pytest.mark.parametrize(
    ("cell", "stated"),
    [
        ("NO", (0, False)),
        ("YES_AUTO", (1, False)),
        ("YES_MANUAL", (2, False)),
        ("SKIP", (None, True)),
        ("0", (0, False)),
        ("1", (1, False)),
        ("3", (None, True)),
    ],
)
def test_small_amounts_that_print_as_names(read: Read, cell: str, stated: tuple[int | None, bool]) -> None:
    found = read(loop_zip(WATER, {"001 Water/Checkmarks.csv": checkmarks(f"2024-01-01,{cell},")}))
    assert found.days() == {"2024-01-01": stated}


@pytest.mark.parametrize("cell", ["UNKNOWN", "-1"])
def test_an_unknown_amount_is_no_entry(read: Read, cell: str) -> None:
    found = read(loop_zip(WATER, {"001 Water/Checkmarks.csv": checkmarks(f"2024-01-01,{cell},")}))
    assert found.days() == {}
    assert found.habits[0].started_on is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [("-2", "value_negative"), ("9999999999999", "value_too_large"), ("1.5", "bad_value"), ("1_0", "bad_value")],
)
def test_an_impossible_amount_is_refused_by_line_and_the_rest_goes_in(read: Read, cell: str, code: str) -> None:
    lines = checkmarks(f"2024-01-02,{cell},", "2024-01-01,250,")
    found = read(loop_zip(WATER, {"001 Water/Checkmarks.csv": lines}))
    assert found.reasons == [("001 Water/Checkmarks.csv", 2, code)]
    assert found.days() == {"2024-01-01": (250, False)}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2024-01-02,4,", "bad_value"),
        ("2024-13-02,NO,", "bad_day"),
        ("20240102,NO,", "bad_day"),
        ("1899-12-31,NO,", "day_too_early"),
        ("2024-01-01,NO,", "repeated_day"),
        ("2024-01-02", "columns"),
    ],
)
def test_a_broken_row_is_refused(read: Read, line: str, code: str) -> None:
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": checkmarks("2024-01-01,YES_MANUAL,", line)}))
    assert [reason[1:] for reason in found.reasons] == [(3, code)]
    assert found.days() == {"2024-01-01": (1000, False)}


def test_notes_keep_commas_quotes_and_line_breaks(read: Read) -> None:
    lines = checkmarks('2024-01-02,YES_MANUAL,"rain, ""wind""\nand snow"', "2024-01-01,NO,tired")
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": lines}))
    assert [entry.note for entry in found.entries] == ['rain, "wind"\nand snow', "tired"]


def test_a_note_without_a_value_is_kept_and_starts_nothing(read: Read) -> None:
    lines = checkmarks("2024-01-02,YES_MANUAL,", "2024-01-01,UNKNOWN,ill")
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": lines}))
    assert found.entries[1][3:7] == (dt.date(2024, 1, 1), None, False, "ill")
    assert found.habits[0].started_on == dt.date(2024, 1, 2)


def test_a_long_note_is_cut_and_said_to_be(read: Read) -> None:
    lines = checkmarks(f"2024-01-01,NO,{'x' * 3000}")
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": lines}))
    assert len(found.entries[0].note) == 2000
    assert found.reasons == [("001 Read/Checkmarks.csv", 2, "note_cut")]


def test_folders_that_lost_their_names_are_known_by_number(read: Read) -> None:
    habits = "001,читать,YES_NO,,,1,1,#D32F2F,,,,false\n002,喝水,YES_NO,,,1,1,#D32F2F,,,,false\n"
    files = {"002/Checkmarks.csv": checkmarks("2024-01-01,NO,"), "001/Checkmarks.csv": checkmarks("2024-01-01,SKIP,")}
    found = read(loop_zip(habits, files))
    assert [habit.name for habit in found.habits] == ["читать", "喝水"]
    assert found.days(0) == {"2024-01-01": (None, True)}
    assert found.days(1) == {"2024-01-01": (0, False)}


def test_a_zip_packed_again_inside_a_folder(read: Read) -> None:
    files = {
        "Loop 2024/Habits.csv": "Position,Name,Type\n001,Read,YES_NO\n",
        "Loop 2024/001 Read/Checkmarks.csv": checkmarks("2024-01-01,YES_MANUAL,"),
        "elsewhere/001 Read/Checkmarks.csv": checkmarks("2024-01-02,YES_MANUAL,"),
    }
    assert read(zipped(files)).days() == {"2024-01-01": (1000, False)}


def test_the_root_table_is_read_by_position(read: Read) -> None:
    habits = '001,"Run, fast",YES_NO,,,1,1,#D32F2F,,,,false\n002,Water,NUMERICAL,,,1,1,#D32F2F,l,AT_LEAST,2.0,false\n'
    table = "Date,Run, fast,Water,\n2024-01-02,YES_MANUAL,1500,\n2024-01-01,UNKNOWN,NO,\n"
    found = read(loop_zip(habits, {"Checkmarks.csv": table}))
    assert found.days(0) == {"2024-01-02": (1000, False)}
    assert found.days(1) == {"2024-01-02": (1500, False), "2024-01-01": (0, False)}
    assert found.refused == []


def test_the_root_table_fills_in_for_missing_folders_only(read: Read) -> None:
    habits = "001,A,YES_NO,,,1,1,#D32F2F,,,,false\n002,B,YES_NO,,,1,1,#D32F2F,,,,false\n"
    table = "Date,A,B,\n2024-01-01,NO,SKIP,\n2024-01-01,NO,SKIP,\n2024-01-02,NO,\n2024-01-03,what,what,\n"
    files = {"Checkmarks.csv": table, "001 A/Checkmarks.csv": checkmarks("2024-01-01,YES_MANUAL,")}
    found = read(loop_zip(habits, files))
    assert found.days(0) == {"2024-01-01": (1000, False)}
    assert found.days(1) == {"2024-01-01": (None, True)}
    assert [reason[1:] for reason in found.reasons] == [(3, "repeated_day"), (4, "columns"), (5, "bad_value")]


def test_the_root_table_of_a_selection_has_no_columns_for_the_others(read: Read) -> None:
    habits = "001,A,YES_NO,,,1,1,#D32F2F,,,,false\n002,B,YES_NO,,,1,1,#D32F2F,,,,false\n"
    files = {
        "Checkmarks.csv": "Date,B,\n2024-01-01,NO,\n",
        "002 B/Checkmarks.csv": checkmarks("2024-01-01,YES_MANUAL,"),
    }
    found = read(loop_zip(habits, files))
    assert (found.days(0), found.days(1), found.refused) == ({}, {"2024-01-01": (1000, False)}, [])


@pytest.mark.parametrize(
    ("times", "days", "schedule"),
    [
        (1, 1, DAILY),
        (7, 7, DAILY),
        (9, 7, DAILY),
        (3, 7, Rolling(7, 3)),
        (1, 30, Rolling(30, 1)),
        (10, 31, Rolling(31, 10)),
        (1, 90, Interval(90, dt.date(2024, 1, 1))),
        (1, 900, Interval(365, dt.date(2024, 1, 1))),
        (12, 365, Rolling(60, 2)),
    ],
)
def test_frequencies(read: Read, times: int, days: int, schedule: object) -> None:
    habits = f"001,Read,YES_NO,,,{times},{days},#D32F2F,,,,false\n"
    found = read(loop_zip(habits, {"001 Read/Checkmarks.csv": checkmarks("2024-01-01,NO,")}))
    plan = found.habits[0].plans[0]
    assert (plan.schedule, plan.target, plan.freezes) == (schedule, 1000, False)


@pytest.mark.parametrize(
    ("days", "target", "schedule", "milli"),
    [
        (1, "0.5", DAILY, 500),
        (7, "30.0", Rolling(7, None), 30_000),
        (30, "2.0005", Rolling(30, None), 2001),
        (120, "30", Rolling(60, None), 15_000),
        (1, "0.0", DAILY, 1),
        (1, "-3", DAILY, 1),
        (1, "much", DAILY, 1),
        (1, "NaN", DAILY, 1),
        (1, "1E300", DAILY, 10**12),
    ],
)
def test_targets_of_amounts(read: Read, days: int, target: str, schedule: object, milli: int) -> None:
    habits = f"001,Run,NUMERICAL,,,1,{days},#D32F2F,km,AT_LEAST,{target},false\n"
    plan = read(loop_zip(habits, {})).habits[0].plans[0]
    assert (plan.schedule, plan.target) == (schedule, milli)


def test_at_most_is_a_limit_and_may_be_zero(read: Read) -> None:
    found = read(loop_zip("001,Smoke,NUMERICAL,,,1,1,#D32F2F,,AT_MOST,0.0,true\n", {}))
    habit = found.habits[0]
    assert (habit.kind, habit.plans[0].target, habit.archived) == ("limit", 0, True)


def test_an_amount_without_a_unit_stays_an_amount(read: Read) -> None:
    habit = read(loop_zip("001,Push-ups,NUMERICAL,,,1,1,#D32F2F,,AT_LEAST,1.0,false\n", {})).habits[0]
    assert habit.unit == "×"


def test_question_and_description_become_the_why(read: Read) -> None:
    assert read(loop_zip(YES_NO, {})).habits[0].why == "Did you read? – It calms"


@pytest.mark.parametrize(
    ("colour", "ours"),
    [
        ("#1976D2", "blue"),
        ("#aaaaaa", "grey"),
        ("#8E24AA", "violet"),
        ("#D1000F", "red"),
        ("", "teal"),
        ("red", "teal"),
    ],
)
def test_colours_go_to_the_nearest_of_ours(read: Read, colour: str, ours: str) -> None:
    assert read(loop_zip(f"001,A,YES_NO,,,1,1,{colour},,,,false\n", {})).habits[0].colour == ours


def test_columns_of_old_versions(read: Read) -> None:
    habits = "Name,Description,NumRepetitions,Interval,Color\nRun,Did you run?,2,7,#388E3C\nRead,,1,1,#388E3C\n"
    files = {"Habits.csv": habits, "002 Read/Checkmarks.csv": "2015-02-01,2\n"}
    found = read(zipped(files))
    assert found.habits[0].plans[0].schedule == Rolling(7, 2)
    assert found.days(1) == {"2015-02-01": (1000, False)}


def test_positions_that_repeat_are_counted_anew(read: Read) -> None:
    habits = "001,A,YES_NO,,,1,1,#D32F2F,,,,false\n001,B,YES_NO,,,1,1,#D32F2F,,,,false\n"
    found = read(loop_zip(habits, {"002 B/Checkmarks.csv": checkmarks("2024-01-01,NO,")}))
    assert found.days(1) == {"2024-01-01": (0, False)}


def test_habits_of_one_name_have_keys_of_their_own(read: Read) -> None:
    habits = "001,A,YES_NO,,,1,1,#D32F2F,,,,false\n002,A,YES_NO,,,1,1,#D32F2F,,,,false\n"
    first, second = read(loop_zip(habits, {})).habits
    assert first.key != second.key


def test_a_habit_without_a_name_gets_its_number(read: Read) -> None:
    found = read(loop_zip("004,,YES_NO,,,1,1,#D32F2F,,,,false\n", {}))
    assert found.habits[0].name == "004"
    assert found.reasons == [("Habits.csv", 2, "no_name")]


def test_a_list_of_habits_without_names_is_refused(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="no_header"):
        read(zipped({"Habits.csv": "Position,Type\n1,YES_NO\n"}))


def test_lines_that_are_not_utf8_are_refused_one_by_one(read: Read) -> None:
    lines = checkmarks("2024-01-02,NO,fine").encode() + b"2024-01-01,NO,caf\xe9\n"
    found = read(loop_zip(YES_NO, {"001 Read/Checkmarks.csv": lines}))
    assert found.reasons == [("001 Read/Checkmarks.csv", 3, "not_utf8")]
    assert list(found.days()) == ["2024-01-02"]
