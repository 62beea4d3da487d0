"""Keys find their renderer; what cannot be drawn is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from smarthabit.kernel import fragments


@pytest.fixture(autouse=True)
def _leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "_renderers", {})
    fragments.register("leaf", _draw)


def _draw(user: Any, names: Sequence[str]) -> dict[str, tuple[int, str]]:
    return {f"leaf:{name}": (1, f"{user} {name}") for name in names if name != "gone"}


def test_keys_with_a_renderer_are_drawn_in_one_call_each() -> None:
    drawn, fetched = fragments.render("ada", ["leaf:1", "leaf:2", "leaf:1"])
    assert drawn == {"leaf:1": (1, "ada 1"), "leaf:2": (1, "ada 2")}
    assert fetched == []


@pytest.mark.parametrize("key", ["list:today", "leaf", "leaf:", "chart:1:2"])
def test_other_keys_are_fetched(key: str) -> None:
    assert fragments.render("ada", [key]) == ({}, [key])


def test_what_the_renderer_leaves_out_is_fetched() -> None:
    assert fragments.render("ada", ["leaf:gone"]) == ({}, ["leaf:gone"])
