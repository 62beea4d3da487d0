"""Geometry of the charts."""

from __future__ import annotations

from analytics.charts import HEIGHT, WIDTH, bar_path, bars, labelled, line, shade


def test_the_line_goes_from_edge_to_edge() -> None:
    drawn = line([0, 0.5, 1], unfinished=False)
    assert drawn.line == f"M0 {HEIGHT}L{WIDTH // 2} {HEIGHT // 2}L{WIDTH} 0"
    assert (drawn.dotted, drawn.end) == ("", (WIDTH, 0))


def test_the_way_into_what_is_not_over_is_dotted() -> None:
    drawn = line([0, 0.5, 1], unfinished=True)
    assert drawn.line == f"M0 {HEIGHT}L{WIDTH // 2} {HEIGHT // 2}"
    assert drawn.dotted == f"M{WIDTH // 2} {HEIGHT // 2}L{WIDTH} 0"


def test_the_line_leaps_over_what_was_not_asked() -> None:
    assert line([1, None, 1], unfinished=False).line == f"M0 0L{WIDTH} 0"


def test_an_unfinished_step_that_asks_nothing_leaves_the_line_whole() -> None:
    drawn = line([1, 0, None], unfinished=True)
    assert (drawn.line, drawn.dotted) == (f"M0 0L{WIDTH // 2} {HEIGHT}", "")


def test_a_single_step_is_a_point_in_the_middle() -> None:
    drawn = line([1], unfinished=True)
    assert (drawn.line, drawn.dotted, drawn.end) == ("", "", (WIDTH // 2, 0))


def test_nothing_known_draws_nothing() -> None:
    assert line([None, None], unfinished=True).end is None


def test_labels_are_few_and_end_with_the_last() -> None:
    assert labelled(3) == [0, 1, 2]
    assert labelled(13) == [0, 4, 8, 12]
    assert labelled(0) == []


def test_bars_stand_on_the_ground_and_nothing_is_no_bar() -> None:
    drawn = bars([1, 0, 0.001], gap=20)
    assert (drawn[0].y, drawn[0].height) == (0, HEIGHT)
    assert drawn[2].height == 2
    assert bar_path(drawn).count("M") == 2
    assert all(bar.y + bar.height == HEIGHT for bar in drawn)


def test_a_line_with_room_ends_early() -> None:
    assert line([1, 1, 1], unfinished=False, room=5).line == f"M0 0L{WIDTH // 4} 0L{WIDTH // 2} 0"


def test_only_a_whole_day_is_at_the_top_and_a_part_is_never_nothing() -> None:
    assert [shade(done, 50) for done in (0, 1, 20, 40, 49, 50)] == [0, 1, 2, 3, 3, 4]
    assert shade(0, 0) == 0
