"""The numbers a user is told about a nudge."""

from nudges.domain.learn import Record, start
from nudges.domain.state import new_habit, new_shared
from nudges.domain.why import Fact, facts
from nudges.tests.domain.samples import MONDAY, moment


def test_all_that_is_known_is_told_with_its_numbers() -> None:
    shared = new_shared()
    row = start(shared, 4, [(MONDAY + d, Record(due=True, done=True, minute=1100)) for d in range(20)])
    row["seen"][0, 2] = 11, 7, 9, 2
    told = facts(row, shared, moment(sent_today_user=1))
    assert told[0].code == "usual_window"
    assert (told[0].params["start"], told[0].params["end"]) == (1020, 1200)
    assert told[0].params["share"] > 50
    assert told[1:] == [
        Fact("nudged_then", {"n": 11, "m": 7}),
        Fact("drawn_no_then", {"n": 9, "m": 2}),
        Fact("budget", {"used": 2, "of": 2}),
    ]


def test_a_new_user_is_told_the_budget_only() -> None:
    assert facts(new_habit(2), new_shared(), moment(), daily_budget=3) == [Fact("budget", {"used": 1, "of": 3})]


def test_a_nudge_that_joins_another_uses_no_budget() -> None:
    told = facts(new_habit(2), new_shared(), moment(sent_today_user=1, digest_open=True))
    assert told == [Fact("budget", {"used": 1, "of": 2})]
