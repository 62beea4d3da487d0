"""Count breaches of the nudge rules over a million decisions, through clock changes, travel and crashes.

    python benchmarks/nudge_breaches.py [--users 400] [--days 225]

Users with two habits each live in zones that change their clocks in different weeks, and some travel. The engine is
asked at every slot, also when it must refuse. Now and then the process dies after the answers and before all of them
are in the ledger: the rows are read back and the batch is asked again. A send is written to the ledger only; the ledger
is then checked by rules restated here, on plain lists of instants.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nudges.domain import learn, policy, prior, state
from nudges.domain.moment import Moment
from nudges.domain.slots import SLOT_START, SLOTS, STYLES

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "Africa/Cairo",
    "Pacific/Auckland", "America/Havana",
)  # fmt: skip
FIRST = date(2026, 2, 20)
HABITS = 2
CRASH_EVERY = 41  # batches


class Town:
    """All users, their rows and the ledger of what was sent."""

    def __init__(self, users: int, seed: int) -> None:
        self.g = np.random.default_rng(seed)
        self.users, self.seed = users, seed
        self.shared = state.new_shared()
        self.rows = [self.newcomer() for _ in range(users * HABITS)]
        self.home = self.g.integers(0, len(ZONES), users)
        self.quiet = [
            (int(a), int(b))
            for a, b in zip(self.g.integers(1140, 1440, users), self.g.integers(0, 600, users), strict=True)
        ]
        self.sent: dict[int, list[tuple[int, int, int]]] = defaultdict(list)  # user -> (instant, day, habit)
        self.ignored = np.zeros(users, int)
        self.count: Counter[str] = Counter()

    def newcomer(self) -> state.Row:
        row = learn.start(self.shared, int(self.g.integers(0, SLOTS)), [])
        if self.g.random() < 0.5:  # half of them surely respond, so that the limits are reached
            row["likelihood"][0, : prior.TYPES // 2] = -12 * state.NATS
        return row

    def zone(self, user: int, day: int) -> str:
        away = user % 5 == 0 and (day // 9) % 3 == 0
        return ZONES[(int(self.home[user]) + away) % len(ZONES)]

    def moment(self, user: int, habit: int, day: date, slot: int, digest: bool) -> Moment:
        ordinal = day.toordinal()
        zone = self.zone(user, ordinal)
        at = instant(day, slot, zone)
        # A journey can bring a later day's slot before an earlier one's: the ledger counts by days, not instants.
        before = [s for s in self.sent[user] if s[0] != at]
        today = {s[0] for s in before if s[1] == ordinal}
        return Moment(
            decision_id=f"{user}:{habit}:{ordinal}:{slot}",
            habit_id=f"{user}:{habit}",
            day=ordinal,
            weekday=day.weekday(),
            slot=slot,
            at=at,
            zone=zone,
            quiet=self.quiet[user],
            chosen_slot=None,
            kill_switch=bool(day.day == 13),
            channel_on=user % 37 != 0,
            paused=user % 11 == 0 and day.month == 6,
            state="open",
            styles=STYLES,
            missed_run=0,
            sent_today_habit=sum(s[1] == ordinal and s[2] == habit for s in self.sent[user]),
            sent_today_user=len(today),
            sent_week_user=len({s[0] for s in before if s[1] > ordinal - 7}),
            last_sent=max((s[0] for s in before), default=None),
            ignored_run=int(self.ignored[user]),
            digest_open=digest,
        )

    def ask(self, moments: list[Moment], rows: list[int]) -> list[policy.Decision]:
        stacked = np.concatenate([self.rows[i] for i in rows])
        self.count["decisions"] += len(moments)
        return policy.decide_many(moments, stacked, self.shared, seed=self.seed)

    def slot(self, day: date, slot: int, batch: int) -> list[tuple[int, Moment, policy.Decision]]:
        """Every user's habits in turn; the second joins the first one's message."""
        log = []
        joined: set[int] = set()
        for habit in range(HABITS):
            rows = [u * HABITS + habit for u in range(self.users)]
            moments = [self.moment(u, habit, day, slot, u in joined) for u in range(self.users)]
            answers = self.ask(moments, rows)
            crash = (batch * HABITS + habit) % CRASH_EVERY == 0
            written = self.users // 2 if crash else self.users
            for u in range(written):
                self.write(u, habit, moments[u], answers[u], joined)
            if crash:
                again = [self.moment(u, habit, day, slot, moments[u].digest_open) for u in range(self.users)]
                self.recover(habit, again, answers, joined)
            log += [(rows[u], moments[u], answers[u]) for u in range(self.users)]
        return log

    def write(self, user: int, habit: int, moment: Moment, answer: policy.Decision, joined: set[int]) -> None:
        if answer.send:
            check(self, user, habit, moment)
            self.sent[user].append((moment.at, moment.day, habit))
            joined.add(user)
            self.count["sends"] += 1

    def recover(self, habit: int, again: list[Moment], answers: list[policy.Decision], joined: set[int]) -> None:
        """A new process: rows from their bytes, the same questions again with the ledger as it is."""
        self.rows = [state.unpack_habit(state.pack(row)) for row in self.rows]
        self.shared = state.unpack_shared(state.pack(self.shared))
        self.count["crashes"] += 1
        rows = [u * HABITS + habit for u in range(self.users)]
        for u, answer in enumerate(self.ask(again, rows)):
            already = u < self.users // 2 and answers[u].send
            if already and answer.send:
                self.count["BREACH duplicate"] += 1
            if not already and answer != answers[u]:
                self.count["BREACH another answer"] += 1
            if u >= self.users // 2:
                self.write(u, habit, again[u], answer, joined)


def instant(day: date, slot: int, zone: str) -> int:
    """The slot's start on the user's wall clock, as UTC seconds."""
    at = datetime(day.year, day.month, day.day, SLOT_START[slot] // 60, SLOT_START[slot] % 60, tzinfo=ZoneInfo(zone))
    return int(at.timestamp())


def check(town: Town, user: int, habit: int, moment: Moment) -> None:
    """Every rule again, from the list of what was sent."""
    wall = datetime.fromtimestamp(moment.at, ZoneInfo(moment.zone))
    minute = wall.hour * 60 + wall.minute
    start, end = town.quiet[user]
    earlier = [s for s in town.sent[user] if s[0] != moment.at]
    rest = 6 * 3600 if town.ignored[user] >= 3 else 3 * 3600
    rules = {
        "switched off": moment.kill_switch or not moment.channel_on or moment.paused,
        "quiet": (minute - start) % 1440 < (end - start) % 1440,
        "two a day": len({s[0] for s in earlier if s[1] == moment.day}) >= 2,
        "one a habit": any(s[1] == moment.day and s[2] == habit for s in town.sent[user]),
        "seven a week": len({s[0] for s in earlier if moment.day - 7 < s[1] <= moment.day}) >= 7,
        "rest": any(0 <= moment.at - s[0] < rest for s in earlier),
    }
    for name, broken in rules.items():
        town.count[f"BREACH {name}"] += broken


def close_day(town: Town, day: date, log: list[tuple[int, Moment, policy.Decision]]) -> None:
    """Random outcomes: learning goes on, and some users ignore what they get."""
    g = town.g
    for i, moment, answer in log:
        if answer.features is not None and (answer.send or g.random() < 0.2):
            done = bool(g.random() < 0.4)
            seen = learn.Outcome(int(g.integers(0, 100)) if done else None, done_that_day=done, opted_out=False)
            learn.outcome(town.rows[i], town.shared, moment, answer, seen)
    for row in town.rows:
        learn.end_day(
            row, town.shared, day.toordinal(), learn.Record(due=True, done=bool(g.random() < 0.3), minute=None)
        )
    ignoring = g.random(town.users) < 0.5
    town.ignored = np.where(ignoring, town.ignored + 1, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=400)
    parser.add_argument("--days", type=int, default=225)
    args = parser.parse_args()
    town, started, batch = Town(args.users, 1), time.perf_counter(), 0
    for n in range(args.days):
        day, log = FIRST + timedelta(days=n), []
        for slot in range(SLOTS):
            log += town.slot(day, slot, batch)
            batch += 1
        close_day(town, day, log)
    breaches = {k: v for k, v in town.count.items() if k.startswith("BREACH") and v}
    counted = {k: v for k, v in town.count.items() if not k.startswith("BREACH")}
    print(f"{counted}, breaches {sum(breaches.values())} {breaches}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
