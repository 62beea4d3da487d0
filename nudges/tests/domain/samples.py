"""Moments and rows that the nudge tests build on."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from nudges.domain import learn
from nudges.domain.learn import Record
from nudges.domain.moment import Moment
from nudges.domain.policy import Decision, Features
from nudges.domain.state import VERSION, Row, new_shared

MONDAY = datetime(2026, 3, 2, tzinfo=ZoneInfo("UTC")).toordinal()
NOON = int(datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())

OPEN = Moment(
    decision_id="h:1:2",
    habit_id="h",
    day=MONDAY,
    weekday=0,
    slot=2,
    at=NOON,
    zone="Europe/Berlin",
    quiet=(1320, 420),
    chosen_slot=2,
    kill_switch=False,
    channel_on=True,
    paused=False,
    state="open",
    styles=("plan", "tiny"),
    missed_run=0,
    sent_today_habit=0,
    sent_today_user=0,
    sent_week_user=0,
    last_sent=None,
    ignored_run=0,
    digest_open=False,
)


def moment(**changes: Any) -> Moment:
    return replace(OPEN, **changes)


def people(count: int, seed: int = 7) -> tuple[Row, list[Row]]:
    """The shared row and `count` user-habits with three weeks of their own history."""
    g = np.random.default_rng(seed)
    shared, rows = new_shared(), []
    for _ in range(count):
        rate, chosen = g.uniform(0.1, 0.8), int(g.integers(0, 6))
        history = [
            (MONDAY - 21 + d, Record(due=True, done=bool(g.random() < rate), minute=int(g.integers(420, 1300))))
            for d in range(21)
        ]
        rows.append(learn.start(shared, chosen, history))
    return shared, rows


def decided(send: bool = True, chance: float = 0.5, hazard: float = 0.1, style: str = "plan") -> Decision:
    """A logged decision about an ordinary moment."""
    return Decision(
        send=send,
        style=style if send else None,
        propensities={"no_send": 1 - chance, style: chance},
        reason="sent" if send else "drawn_no_send",
        features=Features(VERSION, (hazard,) * 6, (1.0,) * 4, (0.0,) * 4),
    )
