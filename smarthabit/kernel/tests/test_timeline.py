"""Places of lines in a list of several tables."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarthabit.kernel.timeline import Place, place_from

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
PLACES = st.builds(
    Place,
    st.timedeltas(dt.timedelta(0), dt.timedelta(days=365_000)).map(lambda since: EPOCH + since),
    st.integers(0, 99),
    st.integers(0, 10**18 - 1),
)


@given(PLACES)
def test_an_address_names_its_place(place: Place) -> None:
    assert place_from(str(place)) == place


@pytest.mark.parametrize("text", ["", "1", "1-2", "1-2-", "-1-2-3", "1-2-3-4", "99999999999999999-0-1", "١-2-3"])
def test_anything_else_names_none(text: str) -> None:
    assert place_from(text) is None
