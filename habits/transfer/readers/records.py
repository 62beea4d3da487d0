"""CSV records of a stream nobody vouches for: bounded lines, and a broken record never takes the next one with it."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, Final

from habits.transfer.limits import EARLIEST, Limits
from habits.transfer.neutral import Refusal, Refuse
from habits.transfer.readers.cells import BadCellError

_BOM: Final = b"\xef\xbb\xbf"
_FIRST: Final = EARLIEST.toordinal()


class Lines:
    """The lines of a binary stream with their numbers from 1; those that cannot be taken are refused and left out."""

    def __init__(self, stream: io.BufferedIOBase | BinaryIO, file: str, limits: Limits, refuse: Refuse) -> None:
        self._stream = stream
        self._file = file
        self._limits = limits
        self._refuse = refuse
        self._number = 0
        self._ahead: deque[tuple[int, str]] = deque()
        self.undecodable = 0

    def next(self) -> tuple[int, str] | None:
        """The next good line, or None at the end."""
        return self._ahead.popleft() if self._ahead else self._fresh()

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        """Have these lines come again."""
        self._ahead.extendleft(reversed(lines))

    def _fresh(self) -> tuple[int, str] | None:
        while raw := self._stream.readline(self._limits.line + 1):
            self._number += 1
            if len(raw) > self._limits.line:
                self._skip_rest(raw)
                self._refuse(Refusal(self._file, self._number, "line_too_long"))
                continue
            if self._number == 1 and raw.startswith(_BOM):
                raw = raw[3:]
            try:
                return self._number, raw.decode()
            except UnicodeDecodeError:
                self.undecodable += 1
                self._refuse(Refusal(self._file, self._number, "not_utf8"))
        return None

    def _skip_rest(self, raw: bytes) -> None:
        while raw and not raw.endswith(b"\n"):
            raw = self._stream.readline(self._limits.line + 1)


class Records:
    """The records of CSV lines, each with the line it begins on. Blank lines are passed over."""

    def __init__(self, lines: Lines, file: str, delimiter: str, limits: Limits, refuse: Refuse) -> None:
        self.lines = lines
        self._file = file
        self._delimiter = delimiter
        self._limits = limits
        self._refuse = refuse
        # Looking ahead for a closing quote costs; a file that never closes any is not worth it.
        self._patience = 1_000

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        following = self.lines.next
        delimiter = self._delimiter
        while line := following():
            number, text = line
            text = text.rstrip("\r\n")
            if '"' in text:
                cells = self._quoted(number, line)
                if cells is not None:
                    yield number, cells
            elif text:
                yield number, text.split(delimiter)

    def _quoted(self, number: int, first: tuple[int, str]) -> list[str] | None:
        """The record that begins with `first`, which holds quotes; None when it was refused."""
        taken = [first]
        try:
            return next(csv.reader(self._feed(taken), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            self.lines.put_back(taken[1:])
            unclosed = "unexpected end of data" in str(error)
            self._patience -= unclosed
            self._refuse(Refusal(self._file, number, "unclosed_quote" if unclosed else "bad_quotes"))
            return None

    def _feed(self, taken: list[tuple[int, str]]) -> Iterator[str]:
        """The first line, and as many more as an open quote may run over; `taken` keeps count."""
        length = len(taken[0][1])
        yield taken[0][1]
        while self._patience > 0 and len(taken) < self._limits.record_lines and length < self._limits.line:
            another = self.lines.next()
            if another is None:
                return
            taken.append(another)
            length += len(another[1])
            yield another[1]


class SeenDays:
    """Which (habit, day) pairs have been read: a bit for each."""

    def __init__(self) -> None:
        self._days: dict[int, bytearray] = {}

    def take(self, habit: int, day: date) -> None:
        """Note that the pair has been read; raises BadCellError if it was before."""
        byte, bit = divmod(day.toordinal() - _FIRST, 8)
        bits = self._days.get(habit)
        if bits is None:
            bits = self._days[habit] = bytearray(byte + 1)
        elif byte >= len(bits):
            bits.extend(bytes(byte + 1 - len(bits)))
        mask = 1 << bit
        if bits[byte] & mask:
            raise BadCellError("repeated_day", day)
        bits[byte] |= mask
