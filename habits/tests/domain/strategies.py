"""Random rules and rows. Days are few and busy, so that freezes, windows and clipped periods meet often."""

from datetime import date, timedelta

from hypothesis import strategies as st

from habits.domain.entry import EntryRow, Kind
from habits.domain.plan import FOREVER, Off, Plan, Rules, merge_off
from habits.domain.schedule import Interval, Monthdays, Monthly, Rolling, Schedule, Weekdays, Weekly

FIRST = date(2024, 1, 1)
HORIZON = 75

times = st.one_of(st.none(), st.integers(1, 7))
weekdays = st.sets(st.integers(1, 7), min_size=1).map(lambda days: Weekdays(tuple(sorted(days))))
daily = st.just(Weekdays((1, 2, 3, 4, 5, 6, 7)))
intervals = st.builds(
    Interval, st.integers(1, 9), st.integers(-20, 80).map(lambda shift: FIRST + timedelta(days=shift))
)
monthdays = st.sets(st.sampled_from([*range(1, 32), -1]), min_size=1).map(
    lambda days: Monthdays(tuple(sorted(days, key=lambda day: (day < 0, day))))
)
weekly = st.builds(Weekly, times)
monthly = st.builds(Monthly, st.one_of(st.none(), st.integers(1, 28)))


@st.composite
def rollings(draw: st.DrawFn) -> Rolling:
    days = draw(st.one_of(st.integers(1, 8), st.integers(1, 60)))
    return Rolling(days, draw(st.one_of(st.none(), st.integers(1, days))))


schedules: st.SearchStrategy[Schedule] = st.one_of(daily, weekdays, intervals, monthdays, weekly, monthly, rollings())
kinds: st.SearchStrategy[Kind] = st.sampled_from(["build", "limit"])


def targets(kind: Kind) -> st.SearchStrategy[int]:
    return st.sampled_from([1000, 2000, 5000, 1500, 333] + ([0] if kind == "limit" else []))


@st.composite
def plans(draw: st.DrawFn, kind: Kind, started_on: date) -> tuple[Plan, ...]:
    found: dict[date, Plan] = {}
    starts = draw(st.lists(st.integers(0, HORIZON), min_size=1, max_size=4, unique=True))
    schedule, target = draw(schedules), draw(targets(kind))
    for start in sorted(starts):
        changed = draw(st.booleans())
        if found and changed:
            schedule, target = draw(schedules), draw(targets(kind))
        effective = started_on + timedelta(days=start)
        found[effective] = Plan(effective, schedule, target, draw(st.booleans()))
    return tuple(found[start] for start in sorted(found))


@st.composite
def offs(draw: st.DrawFn) -> Off:
    pauses = draw(st.lists(st.tuples(st.integers(-5, HORIZON), st.integers(0, 10)), max_size=3))
    intervals = [(FIRST.toordinal() + first, FIRST.toordinal() + first + length) for first, length in pauses]
    archived = draw(st.one_of(st.none(), st.none(), st.integers(20, HORIZON)))
    if archived is not None:
        intervals.append((FIRST.toordinal() + archived, FOREVER))
    return merge_off(intervals)


@st.composite
def rules(draw: st.DrawFn, kind: Kind | None = None) -> Rules:
    chosen: Kind = kind if kind is not None else draw(kinds)
    started_on = FIRST + timedelta(days=draw(st.integers(0, 35)))
    return Rules(chosen, started_on, draw(plans(chosen, started_on)), draw(offs()), draw(st.integers(1, 7)))


moods = st.sampled_from(
    [
        (1000, False),
        (5000, False),
        (None, None),
        (None, True),
        (0, False),
        (0, True),
        (333, False),
        (2000, True),
        (None, False),
    ]
)


@st.composite
def entries(draw: st.DrawFn, around: date = FIRST) -> list[EntryRow]:
    """Runs of days in one mood; None in place of the skip is a day without a row."""
    rows: list[EntryRow] = []
    day = around.toordinal() - draw(st.integers(0, 8))
    for length, (value, skipped) in draw(st.lists(st.tuples(st.integers(1, 9), moods), max_size=14)):
        if skipped is not None:
            rows.extend(EntryRow(day + i, value, skipped) for i in range(length))
        day += length
    return rows


todays = st.integers(-3, HORIZON + 20).map(lambda shift: FIRST.toordinal() + shift)
