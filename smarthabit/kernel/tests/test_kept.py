from __future__ import annotations

from smarthabit.kernel.kept import Kept

ADA, BOB = 1, 2


def test_a_value_holds_as_of_its_number_only() -> None:
    kept: Kept[str] = Kept(most=9)
    assert kept.get(ADA, 3) is None
    kept.put(ADA, 3, "three")
    assert kept.get(ADA, 3) == "three"
    assert kept.get(ADA, 4) is None
    assert kept.get(ADA, 2) is None
    assert kept.get(BOB, 3) is None


def test_a_change_that_leaves_it_alone_moves_it_on() -> None:
    kept: Kept[str] = Kept(most=9)
    kept.pass_on(ADA, 1)
    kept.put(ADA, 3, "three")
    kept.pass_on(ADA, 4)
    assert kept.get(ADA, 4) == "three"
    assert kept.get(ADA, 3) is None


def test_a_change_made_elsewhere_leaves_a_hole_that_nothing_is_carried_over() -> None:
    kept: Kept[str] = Kept(most=9)
    kept.put(ADA, 3, "three")
    kept.pass_on(ADA, 5)
    assert kept.get(ADA, 5) is None
    kept.pass_on(ADA, 4)
    assert kept.get(ADA, 4) == "three"


def test_what_was_read_earlier_does_not_replace_what_was_read_later() -> None:
    kept: Kept[str] = Kept(most=9)
    kept.put(ADA, 5, "late")
    kept.put(ADA, 4, "early")
    assert kept.get(ADA, 5) == "late"
    assert kept.get(ADA, 4) is None


def test_the_value_asked_for_longest_ago_goes_first() -> None:
    kept: Kept[str] = Kept(most=2)
    kept.put(ADA, 1, "a")
    kept.put(BOB, 1, "b")
    kept.get(ADA, 1)
    kept.put(3, 1, "c")
    assert (kept.get(ADA, 1), kept.get(BOB, 1), kept.get(3, 1)) == ("a", None, "c")
    kept.clear()
    assert kept.get(ADA, 1) is None
