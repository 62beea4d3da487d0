"""Every worked example comes out as written."""

from typing import Any

import pytest

from habits.domain import fold
from habits.domain.history import history
from habits.tests.domain.examples import EXAMPLES, entries_of, milli, ordinal, rules_of

by_name = pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e['id']}-{e['name']}" for e in EXAMPLES])


@by_name
def test_days_and_units_of_the_example(example: dict[str, Any]) -> None:
    past = history(rules_of(example), entries_of(example), None, None, ordinal(example["today"]))
    days = [{"day": d.day.isoformat(), "state": d.state.value, "value": d.value, "streak": d.streak} for d in past.days]
    units = [(u.first.isoformat(), u.last.isoformat(), u.state.value, u.need, u.done) for u in past.units]
    assert days == [{**day, "value": milli(day["value"])} for day in example["expect"]["days"]]
    assert units == [
        (u["from"], u["to"], u["state"], milli(u["need"]), milli(u["done"])) for u in example["expect"]["units"]
    ]


@by_name
def test_streak_and_strength_of_the_example(example: dict[str, Any]) -> None:
    rules = rules_of(example)
    now = fold.read(rules, fold.start(rules), entries_of(example), ordinal(example["today"]))
    expected = example["expect"]["streak"]
    since = now.streak.since.isoformat() if now.streak.since else None
    assert (now.streak.current, now.streak.longest, now.streak.unit, since, now.streak.freezes) == (
        expected["current"],
        expected["longest"],
        expected["unit"],
        expected["since"],
        expected["freezes"],
    )
    assert f"{now.strength:.6f}" == example["expect"]["strength"]
