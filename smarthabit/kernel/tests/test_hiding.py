"""What is hidden cannot be imported for as long as the block lasts, and nothing else changes."""

import sys

import pytest

from smarthabit.kernel.hiding import hidden


def test_what_is_hidden_cannot_be_imported_until_the_block_ends() -> None:
    with pytest.raises(ImportError), hidden("netrc"):
        import netrc  # noqa: F401
    assert "netrc" not in sys.modules


def test_what_is_loaded_stays_loaded() -> None:
    import colorsys

    with hidden("colorsys"):
        assert sys.modules["colorsys"] is colorsys
    assert sys.modules["colorsys"] is colorsys
