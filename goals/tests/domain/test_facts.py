"""What a habit's history brings a goal."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.facts import Facts, facts_of, manual_facts
from goals.domain.goal import Goal, Measure
from goals.domain.progress import advance, recompute, start
from habits.domain.entry import EntryRow, Kind
from habits.domain.history import history
from habits.domain.plan import Plan, Rules
from habits.domain.schedule import Rolling, Schedule, Weekdays, Weekly

MONDAY = date(2026, 1, 5)
FIRST = MONDAY.toordinal()
DAILY = Weekdays((1, 2, 3, 4, 5, 6, 7))


def rules(schedule: Schedule, kind: Kind = "build", target: int = 1000, off: tuple[tuple[int, int], ...] = ()) -> Rules:
    return Rules(kind, MONDAY, (Plan(MONDAY, schedule, target, freezes=True),), off, 1)


def facts(
    known: Rules,
    values: dict[int, int | None],
    today: int,
    measure: Measure = Measure.COUNT,
    skipped: tuple[int, ...] = (),
) -> Facts:
    entries = [EntryRow(FIRST + day, values.get(day), day in skipped) for day in sorted({*values, *skipped})]
    return facts_of(known, history(known, entries, None, None, FIRST + today), measure, FIRST + today)


def kept(found: Facts) -> list[int]:
    return [fact.day - FIRST for fact in found.days if fact.kept]


def missed(found: Facts) -> list[int]:
    return [fact.day - FIRST for fact in found.days if fact.missed]


def test_each_due_day_is_a_unit_kept_or_missed() -> None:
    found = facts(rules(Weekdays((1, 2, 3))), {0: 1000, 1: 0, 2: 1000, 4: 1000}, 7)
    assert (kept(found), missed(found)) == ([0, 2], [1])
    assert [fact.value for fact in found.days][:5] == [1000, 0, 1000, 0, 1000]
    assert [fact.chance for fact in found.days] == [True, True, True, False, False, False, False, False]
    assert found.settled == FIRST + 6


def test_today_is_open_until_something_is_done() -> None:
    waiting = facts(rules(DAILY), {0: 1000}, 1)
    assert (waiting.open_from, waiting.days[-1].chance, missed(waiting)) == (FIRST + 1, False, [])
    done = facts(rules(DAILY), {0: 1000, 1: 1000}, 1)
    assert (done.open_from, done.days[-1].chance, kept(done)) == (FIRST + 2, True, [0, 1])


def test_for_a_total_the_day_stays_open_until_it_brought_something() -> None:
    assert facts(rules(DAILY, target=5000), {1: 2000}, 1).open_from == FIRST + 1
    assert facts(rules(DAILY, target=5000), {1: 2000}, 1, Measure.TOTAL).open_from == FIRST + 2
    assert facts(rules(DAILY, target=5000), {}, 1, Measure.TOTAL).open_from == FIRST + 1


def test_a_skip_brings_nothing_and_is_no_chance() -> None:
    found = facts(rules(DAILY, target=5000), {0: 2000}, 2, skipped=(0,))
    assert (found.days[0].value, found.days[0].chance, kept(found), missed(found)) == (0, False, [], [1])


def test_a_paused_day_is_no_chance_but_what_was_done_counts() -> None:
    found = facts(rules(DAILY, off=((FIRST, FIRST + 1),)), {0: 1000}, 2)
    assert [(fact.value, fact.chance) for fact in found.days][:2] == [(1000, False), (0, False)]


def test_a_week_is_kept_on_the_day_that_brings_it_to_its_need() -> None:
    found = facts(rules(Weekly(2)), {1: 1000, 3: 1000, 5: 1000, 8: 1000}, 14)
    assert (kept(found), missed(found)) == ([3], [13])


def test_an_open_week_holds_back_what_is_settled() -> None:
    found = facts(rules(Weekly(2)), {1: 1000, 8: 1000, 9: 1000}, 10)
    assert (kept(found), found.settled, found.open_from) == ([9], FIRST + 6, FIRST + 14)
    waiting = facts(rules(Weekly(2)), {8: 1000}, 10)
    assert (waiting.settled, waiting.open_from) == (FIRST + 6, FIRST + 10)


def test_a_weekly_total_is_kept_by_its_sum() -> None:
    found = facts(rules(Weekly(None), target=5000), {1: 2000, 3: 3500, 5: 1000}, 7)
    assert kept(found) == [3]


def test_a_limit_over_a_week_is_kept_when_the_week_is_over() -> None:
    found = facts(rules(Weekly(None), kind="limit", target=5000), {1: 2000}, 8)
    assert kept(found) == [6]


def test_each_day_of_a_rolling_habit_is_a_unit() -> None:
    found = facts(rules(Rolling(3, 1)), {0: 1000}, 6)
    assert (kept(found), missed(found)) == ([0, 1, 2], [3, 4, 5])


def test_a_frozen_unit_was_not_kept() -> None:
    found = facts(rules(DAILY), dict.fromkeys(range(7), 1000), 9)
    assert missed(found) == [7, 8]
    assert [fact.streak for fact in found.days][6:9] == [7, 7, 0]


def test_a_later_day_is_no_fact_yet() -> None:
    known = rules(DAILY)
    seen = history(known, [], FIRST, FIRST + 9, FIRST + 2)
    assert facts_of(known, seen, Measure.COUNT, FIRST + 2).days[-1].day == FIRST + 2


def test_before_the_habit_starts_there_is_nothing() -> None:
    known = rules(DAILY)
    seen = history(known, [], FIRST - 2, FIRST - 3, FIRST - 3)
    found = facts_of(known, seen, Measure.COUNT, FIRST - 3)
    assert (found.days, found.settled, found.open_from) == ((), FIRST - 4, FIRST - 3)


def test_manual_entries_of_a_day_add_up_and_every_day_is_a_chance() -> None:
    found = list(manual_facts([(FIRST, 500), (FIRST, 250), (FIRST + 9, 1)], FIRST, FIRST + 2))
    assert [(fact.value, fact.chance) for fact in found] == [(750, True), (0, True), (0, True)]


schedules = st.sampled_from([DAILY, Weekdays((2, 5)), Weekly(3), Weekly(None), Rolling(4, 2)])
entries = st.dictionaries(st.integers(0, 40), st.sampled_from([0, 500, 1000, 2000]), max_size=25)


@settings(max_examples=25, deadline=None)
@given(schedules, entries, st.sampled_from(["build", "limit"]), st.sampled_from([*Measure]), st.integers(1, 15))
def test_a_state_moved_on_day_by_day_equals_one_from_the_whole_history(
    schedule: Schedule, values: dict[int, int | None], kind: Kind, measure: Measure, step: int
) -> None:
    known = rules(schedule, kind)
    weights = () if measure is Measure.MANUAL else (1000,)
    goal = Goal(measure, 10_000, MONDAY, None, weights, (3000,))
    state = start(goal)
    for today in range(0, 41, step):
        so_far = {day: value for day, value in values.items() if day <= today}
        found = facts(known, so_far, today, measure)
        state = advance(goal, state, [found.days], found.settled)
        assert state == recompute(goal, [found.days], found.settled)


@pytest.mark.parametrize("skipped", [(), (3, 4, 5)])
def test_what_a_settled_day_brought_no_later_day_changes(skipped: tuple[int, ...]) -> None:
    known = rules(Weekly(3))
    values: dict[int, int | None] = {1: 1000, 2: 1000}
    before = facts(known, values, 2)
    after = facts(known, values, 12, skipped=skipped)
    unchanged = [fact for fact in after.days if fact.day <= before.settled]
    assert unchanged == [fact for fact in before.days if fact.day <= before.settled]
