"""The rows that hold everything learned: one a user-habit (under 1 kB) and one shared by all.

Rows are fixed packed records with a version in front, so that they do not grow and are cheap to keep in a binary
column. What is learned about a person's type is kept as log likelihoods in 1/1024 nats, as whole numbers: adding an
observation and taking it away again gives back the same row to the bit.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nudges.domain import prior
from nudges.domain.slots import SLOTS, STYLES

Row = NDArray[np.void]

VERSION: Final = 3
NATS: Final = 1024  # one nat in the unit of the log likelihoods
REMEMBERED: Final = 10  # days for which a late entry can still be taken into account
NOT_DONE, DONE_SOME_TIME, NO_SLOT = -1, -2, -1
WASTED: Final = (1, 2, 4, 7)  # kinds of messages: after 0, 1, 2-3, 4-6 or more in a row whose days were missed
MARGINAL: Final = 250  # what a contribution to the pool is measured in

DAY = np.dtype(
    [
        ("day", "<i4"),
        ("due", "u1"),
        ("slot", "i1"),  # of the nudge; NO_SLOT without one
        ("style", "i1"),
        ("drawn", "u1"),  # a draw decided on it
        ("wasted", "u1"),  # nudges in a row before it whose days were missed
        ("held", "u1", (SLOTS,)),  # P(send) in 1/255 of the slots at which the draw said no; 0 elsewhere
        ("minute", "<i2"),  # of doing; NOT_DONE, DONE_SOME_TIME
        ("strength", "<f4"),  # of the nudge, apart from type and wear
        ("used", "<f4"),  # recent use of its wording
        ("ratio", "<f4"),  # of what followed: caused to by itself
        ("reach", "<f4"),  # what everybody's effects were scaled by
        ("own", "<f4"),  # P(what followed came by itself)
        ("hazard", "<f4", (SLOTS,)),  # as believed that day, without a nudge
    ]
)
HABIT = np.dtype(
    [
        ("version", "<u2"),
        ("chosen", "i1"),
        ("day", "<i4"),  # last closed day; the traces are as of its end
        ("sends", "<u4"),
        ("wasted", "u1"),  # the last nudges in a row whose days were missed
        ("likelihood", "<i2", (prior.TYPES,)),
        ("at_risk", "<f4", (2, SLOTS)),  # weekdays, weekend
        ("done", "<f4", (2, SLOTS)),
        ("used", "<f4", (len(STYLES),)),
        ("style_caused", "<f4", (len(STYLES),)),
        ("style_expected", "<f4", (len(STYLES),)),
        ("slot_caused", "<f4", (SLOTS,)),
        ("slot_expected", "<f4", (SLOTS,)),
        ("seen", "<u2", (SLOTS, 4)),  # nudged n, then done; randomised no-send n, then done
        ("pooled", "u1", (len(prior.SCALES) + 1 + prior.OFFSETS + 1,)),
        ("days", DAY, (REMEMBERED,)),
    ]
)
SHARED = np.dtype(
    [
        ("version", "<u2"),
        ("day", "<i4"),  # the day the pool was last turned
        ("people", "<i8", (SLOTS,)),  # by chosen slot
        ("pooled", "<i8", (len(prior.SCALES) + 1 + prior.OFFSETS + 1,)),
        ("scale", "<f8", (len(prior.SCALES) + 1,)),
        ("offset", "<f8", (prior.OFFSETS,)),
        ("flat", "<f8"),
        ("wear", "<f8", (len(prior.WEARS),)),
        ("wear_evidence", "<f8", (len(prior.WEARS),)),
        ("at_risk", "<f8", (11,)),
        ("done", "<f8", (11,)),
        ("delay", "<f8", (len(prior.DELAY_EDGES) - 1,)),
        ("control", "<f8", (2,)),  # randomised no-sends, weighed to be like the sends: done, expected
        (
            "reach",
            "<f8",
            (2,),
        ),  # factor of everybody's effects: its estimate times the information, and that
        ("style", "<f8", (2, len(STYLES))),  # caused, expected
        (
            "left",
            "<f8",
            (len(WASTED) + 1, 2),
        ),  # by those wasted in a row before: who switched off, messages
    ]
)


def new_habit(chosen: int) -> Row:
    """The row of a user-habit of which nothing is known but the slot the user chose (0-5)."""
    row = np.zeros(1, HABIT)
    row["version"], row["chosen"], row["day"] = VERSION, chosen, -1
    row["days"]["day"] = -1
    return row


def new_shared() -> Row:
    """The shared row before anybody was observed: the population prior."""
    row = np.zeros(1, SHARED)
    row["version"], row["day"] = VERSION, -1
    row["scale"], row["offset"], row["flat"] = prior.PRIOR_SCALE, prior.PRIOR_OFFSET, prior.PRIOR_FLAT
    row["wear"] = prior.PRIOR_WEAR
    row["at_risk"], row["done"] = prior.HAZARD_DAYS, prior.HAZARD_DAYS * prior.PRIOR_HAZARD
    row["control"], row["style"] = 20.0, 5.0
    row["reach"] = prior.REACH_INFORMATION
    row["left"][0, :, 0], row["left"][0, :, 1] = prior.LEAVING_RATE * prior.LEAVING_SENDS, prior.LEAVING_SENDS
    return row


def pack(row: Row) -> bytes:
    """A row as the bytes to keep."""
    return row.tobytes()


def unpack_habit(raw: bytes) -> Row:
    """The row that `pack` made; ValueError if it is not a user-habit row of this version."""
    return _unpack(raw, HABIT)


def unpack_shared(raw: bytes) -> Row:
    """The row that `pack` made; ValueError if it is not a shared row of this version."""
    return _unpack(raw, SHARED)


def _unpack(raw: bytes, layout: np.dtype[Any]) -> Row:
    if len(raw) != layout.itemsize:
        raise ValueError(f"a row of {layout.itemsize} bytes was expected, not {len(raw)}")
    row = np.frombuffer(raw, layout).copy()
    if int(row["version"][0]) != VERSION:
        raise ValueError(f"a row of version {VERSION} was expected, not {row['version'][0]}")
    return row
