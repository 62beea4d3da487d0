"""Files that want to cost us more than they are worth."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from habits.tests.transfer.conftest import HABITS_HEADER, Read, loop_zip, zipped
from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError

YES_NO = "001,Read,YES_NO,,,1,1,#1976D2,,,,false\n"
LINES = "Date,Value,Notes\n2024-01-01,NO,\n"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read: Read) -> None:
    bomb = loop_zip(YES_NO, {"001 Read/Checkmarks.csv": b"0" * 50_000_000})
    with pytest.raises(FileRefusedError, match="zip_bomb"):
        read(bomb)


def test_a_zip_that_claims_too_much_in_all_is_refused(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="unpacks_too_large"):
        read(loop_zip(YES_NO, {"other.bin": b"0" * 2000}), Limits(unpacked=1000))


def test_a_member_that_lies_about_its_size_is_damage(read: Read) -> None:
    content = loop_zip(YES_NO, {"001 Read/Checkmarks.csv": LINES * 1000})
    claimed = content.rindex(b"PK\x01\x02") + 24
    with pytest.raises(FileRefusedError, match="broken_zip"):
        read(content[:claimed] + struct.pack("<I", 100) + content[claimed + 4 :])


def test_too_many_members(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="too_many_members"):
        read(zipped({f"{number}.txt": "" for number in range(20)}), Limits(members=10))


def test_a_directory_that_would_fill_the_memory_is_not_read(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="too_many_members"):
        read(zipped({f"{number}.txt": "" for number in range(100)}), Limits(directory=1000))


def test_zip64_is_more_than_we_take(read: Read) -> None:
    content = zipped({"Habits.csv": HABITS_HEADER})
    end = content.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    with pytest.raises(FileRefusedError, match="too_many_members"):
        read(content[:end] + locator + content[end:])


@pytest.mark.parametrize(
    "name", ["../Habits.csv", "/Habits.csv", "a/../../Habits.csv", "..\\Habits.csv", "C:\\Habits.csv"]
)
def test_names_that_lead_out_are_not_there(read: Read, name: str) -> None:
    with pytest.raises(FileRefusedError, match="unknown_zip"):
        read(zipped({name: HABITS_HEADER + YES_NO}))


def test_a_folder_that_leads_out_is_not_read(read: Read) -> None:
    found = read(loop_zip(YES_NO, {"../001 Read/Checkmarks.csv": LINES, "001 Read/../Checkmarks.csv": LINES}))
    assert found.entries == []


def test_a_zip_in_a_zip_is_not_opened(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="unknown_zip"):
        read(zipped({"inner.zip": loop_zip(YES_NO, {})}))


def test_a_password_is_not_asked_for(read: Read) -> None:
    content = loop_zip(YES_NO, {})
    directory = content.index(b"PK\x01\x02")
    flagged = bytearray(content)
    flagged[directory + 8] |= 1
    with pytest.raises(FileRefusedError, match="encrypted_zip"):
        read(bytes(flagged))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_usual_compression_is_read(read: Read, method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("Habits.csv", HABITS_HEADER + YES_NO)
    with pytest.raises(FileRefusedError, match="broken_zip"):
        read(buffer.getvalue())


@pytest.mark.parametrize("content", [b"PK", b"PK\x03\x04" + bytes(100), b"PK\x05\x06" + bytes(10)])
def test_a_broken_zip(read: Read, content: bytes) -> None:
    with pytest.raises(FileRefusedError, match="broken_zip"):
        read(content)


def test_a_directory_that_points_nowhere(read: Read) -> None:
    content = loop_zip(YES_NO, {"001 Read/Checkmarks.csv": LINES})
    directory = content.index(b"PK\x01\x02")
    with pytest.raises(FileRefusedError, match="broken_zip"):
        read(content[:directory] + b"XX" + content[directory + 2 :])


def test_a_member_whose_header_is_gone(read: Read) -> None:
    content = loop_zip(YES_NO, {})
    with pytest.raises(FileRefusedError, match="broken_zip"):
        read(content[:2] + b"XX" + content[4:])


def test_data_that_does_not_unpack(read: Read) -> None:
    content = loop_zip(YES_NO, {"001 Read/Checkmarks.csv": LINES})
    at = content.index(b"Checkmarks.csv") + len("Checkmarks.csv")
    with pytest.raises(FileRefusedError, match="broken_zip"):
        read(content[:at] + b"\xff" * 8 + content[at + 8 :])


def test_too_many_habits_in_a_list(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="too_many_habits"):
        read(loop_zip(YES_NO * 3, {}), Limits(foreign_habits=2))


def test_the_extension_says_nothing(tmp_path: Path, read: Read) -> None:
    assert read(b"habit,date,value\nRun,2024-01-01,1\n").format == "csv"
    assert read(loop_zip(YES_NO, {})).format == "loop_csv"
    assert read(zipped({"entries.csv": "habit,date,value\nRun,2024-01-01,1\n"})).format == "csv"
