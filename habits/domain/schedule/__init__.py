"""When a habit is asked for: the six schedules, the days they name, and their JSON."""

from habits.domain.schedule.days import due_days, is_due
from habits.domain.schedule.reading import ScheduleError, parse_schedule, schedule_to_json
from habits.domain.schedule.types import (
    LAST_OF_MONTH,
    DaySchedule,
    Interval,
    Monthdays,
    Monthly,
    Period,
    Rolling,
    Schedule,
    StreakUnit,
    Weekdays,
    Weekly,
    asks_for_total,
    streak_unit,
)

__all__ = [
    "LAST_OF_MONTH",
    "DaySchedule",
    "Interval",
    "Monthdays",
    "Monthly",
    "Period",
    "Rolling",
    "Schedule",
    "ScheduleError",
    "StreakUnit",
    "Weekdays",
    "Weekly",
    "asks_for_total",
    "due_days",
    "is_due",
    "parse_schedule",
    "schedule_to_json",
    "streak_unit",
]
