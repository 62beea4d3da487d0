"""Rows: small, of one size for ever, and the same after a restart."""

import numpy as np
import pytest

from nudges.domain.policy import decide_many
from nudges.domain.state import HABIT, SHARED, VERSION, new_habit, new_shared, pack, unpack_habit, unpack_shared
from nudges.tests.domain.samples import moment, people


def test_rows_are_within_their_limits() -> None:
    assert HABIT.itemsize <= 1200
    assert SHARED.itemsize <= 64 * 1024
    assert len(pack(new_habit(3))) == HABIT.itemsize
    assert len(pack(new_shared())) == SHARED.itemsize


def test_decisions_go_on_the_same_after_a_restart() -> None:
    shared, rows = people(10)
    moments = [moment(decision_id=f"d{i}") for i in range(10)]
    again = np.concatenate([unpack_habit(pack(row)) for row in rows])
    before = decide_many(moments, np.concatenate(rows), shared, seed=1)
    assert decide_many(moments, again, unpack_shared(pack(shared)), seed=1) == before


def test_an_unpacked_row_can_be_written_to() -> None:
    row = unpack_habit(pack(new_habit(3)))
    row["sends"] += 1
    assert row["sends"][0] == 1


@pytest.mark.parametrize("unpack", [unpack_habit, unpack_shared])
def test_rows_of_another_size_are_refused(unpack: object) -> None:
    with pytest.raises(ValueError, match="bytes was expected"):
        unpack(b"x" * 10)  # type: ignore[operator]  # parametrised


def test_rows_of_another_version_are_refused() -> None:
    row = new_habit(1)
    row["version"] = 99
    with pytest.raises(ValueError, match=f"version {VERSION} was expected, not 99"):
        unpack_habit(pack(row))
