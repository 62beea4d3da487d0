"""Entries as columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from habits.domain.columns import columns_of
from habits.domain.entry import EntryRow

_entries = st.lists(
    st.builds(
        EntryRow,
        st.integers(1, 3_652_059),
        st.none() | st.integers(0, 10**12),
        st.booleans(),
        st.none() | st.integers(0, 1439),
    ),
    unique_by=lambda row: row.day,
).map(sorted)


@given(_entries, st.integers(1, 3_652_059))
def test_columns_say_what_the_rows_say(rows: list[EntryRow], day: int) -> None:
    columns = columns_of(rows)
    assert columns.rows() == rows
    assert columns.rows(day) == [row for row in rows if row.day >= day]
    assert columns.upto(day).rows() == [row for row in rows if row.day <= day]
