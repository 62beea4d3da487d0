"""The rules once more, in the slowest and most literal way there is.

Nothing here is shared with the product but the dataclasses that say what was asked and what was entered. Every answer
is worked out from scratch, day by day, for a given `Now`: a day, and whether that day is over already.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt

from habits.domain.entry import EntryRow
from habits.domain.plan import Plan, Rules
from habits.domain.schedule import Interval, Monthdays, Monthly, Rolling, Weekdays, Weekly

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Now:
    day: date
    over: bool


@dataclass(frozen=True)
class Unit:
    first: date
    last: date
    state: str
    need: Fraction
    done: Fraction


@dataclass(frozen=True)
class Counts:
    current: int = 0
    longest: int = 0
    since: date | None = None
    freezes: int = 0
    run: int = 0


@dataclass(frozen=True)
class Oracle:
    rules: Rules
    entries: dict[date, EntryRow]

    # --- days

    def plan(self, day: date) -> Plan:
        plans = [plan for plan in self.rules.plans if plan.effective_from <= day]
        return plans[-1] if plans else self.rules.plans[0]

    def span(self, day: date) -> tuple[date, date]:
        """The days around `day` whose plans have its schedule and target, from the start on."""
        wanted = (self.plan(day).schedule, self.plan(day).target)
        changes = [plan.effective_from for plan in self.rules.plans if plan.effective_from > self.rules.started_on]
        edges = [self.rules.started_on, *changes]
        first = last = day
        while first > self.rules.started_on:
            if first in edges and (self.plan(first - DAY).schedule, self.plan(first - DAY).target) != wanted:
                break
            first -= DAY
        while last < day + 80 * DAY and (self.plan(last + DAY).schedule, self.plan(last + DAY).target) == wanted:
            last += DAY
        return first, last

    def entry(self, day: date, now: Now) -> EntryRow | None:
        return self.entries.get(day) if day <= now.day else None

    def value(self, day: date, now: Now) -> int | None:
        entry = self.entry(day, now)
        return entry.value if entry else None

    def over(self, day: date, now: Now) -> bool:
        return day < now.day or (day == now.day and now.over)

    def paused(self, day: date) -> bool:
        """Off whatever is entered."""
        return day < self.rules.started_on or any(a <= day.toordinal() <= b for a, b in self.rules.off)

    def stated_done(self, day: date, now: Now) -> bool:
        value, plan = self.value(day, now), self.plan(day)
        if value is None:
            return False
        if self.rules.kind == "limit":
            return value <= plan.target
        return value > 0 if total(plan) else value >= plan.target

    def skipped(self, day: date, now: Now) -> bool:
        entry = self.entry(day, now)
        return bool(entry and entry.skipped and not self.stated_done(day, now))

    def on(self, day: date, now: Now) -> bool:
        return not self.paused(day) and not self.skipped(day, now)

    def done(self, day: date, now: Now) -> bool:
        """Done, or a limit that held through a silent day."""
        silent = self.rules.kind == "limit" and self.value(day, now) is None and self.over(day, now)
        return self.on(day, now) and (self.stated_done(day, now) or silent)

    def amount(self, day: date, now: Now) -> int:
        return (self.value(day, now) or 0) if self.on(day, now) else 0

    def due(self, day: date) -> bool:
        """Whether a schedule of days names it."""
        schedule = self.plan(day).schedule
        if isinstance(schedule, Weekdays):
            return day.isoweekday() in schedule.days
        if isinstance(schedule, Interval):
            return (day - schedule.anchor).days % schedule.every == 0
        assert isinstance(schedule, Monthdays)
        length = monthrange(day.year, day.month)[1]
        return day.day in {length if listed == -1 else min(listed, length) for listed in schedule.days}

    # --- units

    def units(self, now: Now) -> list[Unit]:
        found: list[Unit] = []
        for day in days(self.rules.started_on, now.day):
            schedule = self.plan(day).schedule
            if isinstance(schedule, Weekly | Monthly):
                first, last, length = self.period(day)
                if day == first:
                    found.append(self.period_unit(first, last, length, now))
            elif isinstance(schedule, Rolling):
                if self.on(day, now):
                    found.append(self.rolling_unit(day, schedule, now))
            elif self.on(day, now) and self.due(day):
                found.append(self.day_unit(day, now))
        return found

    def day_unit(self, day: date, now: Now) -> Unit:
        plan, value = self.plan(day), self.value(day, now)
        if self.done(day, now):
            state = "kept"
        elif self.over(day, now) or (self.rules.kind == "limit" and value is not None):
            state = "missed"
        else:
            state = "pending"
        return Unit(day, day, state, Fraction(plan.target), Fraction(value or 0))

    def period(self, day: date) -> tuple[date, date, int]:
        span_first, span_last = self.span(day)
        if isinstance(self.plan(day).schedule, Weekly):
            first = day
            while first.isoweekday() != self.rules.week_starts_on:
                first -= DAY
            length = 7
        else:
            first = day.replace(day=1)
            length = monthrange(day.year, day.month)[1]
        last = first + (length - 1) * DAY
        return max(first, span_first), min(last, span_last), length

    def period_unit(self, first: date, last: date, length: int, now: Now) -> Unit:
        plan, over = self.plan(first), self.over(last, now)
        on_days = sum(self.on(day, now) for day in days(first, last))
        up_to_now = list(days(first, min(last, now.day)))
        if total(plan):
            need = Fraction(plan.target * on_days, length)
            done = Fraction(sum(self.amount(day, now) for day in up_to_now))
        else:
            assert isinstance(plan.schedule, Weekly | Monthly)
            assert plan.schedule.times is not None
            need = 1000 * Fraction(plan.schedule.times * on_days // length)
            done = 1000 * Fraction(sum(self.done(day, now) for day in up_to_now))
        if need == 0:
            state = "neutral"
        elif total(plan) and self.rules.kind == "limit":
            state = "missed" if done > need else "kept" if over else "pending"
        else:
            state = "kept" if done >= need else "missed" if over else "pending"
        return Unit(first, last, state, need, done)

    def rolling_unit(self, day: date, schedule: Rolling, now: Now) -> Unit:
        plan, over, limit = self.plan(day), self.over(day, now), self.rules.kind == "limit"
        first, _ = self.span(day)
        window = [before for before in days(first, day) if self.on(before, now)][-schedule.days :]
        startup = (day - first).days < schedule.days - 1
        if schedule.times is None:
            need, done = Fraction(plan.target), Fraction(sum(self.amount(before, now) for before in window))
            if limit:
                state = "missed" if done > need else "kept" if over else "pending"
                return Unit(day, day, state, need, done)
            kept, settled = done >= need, over
        else:
            need, done = Fraction(schedule.times * 1000), Fraction(1000 * sum(self.done(d, now) for d in window))
            kept = self.done(day, now) or done >= need
            settled = over or (limit and self.value(day, now) is not None)
        state = "kept" if kept else "pending" if not settled else "neutral" if startup else "missed"
        return Unit(day, day, state, need, done)

    # --- streak

    def streak(self, now: Now) -> tuple[Counts, list[Unit]]:
        """The counts after every unit, and the units with the frozen ones named."""
        counts, shown = Counts(), []
        for unit in self.units(now):
            freezes = self.plan(min(unit.last, now.day)).freezes
            state = unit.state
            if state == "kept":
                counts = kept(counts, unit.first, freezes)
            elif state == "missed" and freezes and counts.freezes and counts.current:
                state = "frozen"
                counts = Counts(counts.current, counts.longest, counts.since, counts.freezes - 1, 0)
            elif state == "missed":
                counts = Counts(0, counts.longest)
            shown.append(Unit(unit.first, unit.last, state, unit.need, unit.done))
        return counts, shown

    # --- strength

    def strength(self, now: Now) -> float:
        strength = 1.0 if self.rules.kind == "limit" else 0.0
        for day in days(self.rules.started_on, now.day):
            schedule = self.plan(day).schedule
            if not self.on(day, now) or not (self.over(day, now) or self.done(day, now)):
                continue
            if isinstance(schedule, Weekdays | Interval | Monthdays) and not self.due(day):
                continue
            frequency, value = self.step(day, now)
            m = 0.5 ** (sqrt(frequency) / 13)
            strength = strength * m + value * (1 - m)
        return strength

    def step(self, day: date, now: Now) -> tuple[float, float]:
        """f and v of one step."""
        plan = self.plan(day)
        schedule = plan.schedule
        if isinstance(schedule, Weekdays | Interval | Monthdays):
            return min(1.0, frequency_of(schedule)), self.share(self.amount(day, now), plan.target)
        in_days = schedule.days if isinstance(schedule, Rolling) else 7 if isinstance(schedule, Weekly) else 30
        times = schedule.times
        on_days = [before for before in days(self.rules.started_on, day) if self.on(before, now)]
        if times is None:
            amounts = sum(self.amount(before, now) for before in on_days[-in_days:])
            return 1 / in_days, self.share(amounts, plan.target)
        if times >= in_days:
            return 1.0, 1.0 if self.done(day, now) else 0.0
        done = sum(self.done(before, now) for before in on_days[-2 * in_days :])
        return times / in_days, min(1.0, done / (2 * times))

    def share(self, amount: int, target: int) -> float:
        if target == 0:
            return 0.0 if amount else 1.0
        if self.rules.kind == "build":
            return min(1.0, amount / target)
        return max(0.0, min(1.0, 1 - (amount - target) / target))

    # --- what a day shows

    def state(self, day: date, today: date, units: list[Unit]) -> str:
        now = Now(today, over=False)
        done = self.stated_done(day, now)
        if self.paused(day):
            return "extra" if done else "off"
        if self.skipped(day, now):
            return "skipped"
        unit = next((unit for unit in units if unit.first <= day <= unit.last), None)
        if isinstance(self.plan(day).schedule, Weekdays | Interval | Monthdays):
            return unit.state if unit else "extra" if done else "off"
        if done:
            return "kept"
        if self.rules.kind == "limit":
            return "off" if self.value(day, now) is not None else "pending" if day == today else "kept"
        return "pending" if day == today and unit and unit.state == "pending" else "off"


def kept(counts: Counts, first: date, freezes: bool) -> Counts:
    current = counts.current + 1
    run, held = counts.run, counts.freezes
    if freezes:
        run += 1
        if run == 7:
            run, held = 0, min(2, held + 1)
    since = counts.since if counts.current else first
    return Counts(current, max(counts.longest, current), since, held, run)


def total(plan: Plan) -> bool:
    return isinstance(plan.schedule, Weekly | Monthly | Rolling) and plan.schedule.times is None


def frequency_of(schedule: Weekdays | Interval | Monthdays) -> float:
    if isinstance(schedule, Interval):
        return 1 / schedule.every
    return len(schedule.days) / (7 if isinstance(schedule, Weekdays) else 30)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
