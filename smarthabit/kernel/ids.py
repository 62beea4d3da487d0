"""Ids as they come in: text from an address, a form or a socket, which anybody can write."""

import re
from collections.abc import Iterable

ID = "[0-9]{1,18}"
"""What an id looks like. More digits than any row has would not fit a column, and Python itself reads only so many."""

_ID = re.compile(ID)


def id_of(text: str) -> int | None:
    """The id that `text` is; None for what cannot be one."""
    return int(text) if _ID.fullmatch(text) else None


def ids_of(texts: Iterable[str]) -> list[int]:
    """The ids among `texts`."""
    return [found for text in texts if (found := id_of(text)) is not None]
