"""Count breaches of the nudge rules over a million decisions, through clock changes, travel and crashes.

    python benchmarks/nudge_breaches.py [--users 400] [--days 225]

Users with two habits each live in zones that change their clocks in different weeks. Some travel now and then, and
some cross the date line every few days, both ways, so that a local date begins anew or is left out. The town's clock
goes forward in half hours; whoever's slot begins is asked about, also when the engine must refuse, and once a slot of a
local date, as in the product. What was sent is counted by the product's own `nudges.domain.counting`. Now and then the
process dies after the answers and before all of them are in the ledger: the rows are read back and the batch is asked
again. A send is written to the ledger only; the ledger is then checked by rules restated here, on plain lists.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nudges.domain import learn, policy, prior, state
from nudges.domain.counting import WEEK, Sent, counts
from nudges.domain.moment import Moment
from nudges.domain.slots import SLOT_START, SLOTS, STYLES

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "Africa/Cairo",
    "Pacific/Auckland", "America/Havana",
)  # fmt: skip
DATE_LINE = ("Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Auckland", "Pacific/Pago_Pago")
FIRST = datetime(2026, 2, 20, tzinfo=UTC)
STEP = timedelta(minutes=30)
STEPS_A_DAY = 48
CLOSED_AFTER = 36 * 2  # steps after a date's UTC midnight at which no zone has that date any more
HABITS = 2
CRASH_EVERY = 41  # batches

Begins = dict[datetime, tuple[date, int]]
Logged = tuple[int, Moment, policy.Decision]


class Town:
    """All users, their rows, what they were asked and the ledger of what was sent."""

    def __init__(self, users: int, days: int, seed: int) -> None:
        self.g = np.random.default_rng(seed)
        self.users, self.seed = users, seed
        self.shared = state.new_shared()
        self.rows = [self.newcomer() for _ in range(users * HABITS)]
        self.home = self.g.integers(0, len(ZONES), users)
        self.quiet = [
            (int(a), int(b))
            for a, b in zip(self.g.integers(1140, 1440, users), self.g.integers(0, 600, users), strict=True)
        ]
        self.begins = {name: slots_of(name, days) for name in (*ZONES, *DATE_LINE)}
        self.asked: set[tuple[int, date, int]] = set()
        self.sent: dict[int, list[Sent]] = defaultdict(list)
        self.log: dict[date, list[Logged]] = defaultdict(list)
        self.ignored = np.zeros(users, int)
        self.batches = 0
        self.count: Counter[str] = Counter()

    def newcomer(self) -> state.Row:
        row = learn.start(self.shared, int(self.g.integers(0, SLOTS)), [])
        if self.g.random() < 0.5:  # half of them surely respond, so that the limits are reached
            row["likelihood"][0, : prior.TYPES // 2] = -12 * state.NATS
        return row

    def zone(self, user: int, step: int) -> str:
        """Where the user is: one in five travels for nine days of 27, one in ten crosses the date line all the time."""
        if user % 10 == 1:
            stay = 29 + user % 50  # half hours, so that journeys begin at any time of day
            return DATE_LINE[(step // stay + user) % len(DATE_LINE)]
        away = user % 5 == 0 and (step // STEPS_A_DAY // 9) % 3 == 0
        return ZONES[(int(self.home[user]) + away) % len(ZONES)]

    def moment(self, user: int, habit: int, at: datetime, zone: str, *, digest: bool) -> Moment:
        day, slot = self.begins[zone][at]
        so_far = counts([one for one in self.sent[user] if one.day >= day - WEEK], habit, (day, slot))
        return Moment(
            decision_id=f"{user}:{habit}:{day.toordinal()}:{slot}",
            habit_id=f"{user}:{habit}",
            day=day.toordinal(),
            weekday=day.weekday(),
            slot=slot,
            at=int(at.timestamp()),
            zone=zone,
            quiet=self.quiet[user],
            chosen_slot=None,
            kill_switch=bool(day.day == 13),
            channel_on=user % 37 != 0,
            paused=user % 11 == 0 and day.month == 6,
            state="open",
            styles=STYLES,
            missed_run=0,
            sent_today_habit=so_far.today_habit,
            sent_today_user=so_far.today_user,
            sent_week_user=so_far.week_user,
            last_sent=None if so_far.last is None else int(so_far.last.timestamp()),
            ignored_run=int(self.ignored[user]),
            digest_open=digest,
        )

    def tick(self, at: datetime, step: int) -> None:
        """Ask about everyone whose slot begins now and was not asked about before, a batch a slot."""
        by_slot: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for user in range(self.users):
            zone = self.zone(user, step)
            begun = self.begins[zone].get(at)
            if begun is not None and (user, *begun) not in self.asked:
                self.asked.add((user, *begun))
                by_slot[begun[1]].append((user, zone))
        for those in by_slot.values():
            self.slot(those, at)

    def slot(self, those: list[tuple[int, str]], at: datetime) -> None:
        """These users' habits in turn; the second joins the first one's message."""
        joined: set[int] = set()
        for habit in range(HABITS):
            moments = [self.moment(user, habit, at, zone, digest=user in joined) for user, zone in those]
            rows = [user * HABITS + habit for user, _ in those]
            answers = self.ask(moments, rows)
            self.batches += 1
            crash = self.batches % CRASH_EVERY == 0
            written = len(those) // 2 if crash else len(those)
            asked = list(zip(rows, moments, answers, strict=True))
            for one in asked[:written]:
                self.write(one, at, joined)
            if crash:
                self.recover(asked, written, at, joined)
            for row, moment, answer in asked:
                self.log[date.fromordinal(moment.day)].append((row, moment, answer))

    def ask(self, moments: list[Moment], rows: list[int]) -> list[policy.Decision]:
        stacked = np.concatenate([self.rows[i] for i in rows])
        self.count["decisions"] += len(moments)
        return policy.decide_many(moments, stacked, self.shared, seed=self.seed)

    def write(self, one: Logged, at: datetime, joined: set[int]) -> None:
        row, moment, answer = one
        if answer.send:
            user, habit = divmod(row, HABITS)
            check(self, user, habit, moment)
            self.sent[user].append(Sent(habit, date.fromordinal(moment.day), moment.slot, at))
            joined.add(user)
            self.count["sends"] += 1

    def recover(self, asked: list[Logged], written: int, at: datetime, joined: set[int]) -> None:
        """A new process: rows from their bytes, the same questions again with the ledger as it is by now."""
        self.rows = [state.unpack_habit(state.pack(row)) for row in self.rows]
        self.shared = state.unpack_shared(state.pack(self.shared))
        self.count["crashes"] += 1
        again = [
            self.moment(*divmod(row, HABITS), at, moment.zone, digest=moment.digest_open) for row, moment, _ in asked
        ]
        answers = self.ask(again, [row for row, _, _ in asked])
        for i, ((row, _, before), moment, answer) in enumerate(zip(asked, again, answers, strict=True)):
            self.count["BREACH another answer"] += answer != before
            if i >= written:
                self.write((row, moment, answer), at, joined)

    def close(self, day: date) -> None:
        """Random outcomes: learning goes on, and some users ignore what they get."""
        g = self.g
        for row, moment, answer in self.log.pop(day, []):
            if answer.features is not None and (answer.send or g.random() < 0.2):
                done = bool(g.random() < 0.4)
                seen = learn.Outcome(int(g.integers(0, 100)) if done else None, done_that_day=done, opted_out=False)
                learn.outcome(self.rows[row], self.shared, moment, answer, seen)
        for habit_row in self.rows:
            record = learn.Record(due=True, done=bool(g.random() < 0.3), minute=None)
            learn.end_day(habit_row, self.shared, day.toordinal(), record)
        self.ignored = np.where(g.random(self.users) < 0.5, self.ignored + 1, 0)


def slots_of(zone: str, days: int) -> Begins:
    """Every slot's start on the wall clock of a zone, as an instant, and what begins then."""
    begins = {}
    for n in range(-1, days + 2):
        day = FIRST.date() + timedelta(days=n)
        for slot, minute in enumerate(SLOT_START):
            wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))
            begins[wall.astimezone(UTC)] = (day, slot)
    return begins


def check(town: Town, user: int, habit: int, moment: Moment) -> None:
    """The rules of one moment again, from the list of what was sent."""
    wall = datetime.fromtimestamp(moment.at, ZoneInfo(moment.zone))
    minute = wall.hour * 60 + wall.minute
    start, end = town.quiet[user]
    earlier = [moment.at - one.at.timestamp() for one in town.sent[user] if one.at.timestamp() != moment.at]
    rest = 6 * 3600 if town.ignored[user] >= 3 else 3 * 3600
    town.count["BREACH switched off"] += moment.kill_switch or not moment.channel_on or moment.paused
    town.count["BREACH quiet"] += (minute - start) % 1440 < (end - start) % 1440
    town.count["BREACH rest"] += any(since < rest for since in earlier)
    town.count["BREACH one a habit"] += any(
        (one.habit_id, one.day.toordinal()) == (habit, moment.day) for one in town.sent[user]
    )


def audit(town: Town) -> None:
    """The budgets and keys of the whole ledger: any local date, any seven dates in a row, wherever the user was."""
    for sent in town.sent.values():
        messages = {(one.day, one.slot, one.at) for one in sent}
        days = Counter(day for day, _, _ in messages)
        town.count["BREACH two a day"] += sum(n > 2 for n in days.values())
        town.count["BREACH seven a week"] += sum(
            sum(days[first + timedelta(days=n)] for n in range(7)) > 7 for first in days
        )
        town.count["BREACH duplicate"] += len(messages) - len({(day, slot) for day, slot, _ in messages})
        town.count["BREACH duplicate"] += len(sent) - len({(one.habit_id, one.day, one.slot) for one in sent})
        town.count["weeks at their budget"] += sum(
            sum(days[first + timedelta(days=n)] for n in range(7)) == 7 for first in days
        )
        in_order = [one.day for one in sent]
        town.count["sent on a date before the last one"] += sum(b < a for a, b in pairwise(in_order))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=400)
    parser.add_argument("--days", type=int, default=225)
    args = parser.parse_args()
    town, started = Town(args.users, args.days, 1), time.perf_counter()
    for step in range(args.days * STEPS_A_DAY):
        town.tick(FIRST + step * STEP, step)
        over, rest = divmod(step - CLOSED_AFTER, STEPS_A_DAY)
        if over >= 0 and rest == 0:
            town.close(FIRST.date() + timedelta(days=over))
    audit(town)
    breaches = {k: v for k, v in town.count.items() if k.startswith("BREACH") and v}
    counted = {k: v for k, v in town.count.items() if not k.startswith("BREACH")}
    print(f"{counted}, breaches {sum(breaches.values())} {breaches}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
