"""Rows as arrays, on both databases: what goes in comes out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from smarthabit.kernel.bulk import Column, fetch_rows, insert_rows, row_type

COLUMNS = [Column("id", "bigint"), Column("share", "real"), Column("day", "day"), Column("packed", "bytes", 3)]
SELECT = "SELECT id, share, day, packed FROM bulk_sample WHERE id < %s ORDER BY id"


@pytest.fixture
def sample(db: None) -> np.ndarray:
    binary = "bytea" if connection.vendor == "postgresql" else "blob"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bulk_sample"
            f" (id bigint PRIMARY KEY, share double precision, day date, packed {binary})"
        )
    rows = np.zeros(4, dtype=row_type(COLUMNS))
    rows["id"], rows["share"] = [1, 2, 3, 9], [0.25, -1e300, 0, 1]
    rows["day"] = [dt.date(2026, 3, 18).toordinal(), 1, dt.date(1999, 12, 31).toordinal(), dt.date.max.toordinal()]
    rows["packed"] = np.frombuffer(b"abc\x00\xff\nxyz\\.\n", dtype="V3")
    return rows


def test_what_goes_in_comes_out(sample: np.ndarray) -> None:
    insert_rows("bulk_sample", COLUMNS, sample)
    assert fetch_rows(SELECT, [100], COLUMNS).tobytes() == sample.tobytes()
    assert fetch_rows(SELECT, [3], COLUMNS)["id"].tolist() == [1, 2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM bulk_sample WHERE id = 1")
        assert str(cursor.fetchone()[0]) == "2026-03-18"


def test_no_rows_are_no_trouble(sample: np.ndarray) -> None:
    insert_rows("bulk_sample", COLUMNS, sample[:0])
    assert len(fetch_rows(SELECT, [100], COLUMNS)) == 0


def test_a_row_that_is_there_already_is_refused(sample: np.ndarray) -> None:
    insert_rows("bulk_sample", COLUMNS, sample)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows("bulk_sample", COLUMNS, sample[:1])


def test_bytes_of_another_length_are_refused(sample: np.ndarray) -> None:
    insert_rows("bulk_sample", COLUMNS, sample)
    with pytest.raises(ValueError, match="width"):
        fetch_rows(SELECT, [100], [*COLUMNS[:3], Column("packed", "bytes", 4)])
