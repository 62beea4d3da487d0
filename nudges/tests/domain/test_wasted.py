"""Runs of wasted nudges, against the days told one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.domain.learn import amend, start
from nudges.domain.state import new_shared
from nudges.tests.domain.samples import MONDAY, decided
from nudges.tests.domain.test_learn import NOTHING, SOON, live, record_of


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=16), st.integers(1, 9), st.booleans())
def test_the_run_of_wasted_nudges_is_that_of_the_days_as_they_are_known(
    days: list[tuple[bool, bool]], back: int, turned: bool
) -> None:
    """Told day by day; a late entry changes it as if it had been known."""
    shared = new_shared()
    row = start(shared, 2, [])
    for d, (sent, done) in enumerate(days):
        live(row, shared, [SOON if done else NOTHING], decided(send=sent), first=d)
    late = max(len(days) - back, 0)
    amend(row, shared, MONDAY + late, record_of(SOON if turned else NOTHING))
    days[late] = (days[late][0], turned)
    run = 0
    for d, (sent, done) in enumerate(days):
        if sent:
            run = 0 if done else run + 1
        elif (MONDAY + d) % 10 == 0 and not any(before for before, _ in days[max(d - 10, 0) : d]):
            run = max(run - 1, 0)
    assert row["wasted"].tolist() == [run]


def test_wasted_nudges_are_forgiven_one_by_one_where_nothing_is_sent() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [NOTHING] * 3)
    live(row, shared, [NOTHING] * 60, decided(send=False), first=3)
    assert row["wasted"].tolist() == [0]
