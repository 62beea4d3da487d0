"""Single values out of a file: days, amounts, texts. What cannot be read raises BadCellError."""

import hashlib
import re
from datetime import date, timedelta
from typing import Final

from habits.transfer.limits import EARLIEST, LATEST, MOST_MILLI, NOTE_LENGTH

_AMOUNT = re.compile(r"(\d{1,10})(?:\.(\d{1,3}))?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)", re.ASCII)
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_COMMON: Final = {"0": 0, "1": 1000}
_EPOCH = date(1970, 1, 1)
_DAY_MS: Final = 86_400_000


class BadCellError(ValueError):
    """A value that cannot be taken. `code` names the reason."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = str(detail)[:80]


def day(text: str) -> date:
    """A day written YYYY-MM-DD, of the years 1900 to 2100."""
    try:
        if len(text) == 10 and text[4] == text[7] == "-":
            return _within(date.fromisoformat(text))
    except ValueError as error:
        if isinstance(error, BadCellError):
            raise
    raise BadCellError("bad_day", text)


def day_of_timestamp(stamp: object) -> date:
    """The day of a UTC midnight in milliseconds since 1970."""
    if not isinstance(stamp, int):
        raise BadCellError("bad_day", stamp)
    try:
        found = _EPOCH + timedelta(days=stamp // _DAY_MS)
    except OverflowError:
        raise BadCellError("bad_day", stamp) from None
    return _within(found)


def _within(day: date) -> date:
    if day < EARLIEST:
        raise BadCellError("day_too_early", day)
    if day > LATEST:
        raise BadCellError("day_too_late", day)
    return day


def amount(text: str, *, comma: bool = False) -> int:
    """A decimal number of at least 0 in thousandths; with `comma`, 2,5 is read as 2.5."""
    if (known := _COMMON.get(text)) is not None:
        return known
    if comma:
        text = text.replace(",", ".", 1)
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise BadCellError("value_negative" if text[:1] == "-" and _NUMBER.fullmatch(text) else "bad_value", text)
    milli = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))
    if milli > MOST_MILLI:
        raise BadCellError("value_too_large", text)
    return milli


def text(value: object) -> str:
    """A value that should be text; nothing for anything else."""
    return value if isinstance(value, str) else ""


def storable(text: str) -> str:
    """The text without the characters that not every database takes."""
    return _UNSTORABLE.sub("", text)


def digest(text: str) -> str:
    """A short stand-in for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def line_of(text: str, length: int) -> str:
    """The text on one line of at most `length` characters."""
    return " ".join(storable(text).split())[:length].strip()


def note(text: str) -> tuple[str, bool]:
    """The note as it can be kept, and whether it had to be cut."""
    kept = storable(text).strip()
    return (kept, False) if len(kept) <= NOTE_LENGTH else (kept[: NOTE_LENGTH - 1] + "…", True)


def guard(text: str) -> str:
    """A cell that a spreadsheet will not take for a formula: a leading quote before anything that looks like one.

    Plain numbers stay as they are. `unguard` gives the text back (OWASP, "CSV Injection").
    """
    return f"'{text}" if _is_risky(text) else text


def unguard(cell: str) -> str:
    """The text that `guard` was given."""
    return cell[1:] if cell[:1] == "'" and _is_risky(cell[1:]) else cell


_RISKY = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


def _is_risky(text: str) -> bool:
    return bool(_RISKY.match(text)) and not _NUMBER.fullmatch(text.lstrip("'"))
