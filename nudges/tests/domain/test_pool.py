"""What is learned from everybody about everybody, and the types behind it."""

from dataclasses import replace

import numpy as np
import pytest

from nudges.domain import effect, pool, prior
from nudges.domain.learn import Outcome, Record, choose, end_day, forget, outcome, start
from nudges.domain.policy import Features
from nudges.domain.state import MARGINAL, VERSION, Row, new_shared, pack
from nudges.tests.domain.samples import MONDAY, decided, moment

QUICK = (Outcome(8, True, False), Record(due=True, done=True, minute=728))
NEVER = (Outcome(None, False, False), Record(due=True, done=False, minute=None))


def crowd(what: tuple[Outcome, Record], count: int = 15, days: int = 8, chosen: int = 2) -> Row:
    shared = new_shared()
    rows = [start(shared, chosen, []) for _ in range(count)]
    for d in range(days):
        for row in rows:
            outcome(row, shared, moment(day=MONDAY + d), decided(), what[0])
            end_day(row, shared, MONDAY + d, what[1])
    return shared


def test_the_prior_is_a_distribution_for_every_chosen_slot() -> None:
    assert np.exp(effect.log_prior(new_shared())).sum(1) == pytest.approx(1, abs=0.01)


def test_a_crowd_that_responds_and_one_that_does_not_make_different_priors() -> None:
    first = new_shared()["scale"][0]
    assert (crowd(QUICK)["scale"][0] * [0, *prior.SCALES]).sum() > (first * [0, *prior.SCALES]).sum()
    assert crowd(NEVER)["scale"][0, 0] > first[0]


def test_a_new_user_starts_from_what_others_showed() -> None:
    shared = crowd(NEVER)
    weight = effect.posterior(start(shared, 2, []), effect.log_prior(shared))[0]
    assert (weight * prior.SCALE_OF).sum() < 0.8 * (prior.PRIOR_SCALE * [0, *prior.SCALES]).sum()


def test_where_people_listen_is_learned_relative_to_the_chosen_slot() -> None:
    offset = crowd(QUICK, chosen=4)["offset"][0]  # nudged at slot 2: two before the chosen one
    assert offset[1] > prior.PRIOR_OFFSET[1]
    assert offset.sum() == pytest.approx(1)


def test_sums_hold_exactly_what_the_rows_contributed() -> None:
    shared = new_shared()
    rows = [start(shared, c, []) for c in range(6)]
    outcome(rows[0], shared, moment(), decided(), QUICK[0])
    end_day(rows[0], shared, MONDAY, QUICK[1])
    assert shared["pooled"][0].tolist() == sum(r["pooled"][0].astype(int) for r in rows).tolist()
    assert int(rows[0]["pooled"][0][: len(prior.SCALES) + 1].sum()) == pytest.approx(MARGINAL, abs=4)


def test_the_pool_turns_every_second_day_and_not_without_people() -> None:
    shared = new_shared()
    pool.turn(shared, MONDAY)
    assert shared["day"][0] == -1
    row = start(shared, 2, [])
    for d in range(4):
        end_day(row, shared, MONDAY + d, NEVER[1])
        assert shared["day"][0] == MONDAY + d - d % 2


def test_a_wording_that_wears_out_is_noticed() -> None:
    shared = new_shared()
    worn = replace(decided(), features=Features(VERSION, (0.1,) * 6, (1.0,) * 4, (6.0,) * 4))
    rows = [start(shared, 2, []) for _ in range(12)]
    for d in range(10):
        decision, what = (decided(), QUICK) if d % 2 else (worn, NEVER)
        for row in rows:
            outcome(row, shared, moment(day=MONDAY + d), decision, what[0])
            end_day(row, shared, MONDAY + d, what[1])
    assert shared["wear"][0].argmax() > 0
    assert crowd(QUICK)["wear"][0].sum() == pytest.approx(1)


def test_a_deleted_habit_leaves_nothing_in_the_pool() -> None:
    shared = new_shared()
    rows = [start(shared, 2, []), start(shared, 4, [])]
    forget(rows[0], shared)
    assert shared["people"][0].tolist() == [0, 0, 0, 0, 1, 0]
    assert shared["pooled"][0].tolist() == rows[1]["pooled"][0].tolist()


def test_another_chosen_slot_moves_the_starting_point() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    choose(row, shared, 5)
    assert shared["people"][0].tolist() == [0, 0, 0, 0, 0, 1]
    assert pack(row) == pack(start(new_shared(), 5, []))
