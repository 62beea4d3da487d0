"""A demo account with two years of plausible history, made by the services that real histories come from."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from goals.services import GoalDraft, create_goal
from habits.selectors import habit_views
from habits.services import (
    EntryChange,
    EntryWrite,
    HabitChange,
    HabitDraft,
    add_pause,
    create_habit,
    update_habit,
    write_entries,
)
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

EMAIL = "demo@example.org"
DAYS = 730
_DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}


@dataclass(frozen=True, slots=True)
class Story:
    """A habit, and how its person does with it."""

    draft: HabitDraft
    hour: float
    first: float
    """How likely a day is done at the start,"""
    last: float
    """and how likely by now; the way from one to the other levels off."""
    weekend: float = 0.0
    """What a weekend adds."""
    amount: tuple[int, int] = (1000, 1000)
    """Thousandths from and to when done; a day that is not done states less, or nothing."""
    notes: tuple[str, ...] = ()
    on: Callable[[dt.date], bool] = lambda _day: True
    """Whether it is thought of on that day."""


def _draft(name: str, **fields: Any) -> HabitDraft:
    return HabitDraft(**{"name": name, "schedule": _DAILY, "target_milli": 1000, **fields})


STORIES = (
    Story(
        _draft("Meditate", why="A calm start", cue="after I pour my coffee", icon="brain", tags=("mind", "morning")),
        hour=7.2,
        first=0.55,
        last=0.92,
        notes=("Short one", "Sat by the window", "Restless"),
    ),
    Story(
        _draft(
            "Run",
            unit="km",
            target_milli=20_000,
            schedule={"type": "weekly", "total": True},
            colour="orange",
            icon="footprints",
            tags=("body",),
            why="To breathe",
        ),
        hour=18.3,
        first=0.35,
        last=0.5,
        weekend=0.2,
        amount=(4000, 11_000),
        notes=("Along the river", "Rain", "New shoes"),
    ),
    Story(
        _draft("Read", unit="pages", target_milli=20_000, colour="blue", icon="book", tags=("mind", "evening")),
        hour=21.5,
        first=0.6,
        last=0.8,
        amount=(20_000, 45_000),
    ),
    Story(
        _draft(
            "Strength training",
            schedule={"type": "weekdays", "days": [1, 3, 5]},
            colour="violet",
            icon="dumbbell",
            tags=("body",),
            cue="right after work",
        ),
        hour=17.8,
        first=0.5,
        last=0.78,
        on=lambda day: day.isoweekday() in {1, 3, 5},
    ),
    Story(
        _draft("Drink water", unit="glasses", target_milli=8000, colour="teal", icon="droplet", freezes=False),
        hour=20.0,
        first=0.45,
        last=0.7,
        amount=(8000, 10_000),
    ),
    Story(
        _draft("No sweets", kind="limit", target_milli=0, colour="pink", icon="candy"),
        hour=15.0,
        first=0.7,
        last=0.85,
        weekend=-0.25,
    ),
    Story(
        _draft(
            "Screen time",
            kind="limit",
            unit="h",
            target_milli=2000,
            colour="grey",
            icon="smartphone",
            tags=("evening",),
        ),
        hour=22.0,
        first=0.55,
        last=0.75,
        weekend=-0.2,
        amount=(500, 2000),
    ),
    Story(
        _draft(
            "Practise the piano", schedule={"type": "weekly", "times": 4}, colour="yellow", icon="music", tags=("mind",)
        ),
        hour=19.0,
        first=0.5,
        last=0.62,
        weekend=0.1,
    ),
    Story(
        _draft("Call family", schedule={"type": "rolling", "times": 1, "days": 7}, colour="red", icon="phone"),
        hour=18.0,
        first=0.12,
        last=0.2,
        weekend=0.25,
    ),
    Story(
        _draft("Review the budget", schedule={"type": "monthdays", "days": [1, -1]}, colour="green", icon="coffee"),
        hour=20.5,
        first=0.7,
        last=0.9,
        on=lambda day: 1 in {day.day, (day + dt.timedelta(days=1)).day},
    ),
)


@dataclass(slots=True)
class Telling:
    """Whose story is told, as of when, and the dice that decide it."""

    user: User
    now: dt.datetime
    today: dt.date
    chance: random.Random


LATELY = dt.timedelta(days=7)
"""How far back each entry was said at its own hour, as in life; what is older was said at once."""


def tell(user: User, now: dt.datetime) -> int:
    """Give ``user`` the demo's habits and history, the same for the same day; says how many entries were made."""
    telling = Telling(user, now, today_of(user, now), random.Random(20240101))  # noqa: S311 - a story, not a secret
    start = telling.today - dt.timedelta(days=DAYS)
    made, lately = 0, list[EntryWrite]()
    for number, story in enumerate(STORIES):
        draft = replace(story.draft, started_on=start + dt.timedelta(days=number * 17))
        habit = create_habit(user=user, draft=draft, now=now)
        writes = list(_writes(telling, story, habit.pk, draft.started_on or telling.today))
        lately += [write for write in writes if write.day > telling.today - LATELY]
        past = [write for write in writes if write.day <= telling.today - LATELY]
        write_entries(user=user, writes=past, now=now - LATELY)
        made += len(writes)
    for at, write in sorted(((_said_at(telling, write), write) for write in lately), key=lambda one: one[0]):
        write_entries(user=user, writes=[write], now=at)
    _turns(telling)
    _goals(telling)
    return made


def _said_at(telling: Telling, write: EntryWrite) -> dt.datetime:
    """When somebody would have said so: as it was done, and a day without an hour in its evening."""
    at = write.change.performed_at
    if isinstance(at, dt.datetime):
        return at
    return min(telling.now, dt.datetime.combine(write.day, dt.time(21), telling.user.zone))


def _writes(telling: Telling, story: Story, habit_id: int, begin: dt.date) -> Iterator[EntryWrite]:
    wall = telling.now.astimezone(telling.user.zone)
    mood = 0.0
    for age in range((telling.today - begin).days + 1):
        day = begin + dt.timedelta(days=age)
        mood = 0.85 * mood + telling.chance.gauss(0, 0.06)  # good weeks and bad ones
        likely = story.last + (story.first - story.last) * math.exp(-age / 120) + mood
        likely += story.weekend if day.isoweekday() >= 6 else 0
        change = _day(telling, story, day, likely)
        if change is not None and story.on(day) and (day < telling.today or wall.hour > story.hour):
            yield EntryWrite(habit_id, day, change)


def _day(telling: Telling, story: Story, day: dt.date, likely: float) -> EntryChange | None:
    chance = telling.chance
    if chance.random() < 0.012:
        return EntryChange(skipped=True, note="Ill" if chance.random() < 0.3 else "")
    value = _value(story, chance, done=chance.random() < likely)
    if value is None:
        return None
    note = chance.choice(story.notes) if story.notes and chance.random() < 0.04 else ""
    hour = min(23.5, max(0.1, chance.gauss(story.hour, 0.8)))
    at = dt.datetime.combine(day, dt.time(int(hour), int(hour % 1 * 60)), telling.user.zone)
    return EntryChange(value, note=note, performed_at=min(at, telling.now))


def _value(story: Story, chance: random.Random, *, done: bool) -> int | None:
    """Thousandths; a target missed is now and then stated in part, a limit always."""
    low, high = story.amount
    counted = bool(story.draft.unit)
    if story.draft.kind == "limit":
        if not counted:
            return 0 if done else 1000
        return chance.randrange(low, high, 250) if done else chance.randrange(high + 250, high * 2, 250)
    if not done:
        return int(low * chance.uniform(0.2, 0.8) / 1000) * 1000 if counted and chance.random() < 0.3 else None
    return round(chance.uniform(low, high) / 500) * 500 if counted else 1000


def _turns(telling: Telling) -> None:
    """What happens in two years: a holiday, and a plan that was raised."""
    user, now, today = telling.user, telling.now, telling.today
    away = today - dt.timedelta(days=260)
    add_pause(user=user, now=now, starts_on=away, ends_on=away + dt.timedelta(days=13), reason="Holiday")
    (read,) = (view.habit for view in habit_views(user, now) if view.habit.name == "Read")
    raised = HabitChange(target_milli=25_000)
    update_habit(user=user, habit_id=read.pk, change=raised, now=now, effective_from=today - dt.timedelta(days=90))


def _goals(telling: Telling) -> None:
    """What the habits lead to: a year of pages, and days of sitting still by the end of the season."""
    user, now, today = telling.user, telling.now, telling.today
    habits = {view.habit.name: view.habit.pk for view in habit_views(user, now)}
    year = GoalDraft(
        title="Read 9,500 pages",
        measure="total",
        target_milli=9_500_000,
        unit="pages",
        starts_on=today - dt.timedelta(days=300),
        deadline=today + dt.timedelta(days=65),
        habits=((habits["Read"], 1000),),
        milestones=(2_000_000, 4_000_000, 6_000_000),
    )
    season = GoalDraft(
        title="Meditate on 100 days",
        measure="count",
        target_milli=100_000,
        starts_on=today - dt.timedelta(days=80),
        deadline=today + dt.timedelta(days=40),
        habits=((habits["Meditate"], 1000),),
    )
    for draft in (year, season):
        create_goal(user=user, draft=draft, now=now)
