"""Guarded cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.transfer.readers.cells import guard, unguard


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1", "-x", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1", "\r=1", "\n@x"])
def test_formulas_are_guarded(text: str) -> None:
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "5", "-5", "+2.5", "-0,5", "a=b", "'quoted'", "2024-01-01"])
def test_numbers_and_words_stay(text: str) -> None:
    assert guard(text) == text


@given(st.text(alphabet="'=+-@ \t\r\n1.,a＝", max_size=8))
def test_unguarding_gives_the_text_back(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.text(alphabet="'=+-@ \t\r\n1a", max_size=8))
def test_no_guarded_cell_begins_like_a_formula(text: str) -> None:
    begins = guard(text).lstrip()[:1]
    assert begins not in {"=", "@"}
    assert begins not in {"+", "-"} or guard(text).lstrip("+-").replace(".", "").isdigit()
