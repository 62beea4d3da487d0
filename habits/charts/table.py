"""What a chart shows, once more as a table: for whoever does not see it, or wants the numbers."""

from typing import NamedTuple


class Table(NamedTuple):
    """Heads and rows in words, as `components/table.html` draws them; the first cell of a row is its name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
