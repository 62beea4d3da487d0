"""Budgets over the user's own days, whatever way they travel: against windows laid over the list of all messages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.domain.counting import WEEK, Counts, Sent, counts

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# How many days on the next questions are (back once in a while, as for who crosses the date line), and from which slot.
JOURNEYS = st.lists(st.tuples(st.sampled_from([1, 1, 1, 0, -1]), st.integers(0, 4)), min_size=8, max_size=30)


@given(JOURNEYS)
@settings(deadline=None)
def test_no_seven_days_hold_more_than_a_week_s_budget(journey: list[tuple[int, int]]) -> None:
    """Whoever is asked at every moment, and told whenever the counts allow it, gets 2 a day and 7 in any seven days."""
    sent: list[Sent] = []
    day = MONDAY
    for hour, (step, first_slot) in enumerate(journey):
        day += step * DAY
        known = [one for one in sent if one.day >= day - WEEK]
        for habit, slot in enumerate(range(first_slot, 6)):
            so_far = counts(known, habit, (day, slot))
            if so_far.today_user < 2 and so_far.today_habit < 1 and so_far.week_user < 7:
                known.append(Sent(habit, day, slot, NOON + timedelta(hours=hour)))
                sent.append(known[-1])
    occasions = {(one.day, one.slot) for one in sent}
    for first in {one.day for one in sent}:
        assert sum(first <= day < first + WEEK for day, _ in occasions) <= 7
        assert sum(day == first for day, _ in occasions) <= 2


def test_habits_of_one_message_count_as_one_and_the_message_itself_does_not() -> None:
    first, last = NOON, NOON + timedelta(hours=5)
    sent = [Sent(1, MONDAY, 2, first), Sent(2, MONDAY, 2, first), Sent(1, MONDAY, 4, last)]
    assert counts(sent, 1, (MONDAY, 4)) == Counts(today_habit=1, today_user=1, week_user=1, last=first)
    assert counts(sent, 2, (MONDAY, 5)) == Counts(today_habit=1, today_user=2, week_user=2, last=last)
    assert counts(sent, 1, (MONDAY + 6 * DAY, 0)) == Counts(today_habit=0, today_user=0, week_user=2, last=last)
    assert counts(sent, 1, (MONDAY + WEEK, 0)) == Counts(today_habit=0, today_user=0, week_user=0, last=last)
    assert counts([], 1, (MONDAY, 0)) == Counts(today_habit=0, today_user=0, week_user=0, last=None)
