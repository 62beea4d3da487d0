"""What holds of every streak: doing more never costs, and a skip is never worth more than doing."""

from hypothesis import assume, given
from hypothesis import strategies as st

from habits.domain import fold
from habits.domain.entry import EntryRow
from habits.domain.plan import Rules
from habits.domain.views import Streak
from habits.tests.domain import strategies
from habits.tests.domain.effort import effort

MUCH = 1_000_000


def streak(rules: Rules, rows: list[EntryRow], today: int) -> Streak:
    return fold.read(rules, fold.start(rules), rows, today).streak


def replaced(rows: list[EntryRow], row: EntryRow) -> list[EntryRow]:
    return sorted([*(other for other in rows if other.day != row.day), row], key=lambda other: other.day)


days_ago = st.integers(0, 70)


@effort(70)
@given(strategies.rules("build"), strategies.entries(), strategies.todays, days_ago)
def test_a_done_entry_never_shortens_a_streak(rules: Rules, rows: list[EntryRow], today: int, ago: int) -> None:
    before = streak(rules, rows, today)
    after = streak(rules, replaced(rows, EntryRow(today - ago, MUCH, False)), today)
    assert after.current >= before.current
    assert after.longest >= before.longest


@effort(70)
@given(strategies.rules("build"), strategies.entries(), strategies.todays, st.data())
def test_removing_a_done_entry_never_lengthens_a_streak(
    rules: Rules, rows: list[EntryRow], today: int, data: st.DataObject
) -> None:
    assume(rows)
    removed = data.draw(st.sampled_from(rows))
    rows = replaced(rows, EntryRow(removed.day, MUCH, False))
    before = streak(rules, rows, today)
    after = streak(rules, [row for row in rows if row.day != removed.day], today)
    assert after.current <= before.current
    assert after.longest <= before.longest


@effort(70)
@given(strategies.rules("build"), strategies.entries(), strategies.todays, days_ago)
def test_a_skip_gives_no_longer_streak_than_doing_it(rules: Rules, rows: list[EntryRow], today: int, ago: int) -> None:
    skipped = streak(rules, replaced(rows, EntryRow(today - ago, None, True)), today)
    done = streak(rules, replaced(rows, EntryRow(today - ago, MUCH, False)), today)
    assert skipped.current <= done.current
    assert skipped.longest <= done.longest


@effort(60)
@given(strategies.rules(), strategies.entries(), strategies.todays)
def test_a_streak_is_never_above_the_longest_and_freezes_stay_within_two(
    rules: Rules, rows: list[EntryRow], today: int
) -> None:
    now = fold.read(rules, fold.start(rules), rows, today)
    assert 0 <= now.streak.current <= now.streak.longest
    assert 0 <= now.streak.freezes <= 2
    assert (now.streak.since is None) == (now.streak.current == 0)
    assert 0 <= now.strength <= 1
