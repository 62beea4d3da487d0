"""Reading schedules from JSON, writing them back, and the days they name."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.domain.schedule import (
    Interval,
    Monthdays,
    Monthly,
    Rolling,
    Schedule,
    ScheduleError,
    Weekdays,
    Weekly,
    due_days,
    is_due,
    parse_schedule,
    schedule_to_json,
    streak_unit,
)
from habits.domain.schedule.types import DaySchedule
from habits.tests.domain import strategies
from habits.tests.domain.effort import effort

plain_values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
json_values = plain_values | st.lists(plain_values, max_size=4)
fields = ["days", "times", "total", "every", "anchor", "x"]
types = st.sampled_from(["weekdays", "interval", "monthdays", "weekly", "monthly", "rolling"])


@effort(100)
@given(strategies.schedules)
def test_a_schedule_survives_json(schedule: Schedule) -> None:
    assert parse_schedule(schedule_to_json(schedule)) == schedule


@effort(60)
@given(json_values | st.fixed_dictionaries({"type": types}, optional=dict.fromkeys(fields, json_values)))
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        schedule = parse_schedule(value)
    except ScheduleError:
        return
    assert parse_schedule(schedule_to_json(schedule)) == schedule


@pytest.mark.parametrize(
    ("value", "schedule"),
    [
        ({"type": "weekdays", "days": [5, 1, 5]}, Weekdays((1, 5))),
        ({"type": "interval", "every": 3, "anchor": "2024-02-29"}, Interval(3, date(2024, 2, 29))),
        ({"type": "monthdays", "days": [-1, 31, 1, 31]}, Monthdays((1, 31, -1))),
        ({"type": "weekly", "times": 7}, Weekly(7)),
        ({"type": "weekly", "total": True}, Weekly(None)),
        ({"type": "monthly", "times": 28}, Monthly(28)),
        ({"type": "monthly", "total": True}, Monthly(None)),
        ({"type": "rolling", "days": 60, "times": 60}, Rolling(60, 60)),
        ({"type": "rolling", "days": 1, "total": True}, Rolling(1, None)),
    ],
)
def test_a_schedule_is_read_in_order_and_without_repeats(value: dict[str, object], schedule: Schedule) -> None:
    assert parse_schedule(value) == schedule


@pytest.mark.parametrize(
    ("value", "field", "code"),
    [
        (None, "", "not_an_object"),
        ([], "", "not_an_object"),
        ("weekly", "", "not_an_object"),
        ({}, "type", "missing"),
        ({"type": "yearly"}, "type", "unknown_type"),
        ({"type": 1}, "type", "unknown_type"),
        ({"type": ["weekly"]}, "type", "unknown_type"),
        ({"type": "weekdays", "days": [1], "times": 1}, "times", "unknown_field"),
        ({"type": "weekdays", "days": [1], 7: 1}, "7", "unknown_field"),
        ({"type": "weekdays"}, "days", "missing"),
        ({"type": "weekdays", "days": 1}, "days", "not_a_list"),
        ({"type": "weekdays", "days": "12"}, "days", "not_a_list"),
        ({"type": "weekdays", "days": []}, "days", "empty"),
        ({"type": "weekdays", "days": [0]}, "days", "out_of_range"),
        ({"type": "weekdays", "days": [8]}, "days", "out_of_range"),
        ({"type": "weekdays", "days": [1, True]}, "days", "not_a_whole_number"),
        ({"type": "weekdays", "days": [1.0]}, "days", "not_a_whole_number"),
        ({"type": "weekdays", "days": [[1]]}, "days", "not_a_whole_number"),
        ({"type": "interval", "anchor": "2024-01-01"}, "every", "missing"),
        ({"type": "interval", "every": 0, "anchor": "2024-01-01"}, "every", "out_of_range"),
        ({"type": "interval", "every": 366, "anchor": "2024-01-01"}, "every", "out_of_range"),
        ({"type": "interval", "every": 10**400, "anchor": "2024-01-01"}, "every", "out_of_range"),
        ({"type": "interval", "every": 2}, "anchor", "missing"),
        ({"type": "interval", "every": 2, "anchor": 20240101}, "anchor", "not_a_date"),
        ({"type": "interval", "every": 2, "anchor": "20240101"}, "anchor", "not_a_date"),
        ({"type": "interval", "every": 2, "anchor": "2024-02-30"}, "anchor", "not_a_date"),
        ({"type": "interval", "every": 2, "anchor": "٢٠٢٤-01-01"}, "anchor", "not_a_date"),
        ({"type": "monthdays", "days": [0]}, "days", "not_a_month_day"),
        ({"type": "monthdays", "days": [32]}, "days", "not_a_month_day"),
        ({"type": "monthdays", "days": [-2]}, "days", "not_a_month_day"),
        ({"type": "monthdays", "days": [False]}, "days", "not_a_whole_number"),
        ({"type": "weekly"}, "times", "times_or_total"),
        ({"type": "weekly", "times": 8}, "times", "out_of_range"),
        ({"type": "weekly", "times": None}, "times", "not_a_whole_number"),
        ({"type": "weekly", "times": 2, "total": True}, "times", "times_and_total"),
        ({"type": "weekly", "total": False}, "total", "not_true"),
        ({"type": "weekly", "total": 1}, "total", "not_true"),
        ({"type": "monthly", "times": 29}, "times", "out_of_range"),
        ({"type": "monthly", "times": "3"}, "times", "not_a_whole_number"),
        ({"type": "rolling", "times": 1}, "days", "missing"),
        ({"type": "rolling", "days": 61, "times": 1}, "days", "out_of_range"),
        ({"type": "rolling", "days": 3, "times": 4}, "times", "more_times_than_days"),
        ({"type": "rolling", "days": 3, "times": 0}, "times", "out_of_range"),
        ({"type": "rolling", "days": 3}, "times", "times_or_total"),
    ],
)
def test_what_cannot_be_read_is_refused_by_field_and_reason(value: object, field: str, code: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(value)
    assert (caught.value.field, caught.value.code) == (field, code)


def test_a_refusal_can_be_read_and_translated() -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule({"type": "weekly", "times": 9})
    assert caught.value.message == "This must be between 1 and 7."
    assert caught.value.params == {"low": 1, "high": 7}
    assert str(caught.value) == "times: This must be between 1 and 7."


def test_a_refusal_of_the_whole_names_no_field() -> None:
    with pytest.raises(ScheduleError, match=r"\AA schedule is an object with a type\.\Z"):
        parse_schedule(3)


@pytest.mark.parametrize(
    ("schedule", "unit"),
    [
        (Weekdays((1,)), "day"),
        (Interval(2, date(2024, 1, 1)), "day"),
        (Monthdays((1,)), "day"),
        (Weekly(1), "week"),
        (Monthly(None), "month"),
        (Rolling(7, 3), "day"),
    ],
)
def test_a_streak_counts_in_the_schedules_unit(schedule: Schedule, unit: str) -> None:
    assert streak_unit(schedule) == unit


@effort(100)
@given(
    st.one_of(strategies.weekdays, strategies.daily, strategies.intervals, strategies.monthdays),
    st.dates(date(1999, 1, 1), date(2030, 1, 1)),
    st.integers(-1, 70),
)
def test_due_days_are_the_days_that_are_due(schedule: DaySchedule, first: date, length: int) -> None:
    days = [first + timedelta(days=n) for n in range(length + 1)]
    found = due_days(schedule, first.toordinal(), first.toordinal() + length)
    assert list(found) == [day.toordinal() for day in days if is_due(schedule, day)]


def test_month_days_past_the_end_fall_on_the_last_day_once() -> None:
    days = [day for day in range(1, 30) if is_due(Monthdays((30, 31, -1)), date(2024, 2, day))]
    assert days == [29]


def test_an_interval_reaches_back_before_its_anchor() -> None:
    assert is_due(Interval(3, date(2024, 1, 5)), date(2023, 12, 30))
    assert not is_due(Interval(3, date(2024, 1, 5)), date(2024, 1, 4))
