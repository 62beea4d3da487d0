"""Which format a file is in, told by what is in it and never by its name."""

from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError, Source
from habits.transfer.readers.archive import Archive
from habits.transfer.readers.beaver import Beaver, is_beaver
from habits.transfer.readers.habittrove import HABITS, HabitTrove
from habits.transfer.readers.loop_csv import LoopCsv, is_loop_export
from habits.transfer.readers.loop_sqlite import MAGIC, LoopSqlite
from habits.transfer.readers.native import Native
from habits.transfer.readers.plain_csv import PlainCsv

OWN_TABLE: Final = "entries.csv"
"""The member of our own CSV zip that can be read back."""
_BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = 4096


def open_source(path: Path, limits: Limits) -> Source:
    """The file as a source; the caller closes it. Raises FileRefusedError for a file of no format we read."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(MAGIC):
        return LoopSqlite(path, limits)
    if head.startswith(b"PK"):
        return _zipped(path, limits)
    text = head.removeprefix(_BOM).lstrip()
    if text[:1] in {b"{", b"["}:
        document = partial(_without_bom, path)
        return Beaver(document, limits) if is_beaver(document, limits) else Native(document, limits)
    if not text:
        raise FileRefusedError("empty_file")
    return PlainCsv(partial(_binary, path), limits)


def _zipped(path: Path, limits: Limits) -> Source:
    archive = Archive(path, limits)
    try:
        if is_loop_export(archive):
            return LoopCsv(archive, limits)
        if OWN_TABLE in archive.names:
            return PlainCsv(partial(archive.open, OWN_TABLE), limits, OWN_TABLE, archive.close)
        if HABITS in archive.names:
            return HabitTrove(archive, limits)
        raise FileRefusedError("unknown_zip")  # noqa: TRY301 - closed like after what the readers refuse
    except FileRefusedError:
        archive.close()
        raise


def _binary(path: Path) -> BinaryIO:
    return path.open("rb")


def _without_bom(path: Path) -> BinaryIO:
    file = path.open("rb")
    if file.read(3) != _BOM:
        file.seek(0)
    return file
