"""Zip files from strangers: opened in memory-bounded ways, never unpacked to disk."""

import io
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final

from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError

_TAIL: Final = 65_557
_END: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED: Final = 1


class Archive:
    """The members of a zip whose names stay inside it, by name. Zips inside of zips are never opened.

    Raises FileRefusedError for a zip that is broken, encrypted, or that claims more than the limits.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._file = path.open("rb")
        try:
            infos = self._open(limits)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
            self._file.close()
            raise FileRefusedError("broken_zip") from error
        except FileRefusedError:
            self._file.close()
            raise
        self._members = {info.filename: info for info in infos if not info.is_dir() and _stays_inside(info.filename)}
        self.names = sorted(self._members)

    def open(self, name: str) -> io.BufferedReader:
        """A member as a buffered stream; reading more than was claimed ends in FileRefusedError."""
        info = self._members[name]
        if info.flag_bits & _ENCRYPTED:
            raise FileRefusedError("encrypted_zip")
        if info.compress_type not in _METHODS:
            raise FileRefusedError("broken_zip")
        if info.file_size > max(self._limits.ratio_from, info.compress_size * self._limits.ratio):
            raise FileRefusedError("zip_bomb", name)
        try:
            return io.BufferedReader(_Member(self._zip.open(info)), 65_536)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise FileRefusedError("broken_zip") from error

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def _open(self, limits: Limits) -> list[zipfile.ZipInfo]:
        _check_directory(self._file, limits)
        self._zip = zipfile.ZipFile(self._file)
        infos = self._zip.infolist()
        if len(infos) > limits.members:
            raise FileRefusedError("too_many_members", limits.members)
        if sum(info.file_size for info in infos) > limits.unpacked:
            raise FileRefusedError("unpacks_too_large", limits.unpacked // 2**20)
        return infos


class _Member(io.RawIOBase):
    """A member whose decompression errors are told as such."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed says any writable buffer
        try:
            chunk = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise FileRefusedError("broken_zip") from error
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _check_directory(file: BinaryIO, limits: Limits) -> None:
    """Refuse a directory that would fill the memory before anyone could count its members."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise FileRefusedError("broken_zip")
    if tail[max(0, at - 20) : at].startswith(_ZIP64_LOCATOR):
        raise FileRefusedError("too_many_members", limits.members)
    if int.from_bytes(tail[at + 12 : at + 16], "little") > limits.directory:
        raise FileRefusedError("too_many_members", limits.members)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in name
