"""The stored forecasts as arrays: read, laid beside habits, and written, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from analytics.domain.risk_features import Floats, Ints
from analytics.domain.risk_mornings import PENDING_BYTES, Ledgers, as_pending
from analytics.domain.risk_recalibration import HABIT_BYTES, HabitCorrections
from smarthabit.kernel.among import array_of
from smarthabit.kernel.bulk import Column, Rows, fetch_rows, insert_rows, row_type

_TABLE: Final = "analytics_habitrisk"
COLUMNS: Final = (
    Column("habit_id", "bigint"),
    Column("user_id", "bigint"),
    Column("day", "day"),
    Column("risk", "real"),
    Column("correction", "bytes", HABIT_BYTES),
    Column("pending", "bytes", PENDING_BYTES),
)
_SELECT: Final = """
SELECT habit_id, user_id, day, risk, correction, pending FROM analytics_habitrisk
WHERE user_id BETWEEN %s AND %s AND length(correction) = %s AND length(pending) = %s ORDER BY habit_id
"""
# Bytes travel end to end: as arrays each would be quoted for itself, which takes longer than storing them.
_NEW: Final = {
    "postgresql": """
SELECT made.habit_id, %s, %s::date, made.risk, substring(%s::bytea FROM (made.place::int - 1) * %s + 1 FOR %s),
  substring(%s::bytea FROM (made.place::int - 1) * %s + 1 FOR %s)
FROM unnest(%s::bigint[], %s::float8[]) WITH ORDINALITY AS made(habit_id, risk, place)
""",
    "sqlite": "VALUES (%s, %s, %s, %s, %s, %s)",
}
_SAVE: Final = """
INSERT INTO analytics_habitrisk (habit_id, user_id, day, risk, correction, pending) {new}
ON CONFLICT (habit_id) DO UPDATE SET user_id = EXCLUDED.user_id, day = EXCLUDED.day, risk = EXCLUDED.risk,
  correction = EXCLUDED.correction, pending = EXCLUDED.pending
"""


def stored_risks(first: int, last: int) -> Rows:
    """The rows of the users with ids between these two, in the order of habits; those of another form are left out."""
    return fetch_rows(_SELECT, [first, last, HABIT_BYTES, PENDING_BYTES], COLUMNS)


def places(sorted_ids: Ints, ids: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each id stands among the sorted ones, and whether it does."""
    at = np.minimum(np.searchsorted(sorted_ids, ids), max(len(sorted_ids) - 1, 0))
    known = sorted_ids[at] == ids if len(sorted_ids) else np.zeros(len(ids), dtype=bool)
    return at, known


def ledgers_of(before: Rows, at: Ints, known: NDArray[np.bool_]) -> Ledgers:
    """What the rows ``before`` keep of habits, each at its place; of those that are not ``known``, nothing yet."""
    none = Ledgers.none(1)
    correction = np.frombuffer(none.corrections.to_bytes() * len(at), dtype=f"V{HABIT_BYTES}").copy()
    pending = np.frombuffer(none.pending.tobytes() * len(at), dtype=f"V{PENDING_BYTES}").copy()
    correction[known], pending[known] = before["correction"][at[known]], before["pending"][at[known]]
    return Ledgers(HabitCorrections.sound(correction.tobytes()), as_pending(pending.tobytes()))


def replace_risks(habits: Ints, users: Ints, days: Ints, risk: Floats, kept: Ledgers) -> None:
    """Put new rows in the place of the old ones: several times as quick as updating them.

    Raises IntegrityError where somebody else stores the first row of a habit meanwhile.
    """
    rows = np.empty(len(habits), dtype=row_type(COLUMNS))
    rows["habit_id"], rows["user_id"], rows["day"], rows["risk"] = habits, users, days, risk
    rows["correction"] = np.frombuffer(kept.corrections.to_bytes(), dtype=f"V{HABIT_BYTES}")
    rows["pending"] = np.frombuffer(kept.pending.tobytes(), dtype=f"V{PENDING_BYTES}")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DELETE FROM {_TABLE} WHERE habit_id = ANY(%s)", [habits.tolist()])  # noqa: S608 - our own name
        else:
            gone = [(pk,) for pk in habits.tolist()]
            cursor.executemany(f"DELETE FROM {_TABLE} WHERE habit_id = %s", gone)  # noqa: S608 - our own name
    insert_rows(_TABLE, COLUMNS, rows)


def save_risks(user_id: int, habits: Ints, day: date, risk: Floats, kept: Ledgers) -> None:
    """Store the forecasts of one user's habits, whether there were any before; one statement."""
    sql = _SAVE.format(new=_NEW[connection.vendor])
    on, correction, pending = day.isoformat(), kept.corrections.to_bytes(), kept.pending.tobytes()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            risks = "{" + ",".join(map(repr, risk.tolist())) + "}"
            packed: list[Any] = [correction, HABIT_BYTES, HABIT_BYTES, pending, PENDING_BYTES, PENDING_BYTES]
            cursor.execute(sql, [user_id, on, *packed, array_of(habits.tolist()), risks])
        else:
            packed = [_cut(correction, HABIT_BYTES), _cut(pending, PENDING_BYTES)]
            each = zip(habits.tolist(), risk.tolist(), *packed, strict=True)
            cursor.executemany(sql, [(pk, user_id, on, *columns) for pk, *columns in each])


def _cut(packed: bytes, size: int) -> Sequence[bytes]:
    return [packed[at : at + size] for at in range(0, len(packed), size)]
