"""Plain tables."""

import datetime as dt

import pytest

from habits.tests.transfer.conftest import Read
from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError


def test_columns_in_any_order_with_strangers_among_them(read: Read) -> None:
    found = read("mood,Note,DATE,habit,Value\n:),far,2024-01-01,Run,5.5\n")
    assert found.format == "csv"
    entry = found.entries[0]
    assert (entry.day, entry.value, entry.note) == (dt.date(2024, 1, 1), 5500, "far")
    assert found.habits[0].name == "Run"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(read: Read, delimiter: str) -> None:
    text = "\ufeffhabit,date,value,status,note\r\nRun,2024-01-01,2,,\r\n".replace(",", delimiter)
    assert read(text).days() == {"2024-01-01": (2000, False)}


def test_a_decimal_comma_where_the_comma_delimits_nothing(read: Read) -> None:
    assert read("habit;date;value\nRun;2024-01-01;2,5\n").days() == {"2024-01-01": (2500, False)}
    assert read('habit,date,value\nRun,2024-01-01,"2,5"\n').reasons == [("", 2, "bad_value")]


@pytest.mark.parametrize(
    ("value", "milli"), [("0", 0), ("1", 1000), ("0.5", 500), ("0.125", 125), ("500", 500_000), ("007.50", 7500)]
)
def test_values_are_taken_as_written(read: Read, value: str, milli: int) -> None:
    assert read(f"habit,date,value\nRun,2024-01-01,{value}\n").days() == {"2024-01-01": (milli, False)}


@pytest.mark.parametrize(
    ("status", "value", "skipped", "claim"),
    [
        ("done", None, False, "done"),
        ("Kept", None, False, "done"),
        ("missed", None, False, "missed"),
        ("SKIPPED", None, True, ""),
    ],
)
def test_statuses(read: Read, status: str, value: int | None, skipped: bool, claim: str) -> None:
    entry = read(f"habit,date,status\nRun,2024-01-01,{status}\n").entries[0]
    assert (entry.value, entry.skipped, entry.claim) == (value, skipped, claim)


def test_a_value_says_more_than_a_status(read: Read) -> None:
    entry = read("habit,date,value,status\nRun,2024-01-01,3,done\n").entries[0]
    assert (entry.value, entry.claim) == (3000, "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Run,2024-02-30,1,,", "bad_day"),
        ("Run,01/02/2024,1,,", "bad_day"),
        ("Run,1899-01-01,1,,", "day_too_early"),
        ("Run,9999-01-01,1,,", "day_too_late"),
        ("Run,2024-01-01,-1,,", "value_negative"),
        ("Run,2024-01-01,1.2345,,", "bad_value"),
        ("Run,2024-01-01,NaN,,", "bad_value"),
        ("Run,2024-01-01,9999999999,,", "value_too_large"),
        ("Run,2024-01-01,1e3,,", "bad_value"),
        ("Run,2024-01-01,,perhaps,", "unknown_status"),
        ("Run,2024-01-01,,,", "says_nothing"),
        (",2024-01-01,1,,", "no_habit"),
        ("Run", "columns"),
        ('Run,2024-01-01,1,,"a"b', "bad_quotes"),
        ("run ,2024-01-02,1,,", "repeated_day"),
    ],
)
def test_a_broken_row_is_refused_by_line_and_the_rest_goes_in(read: Read, line: str, code: str) -> None:
    found = read(f"habit,date,value,status,note\nRun,2024-01-02,1,,\n{line}\nRun,2024-01-03,1,,\n")
    assert found.reasons == [("", 3, code)]
    assert list(found.days()) == ["2024-01-02", "2024-01-03"]
    assert len(found.habits) == 1


def test_short_rows_lack_only_what_may_be_lacking(read: Read) -> None:
    assert read("habit,date,value,status,note\nRun,2024-01-01,1\n").days() == {"2024-01-01": (1000, False)}


def test_an_open_quote_takes_only_its_own_line_along(read: Read) -> None:
    text = 'habit,date,value,note\nRun,2024-01-01,1,"open\nRun,2024-01-02,1,\nRun,2024-01-03,1,"two\nlines"\n'
    found = read(text, Limits(record_lines=2))
    assert found.reasons == [("", 2, "unclosed_quote")]
    assert list(found.days()) == ["2024-01-02", "2024-01-03"]
    assert found.entries[1].note == "two\nlines"


def test_an_open_quote_at_the_end(read: Read) -> None:
    found = read('habit,date,value,note\nRun,2024-01-01,1,"open\nRun,2024-01-02,1,\n')
    assert found.reasons == [("", 2, "unclosed_quote")]
    assert list(found.days()) == ["2024-01-02"]


def test_a_file_of_open_quotes_is_not_looked_through_again_and_again(read: Read) -> None:
    lines = 'Run,2024-01-01,1,"open\n' * 1501
    found = read(f"habit,date,value,note\n{lines}")
    assert len(found.refused) == 1501


def test_a_line_that_is_too_long_is_left_out(read: Read) -> None:
    text = f"habit,date,value,note\nRun,2024-01-01,1,{'x' * 10_000_000}\nRun,2024-01-02,1,\n"
    found = read(text)
    assert found.reasons == [("", 2, "line_too_long")]
    assert list(found.days()) == ["2024-01-02"]


def test_a_last_line_that_is_too_long(read: Read) -> None:
    assert read(f"habit,date,value,note\nRun,2024-01-01,1,{'x' * 70_000}").reasons == [("", 2, "line_too_long")]


def test_blank_lines_are_nothing(read: Read) -> None:
    found = read("habit,date,value\n\nRun,2024-01-01,1\n\n\n")
    assert (len(found.entries), found.refused) == (1, [])


def test_a_file_without_rows(read: Read) -> None:
    assert read("habit,date,value\n").entries == []


def test_a_long_note_is_cut_and_said_to_be(read: Read) -> None:
    found = read(f"habit,date,note\nRun,2024-01-01,{'x' * 2001}\n")
    assert found.reasons == [("", 2, "note_cut")]
    assert found.entries[0].note == "x" * 1999 + "…"


def test_control_characters_are_dropped(read: Read) -> None:
    found = read("habit,date,note\nR\x00un,2024-01-01,a\x00\x07b\n")
    assert (found.habits[0].name, found.entries[0].note) == ("Run", "ab")


def test_names_differ_by_more_than_case_and_blanks(read: Read) -> None:
    found = read("habit,date,value\nRun,2024-01-01,1\n  RUN ,2024-01-02,1\nRead,2024-01-01,1\n")
    assert [habit.name for habit in found.habits] == ["Run", "Read"]


def test_checks_and_amounts_are_told_apart(read: Read) -> None:
    found = read("habit,date,value\nRead,2024-01-02,1\nRead,2024-01-01,0\nRun,2024-01-01,5\nRun,2024-01-02,2.5\n")
    read_habit, run = found.habits
    assert (read_habit.unit, read_habit.plans[0].target) == ("", 1000)
    assert read_habit.started_on == dt.date(2024, 1, 1)
    assert (run.unit, run.plans[0].target) == ("×", 2500)


def test_guarded_cells_are_read_as_they_were(read: Read) -> None:
    found = read("habit,date,note\n'=Run,2024-01-01,'+1 km\n")
    assert (found.habits[0].name, found.entries[0].note) == ("=Run", "+1 km")


@pytest.mark.parametrize(
    "content",
    [
        "habit,date,value,note\nRun,2024-01-01,1,Grüße\n".encode("latin-1"),
        "habit,date,value,Äh\nRun,2024-01-01,1,\n".encode("latin-1"),
        "habit,date,value\nRun,2024-01-01,1\n".encode("utf-16"),
        "habit,date,value\nRun,2024-01-01,1\n".encode("utf-16-le"),
    ],
)
def test_another_encoding_is_refused_as_a_whole(read: Read, content: bytes) -> None:
    with pytest.raises(FileRefusedError, match="not_utf8"):
        read(content)


def test_a_few_bad_bytes_cost_their_own_lines_only(read: Read) -> None:
    lines = b"".join(b"Run,%d-01-01,1,\n" % year for year in range(1990, 2020))
    found = read(b"habit,date,value,note\n" + lines + b"Run,2024-01-02,1,\xe9\n")
    assert found.reasons == [("", 32, "not_utf8")]
    assert len(found.entries) == 30


@pytest.mark.parametrize(
    "header", ["name,date,value", "habit,value", "hello", '"habit,date', "habit,date\rRun,2024-01-01"]
)
def test_a_table_without_the_needed_columns_is_refused(read: Read, header: str) -> None:
    with pytest.raises(FileRefusedError, match="no_header"):
        read(f"{header}\nRun,2024-01-01,1\n")


def test_an_empty_file_is_refused(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="empty_file"):
        read(" \n")


def test_too_many_habits(read: Read) -> None:
    text = "habit,date,value\nA,2024-01-01,1\na,2024-01-02,1\nB,2024-01-01,1\n"
    assert len(read(text, Limits(foreign_habits=2)).habits) == 2
    with pytest.raises(FileRefusedError, match="too_many_habits"):
        read(text, Limits(foreign_habits=1))
