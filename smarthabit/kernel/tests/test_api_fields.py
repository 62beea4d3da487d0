"""Numbers, days, instants and ids at the edge of the API."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.serializers import ValidationError

from smarthabit.kernel.api.fields import (
    DayField,
    IdField,
    InstantField,
    MilliField,
    TimeOfDayField,
    instant_text,
    milli_text,
)

UTC = dt.UTC


@pytest.mark.parametrize(
    ("milli", "text"), [(2500, "2.5"), (30000, "30"), (0, "0"), (1, "0.001"), (-1500, "-1.5"), (100, "0.1")]
)
def test_thousandths_are_shown_as_the_shortest_decimal(milli: int, text: str) -> None:
    assert milli_text(milli) == text == MilliField().to_representation(milli)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_an_amount_survives_the_way_out_and_in(milli: int) -> None:
    assert MilliField(signed=True).run_validation(milli_text(milli)) == milli


@pytest.mark.parametrize(
    ("data", "milli"),
    [("2.5", 2500), (2.5, 2500), (3, 3000), ("0", 0), (0.001, 1), (1e3, 1_000_000), (" 7 ", 7000), (0.1, 100)],
)
def test_amounts_are_taken_as_text_or_number(data: Any, milli: int) -> None:
    assert MilliField().run_validation(data) == milli


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "1.2345",
        1.2345,
        True,
        [],
        {},
        "1e3",
        "-1",
        -1,
        float("inf"),
        "NaN",
        "١",
        "1_000",
        "1" * 13,
        10**30,
        "1.",
    ],
)
def test_what_is_no_amount_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        MilliField().run_validation(data)


@pytest.mark.parametrize(
    "data", ["20260131", "2026-1-31", "2026-02-30", "2026-W05-1", "31.01.2026", 20260131, "２026-01-31"]
)
def test_a_day_has_one_shape(data: Any) -> None:
    with pytest.raises(ValidationError):
        DayField().run_validation(data)


def test_a_day_comes_back_as_it_went_in() -> None:
    day = DayField().run_validation("2026-01-31")
    assert (day, DayField().to_representation(day)) == (dt.date(2026, 1, 31), "2026-01-31")


def test_an_instant_may_be_told_to_the_nanosecond() -> None:
    instant = InstantField().run_validation("2026-01-31T08:00:00.123456789Z")
    assert instant == dt.datetime(2026, 1, 31, 8, 0, 0, 123456, tzinfo=UTC)


def test_an_instant_is_given_out_in_utc() -> None:
    instant = dt.datetime(2026, 1, 31, 9, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert InstantField().to_representation(instant) == "2026-01-31T08:00:00Z" == instant_text(instant)


@pytest.mark.parametrize("data", ["2026-01-31T09:00:00+01:00", "2026-01-31t08:00:00z", "2026-01-31 08:00:00.000Z"])
def test_an_instant_is_taken_with_its_offset(data: str) -> None:
    assert InstantField().run_validation(data) == dt.datetime(2026, 1, 31, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "data", ["2026-01-31T08:00:00", "2026-01-31", "now", 0, "0001-01-01T00:00:00+14:00", "2026-01-31T25:00:00Z"]
)
def test_an_instant_without_its_offset_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        InstantField().run_validation(data)


def test_ids_are_strings_outside_and_numbers_inside() -> None:
    assert (IdField().run_validation("17"), IdField().to_representation(17)) == (17, "17")


@pytest.mark.parametrize("data", ["x", "-1", "1.0", True, None, "9" * 19, [], "١"])
def test_what_is_no_id_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        IdField().run_validation(data)


@pytest.mark.parametrize("text", ["00:00", "03:30", "23:59", "18:30:00"])
def test_a_time_of_day_is_hours_and_minutes(text: str) -> None:
    taken = TimeOfDayField().run_validation(text)
    assert TimeOfDayField().to_representation(taken) == text[:5]


@pytest.mark.parametrize("data", ["24:00", "7:30", "0730", "07:30:15", "07:30Z", "07:30+1", "٠٧:٣٠", 730, None, True])
def test_what_is_no_time_of_day_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        TimeOfDayField().run_validation(data)
