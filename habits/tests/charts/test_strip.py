"""The marks of the last days."""

from __future__ import annotations

import re

import pytest

from habits.charts.strip import PITCH, SIDE, Mark, mark_of, strip
from habits.domain.entry import Kind
from habits.domain.states import DayState


@pytest.mark.parametrize(
    ("state", "value", "kind", "mark"),
    [
        (DayState.KEPT, 1000, "build", Mark.KEPT),
        (DayState.MISSED, None, "build", Mark.MISSED),
        (DayState.MISSED, 0, "build", Mark.FAILED),
        (DayState.MISSED, 500, "build", Mark.PARTIAL),
        (DayState.MISSED, 2000, "limit", Mark.FAILED),
        (DayState.PENDING, None, "build", Mark.PENDING),
        (DayState.PENDING, 0, "build", Mark.FAILED),
        (DayState.PENDING, 500, "build", Mark.PARTIAL),
        (DayState.PENDING, None, "limit", Mark.PENDING),
        (DayState.SKIPPED, None, "build", Mark.SKIPPED),
        (DayState.FROZEN, None, "build", Mark.FROZEN),
        (DayState.OFF, None, "build", Mark.OFF),
        (DayState.EXTRA, 1000, "build", Mark.EXTRA),
    ],
)
def test_a_day_is_drawn_by_its_state_and_by_what_was_stated(
    state: DayState, value: int | None, kind: Kind, mark: Mark
) -> None:
    assert mark_of(state, value, kind) is mark


def test_days_of_one_mark_share_a_path_from_left_to_right() -> None:
    drawn = strip([Mark.KEPT, Mark.OFF, Mark.KEPT])
    paths = dict(drawn.paths)
    assert [int(left) for left in re.findall(r"M(\d+) 0", paths[Mark.KEPT])] == [0, 2 * PITCH]
    assert (drawn.width, drawn.current) == (2 * PITCH + SIDE, 2 * PITCH)


def test_no_two_marks_look_alike_without_their_colour() -> None:
    shapes = {mark: strip([mark]).paths[0][1] for mark in Mark}
    alike = {frozenset(other for other in Mark if shapes[other] == shapes[mark]) for mark in Mark}
    # Filled or faint, dashed or whole: these pairs differ by their fill or their stroke.
    assert {group for group in alike if len(group) > 1} == {
        frozenset({Mark.KEPT, Mark.MISSED}),
        frozenset({Mark.SKIPPED, Mark.PENDING}),
    }


def test_no_days_draw_nothing() -> None:
    assert strip([]).paths == ()
