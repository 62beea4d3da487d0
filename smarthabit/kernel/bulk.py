"""Many rows at once, as arrays: for jobs that go through whole tables, where even a tuple a row costs too much.

On PostgreSQL rows come and go by COPY in its binary form, which for columns of a fixed width is an array already.
SQLite fetches and stores tuples. Columns may not be null, and bytes of one column all have the same length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Kind = Literal["bigint", "real", "day", "bytes"]
Rows = NDArray[np.void]

_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_TRAILER: Final = struct.pack(">h", -1)
_EPOCH: Final = date(2000, 1, 1).toordinal()
_WIRE: Final = {"bigint": ">i8", "real": ">f8", "day": ">i4"}
_OWN: Final = {"bigint": "<i8", "real": "<f8", "day": "<i8"}
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Column:
    """A column by name. A day is an ordinal here and a date in the table; ``size`` is that of bytes."""

    name: str
    kind: Kind
    size: int = 0


def row_type(columns: Sequence[Column]) -> np.dtype[np.void]:
    """What an array of such rows is made of."""
    return np.dtype([(one.name, _OWN.get(one.kind, f"V{one.size}")) for one in columns])


def fetch_rows(sql: str, parameters: Sequence[Any], columns: Sequence[Column]) -> Rows:
    """The rows of a SELECT of these columns; a day is selected as a date. Raises ValueError for other widths."""
    if connection.vendor == "postgresql":
        return _copied_out(sql, parameters, columns)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    rows = np.empty(len(found), dtype=row_type(columns))
    for one, values in zip(columns, zip(*found, strict=True), strict=bool(found)):
        rows[one.name] = _from_tuples(one, values)
    return rows


def insert_rows(table: str, columns: Sequence[Column], rows: Rows) -> None:
    """Store new rows in our own table. Raises IntegrityError where one is there already."""
    names = ", ".join(f'"{one.name}"' for one in columns)
    if connection.vendor == "postgresql":
        _copied_in(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", columns, rows)
        return
    marks = ", ".join(["%s"] * len(columns))
    values = zip(*(_to_tuples(one, rows[one.name]) for one in columns), strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values))  # noqa: S608 - our own names


def _wire_type(columns: Sequence[Column]) -> np.dtype[np.void]:
    fields: list[tuple[str, str]] = [("#", ">i2")]
    for one in columns:
        fields += [(f"{one.name}#", ">i4"), (one.name, _WIRE.get(one.kind, f"V{one.size}"))]
    return np.dtype(fields)


def _copied_out(sql: str, parameters: Sequence[Any], columns: Sequence[Column]) -> Rows:
    with connection.cursor() as cursor:
        # Put together first: the cursor that Django counts queries with takes no parameters here.
        whole = cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", parameters)
        with connection.wrap_database_errors, cursor.copy(whole) as copy:
            packed = b"".join(bytes(part) for part in copy)
    wire = _wire_type(columns)
    body = memoryview(packed)[len(_HEADER) : -len(_TRAILER)]
    if len(body) % wire.itemsize:
        raise ValueError("rows of other widths than were named")
    found: Rows = np.frombuffer(body, dtype=wire)
    rows = np.empty(len(found), dtype=row_type(columns))
    for one in columns:
        if (found[f"{one.name}#"] != wire[one.name].itemsize).any():
            raise ValueError(f"{one.name} has rows of another width")
        rows[one.name] = found[one.name]
        if one.kind == "day":
            rows[one.name] += _EPOCH
    return rows


def _copied_in(sql: str, columns: Sequence[Column], rows: Rows) -> None:
    wire = _wire_type(columns)
    found = np.empty(len(rows), dtype=wire)
    found["#"] = len(columns)
    for one in columns:
        found[f"{one.name}#"] = wire[one.name].itemsize
        found[one.name] = rows[one.name] - _EPOCH if one.kind == "day" else rows[one.name]
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(sql) as copy:
        copy.write(_HEADER)
        for piece in _pieces(found.tobytes()):
            copy.write(piece)
        copy.write(_TRAILER)


def _pieces(packed: bytes) -> Iterator[memoryview]:
    whole = memoryview(packed)
    return (whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE))


def _from_tuples(column: Column, values: Sequence[Any]) -> Any:
    if column.kind == "bytes":
        if any(len(value) != column.size for value in values):
            raise ValueError(f"{column.name} has rows of another width")
        return np.frombuffer(b"".join(values), dtype=f"V{column.size}")
    if column.kind == "day":
        days = (value if isinstance(value, date) else date.fromisoformat(value) for value in values)
        return [day.toordinal() for day in days]
    return values


def _to_tuples(column: Column, values: NDArray[Any]) -> list[Any]:
    if column.kind == "bytes":
        return [value.tobytes() for value in values]
    if column.kind == "day":
        return [date.fromordinal(value).isoformat() for value in values.tolist()]
    return list(values.tolist())
