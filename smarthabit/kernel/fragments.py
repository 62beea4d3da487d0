"""Which app draws which piece of a page: a register from the prefix of a live key to the app's renderer.

A live key names something on the screen, as in ``habit:12``. Keys with a renderer are small leaves that the server
pushes ready-made; all others are slots that each tab fetches again from their own address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

# (user, ids after the colon) -> {key: (version, html)}; it looks up only what is the user's and leaves out the rest.
Renderer = Callable[[Any, Sequence[str]], Mapping[str, tuple[int, str]]]

_renderers: dict[str, Renderer] = {}


def register(prefix: str, renderer: Renderer) -> None:
    """Have ``renderer`` draw the keys that begin with ``prefix:``. Called from ``AppConfig.ready``."""
    _renderers[prefix] = renderer


def render(user: Any, keys: Iterable[str]) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """Draw ``keys`` for ``user``: the fragments, and the keys that have none and are to be fetched."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    fetched: list[str] = []
    for key in dict.fromkeys(keys):
        prefix, _, name = key.partition(":")
        if prefix in _renderers and name:
            wanted[prefix].append(name)
        else:
            fetched.append(key)
    drawn: dict[str, tuple[int, str]] = {}
    for prefix, names in wanted.items():
        drawn.update(_renderers[prefix](user, names))
        fetched += [key for name in names if (key := f"{prefix}:{name}") not in drawn]
    return drawn, fetched
