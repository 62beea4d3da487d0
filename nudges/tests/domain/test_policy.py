"""Decisions: exact propensities, replay, silence, wordings, and refusals."""

import numpy as np
import pytest

from nudges.domain import prior
from nudges.domain.policy import CLIP, LEAST_STYLE_SHARE, Decision, decide_many, pick, uniform
from nudges.domain.slots import STYLES
from nudges.domain.state import NATS, Row, new_habit, new_shared
from nudges.tests.domain.samples import moment, people


def batch(count: int = 60, **changes: object) -> tuple[list[Decision], Row, Row]:
    shared, rows = people(count)
    stacked = np.concatenate(rows)
    moments = [moment(decision_id=f"d{i}", styles=STYLES, **changes) for i in range(count)]
    return decide_many(moments, stacked, shared, seed=3), stacked, shared


def test_propensities_sum_to_one_and_keep_their_bounds() -> None:
    answers, _, _ = batch()
    randomised = 0
    for a in answers:
        send = 1 - a.propensities["no_send"]
        shares = [a.propensities.get(s, 0.0) for s in STYLES]
        assert abs(a.propensities["no_send"] + sum(shares) - 1) < 1e-9
        assert send == 0 or CLIP[0] - 1e-9 <= send <= CLIP[1] + 1e-9
        assert all(x == 0 or x >= LEAST_STYLE_SHARE * send - 1e-9 for x in shares)
        randomised += send > 0
    assert randomised > 10


def test_draws_come_out_as_often_as_logged() -> None:
    moments = [moment(decision_id=f"d{i}", styles=STYLES) for i in range(2500)]
    answers = decide_many(moments, np.concatenate([new_habit(2)] * 2500), new_shared(), seed=5)
    odds = answers[0].propensities
    assert odds["no_send"] < 1
    assert all(a.propensities == odds for a in answers)
    for action, p in odds.items():
        seen = np.mean([(a.style or "no_send") == action for a in answers])
        assert abs(seen - p) < 4 * np.sqrt(p * (1 - p) / 2500)


def test_a_decision_is_the_same_alone_in_a_batch_and_asked_again() -> None:
    answers, rows, shared = batch(40)
    before = rows.tobytes() + shared.tobytes()
    for i, answer in enumerate(answers):
        again = decide_many([moment(decision_id=f"d{i}", styles=STYLES)], rows[i : i + 1], shared, seed=3)
        assert again == [answer]
    assert rows.tobytes() + shared.tobytes() == before


def test_another_seed_draws_otherwise() -> None:
    draws = {uniform(seed, "d") for seed in range(50)}
    assert len(draws) == 50
    assert all(0 <= u < 1 for u in draws)


def test_without_experiments_nothing_is_random() -> None:
    shared, rows = people(60)
    moments = [moment(decision_id=f"d{i}") for i in range(60)]
    answers = decide_many(moments, np.concatenate(rows), shared, seed=3, experiments=False)
    assert all(max(a.propensities.values()) == 1 for a in answers)
    assert {a.send for a in answers} == {True, False}
    assert all((a.propensities.get(a.style or "no_send")) == 1 for a in answers)


def test_only_wordings_that_make_sense_are_used() -> None:
    shared, rows = people(40)
    moments = [moment(decision_id=f"d{i}", styles=("tiny",)) for i in range(40)]
    answers = decide_many(moments, np.concatenate(rows), shared, seed=3)
    assert {s for a in answers for s in a.propensities} == {"no_send", "tiny"}


def test_nothing_is_sent_when_no_wording_makes_sense() -> None:
    shared, rows = people(5)
    answers = decide_many([moment(styles=())] * 5, np.concatenate(rows), shared, seed=3)
    assert [a.propensities for a in answers] == [{"no_send": 1.0}] * 5


def test_a_refusal_names_its_rule_and_rests_on_nothing() -> None:
    answer = decide_many([moment(paused=True)], new_habit(2), new_shared(), seed=1)[0]
    assert answer == Decision(send=False, style=None, propensities={"no_send": 1.0}, reason="paused", features=None)


def test_refused_and_free_moments_keep_their_places() -> None:
    shared, rows = people(3)
    moments = [moment(paused=True), moment(), moment(state="done")]
    answers = decide_many(moments, np.concatenate(rows), shared, seed=1)
    assert [a.features is None for a in answers] == [True, False, True]


def test_a_new_user_who_chose_this_slot_is_likely_nudged_at_it_and_not_far_from_it() -> None:
    def chance(chosen: int) -> float:
        return 1 - decide_many([moment()], new_habit(chosen), new_shared(), seed=1)[0].propensities["no_send"]

    assert chance(2) > 0.2
    assert chance(2) > chance(5)


def test_people_who_do_it_anyway_are_left_alone() -> None:
    row = new_habit(3)
    row["at_risk"], row["done"] = 30.0, 25.0
    answer = decide_many([moment()], row, new_shared(), seed=1)[0]
    assert answer.reason == "not_worth_it"


def test_a_person_who_surely_does_not_respond_is_left_alone() -> None:
    row = new_habit(2)
    row["likelihood"][0, 1:] = -8 * NATS
    row["sends"] = 30
    assert decide_many([moment()], row, new_shared(), seed=1)[0].propensities == {"no_send": 1.0}


def test_many_messages_in_a_week_ask_for_more_certainty() -> None:
    row = new_habit(2)
    row["sends"], row["likelihood"][0, prior.TYPE_SCALE > 2] = 30, -2 * NATS
    answers = [decide_many([moment(sent_week_user=n)], row, new_shared(), seed=1)[0] for n in (0, 6)]
    assert answers[0].propensities["no_send"] < answers[1].propensities["no_send"]


def test_joining_a_message_is_cheaper_than_sending_one() -> None:
    row = new_habit(2)
    row["sends"] = 30
    alone, joined = (
        1 - decide_many([moment(digest_open=x)], row, new_shared(), seed=1)[0].propensities["no_send"]
        for x in (False, True)
    )
    assert joined >= alone


def test_waiting_is_better_when_the_person_listens_later_in_the_day() -> None:
    row = new_habit(2)
    late = (prior.TYPE_SHAPE == 1 + 4) & (prior.SCALE_OF > 0.2)
    row["likelihood"][0, ~late] = -20 * NATS
    now = decide_many([moment()], row, new_shared(), seed=1)[0]
    then = decide_many([moment(slot=4, at=moment().at + 5 * 3600)], row, new_shared(), seed=1)[0]
    assert now.propensities["no_send"] == 1
    assert then.propensities["no_send"] < 0.4


def test_quiet_hours_later_in_the_day_are_no_reason_to_wait() -> None:
    row = new_habit(2)
    late = (prior.TYPE_SHAPE == 1 + 3) & (prior.SCALE_OF > 0.3)
    row["likelihood"][0, ~late] = -20 * NATS
    open_day = decide_many([moment()], row, new_shared(), seed=1)[0]
    quiet_later = decide_many([moment(quiet=(800, 420))], row, new_shared(), seed=1)[0]
    assert quiet_later.propensities["no_send"] < open_day.propensities["no_send"]


def test_a_batch_of_different_slots_is_refused() -> None:
    with pytest.raises(ValueError, match="one slot"):
        decide_many([moment(), moment(slot=3)], np.concatenate([new_habit(1)] * 2), new_shared(), seed=1)


def test_rounding_never_leaves_a_draw_without_an_action() -> None:
    assert pick({"no_send": 0.4, "plan": 0.6 - 1e-12}, 1 - 1e-13) == "plan"
