"""What outcomes, closed days and late entries teach."""

from dataclasses import replace

import numpy as np
import pytest

from nudges.domain import effect, learn, prior
from nudges.domain.learn import Outcome, Record, amend, end_day, outcome, start
from nudges.domain.policy import Decision
from nudges.domain.state import REMEMBERED, Row, new_shared, pack
from nudges.tests.domain.samples import MONDAY, decided, moment

MISSED = Record(due=True, done=False, minute=None)
SOON = Outcome(minutes_to_done=8, done_that_day=True, opted_out=False)
NOTHING = Outcome(minutes_to_done=None, done_that_day=False, opted_out=False)
SOMETIME = Outcome(minutes_to_done=None, done_that_day=True, opted_out=False)


def record_of(seen: Outcome) -> Record:
    minute = None if seen.minutes_to_done is None else 720 + seen.minutes_to_done
    return Record(due=True, done=seen.done_that_day, minute=minute)


def live(row: Row, shared: Row, seen: list[Outcome], decision: Decision | None = None, first: int = 0) -> None:
    """One nudge at noon a day, each with what followed."""
    for d, what in enumerate(seen, start=first):
        outcome(row, shared, moment(day=MONDAY + d, weekday=d % 7), decision or decided(), what)
        end_day(row, shared, MONDAY + d, record_of(what))


def expected_scale(row: Row, shared: Row) -> float:
    return float((effect.posterior(row, effect.log_prior(shared))[0] * prior.SCALE_OF).sum())


def test_quick_doing_after_nudges_shows_a_person_who_responds() -> None:
    shared = new_shared()
    quick, never = start(shared, 2, []), start(shared, 2, [])
    before = expected_scale(quick, shared)
    live(quick, shared, [SOON] * 6)
    live(never, shared, [NOTHING] * 6)
    assert expected_scale(quick, shared) > before > expected_scale(never, shared)


def test_doing_soon_says_more_than_doing_hours_later() -> None:
    shared = new_shared()
    soon, late, unknown = (start(shared, 2, []) for _ in range(3))
    live(soon, shared, [SOON] * 3)
    live(late, shared, [Outcome(300, True, False)] * 3)
    live(unknown, shared, [SOMETIME] * 3)
    assert expected_scale(soon, shared) > expected_scale(late, shared)
    assert expected_scale(soon, shared) > expected_scale(unknown, shared)


def test_doing_at_an_hour_of_habit_says_less_than_at_a_rare_one() -> None:
    shared = new_shared()
    usual, rare = start(shared, 2, []), start(shared, 2, [])
    live(usual, shared, [SOON] * 3, decided(hazard=0.6))
    live(rare, shared, [SOON] * 3, decided(hazard=0.02))
    assert expected_scale(rare, shared) > expected_scale(usual, shared)


def test_a_wording_that_works_and_a_slot_that_works_gain() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [SOON] * 5, decided(style="tiny"))
    live(row, shared, [NOTHING] * 5, decided(style="plan"), first=5)
    scale = effect.multipliers(row, shared, np.array([1.0]), np.array([0.0]))
    assert scale.style[0, 3] > 1 > scale.style[0, 0]
    assert scale.slot[0, 2] > 1 == scale.slot[0, 4]


def test_use_of_a_wording_is_remembered_and_fades() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [NOTHING])
    assert row["used"][0].tolist() == [1, 0, 0, 0]
    end_day(row, shared, MONDAY + 12, MISSED)
    assert row["used"][0, 0] == pytest.approx(np.exp(-1), rel=0.1)


def test_days_without_a_nudge_teach_the_hours_of_the_habit() -> None:
    shared = new_shared()
    row = start(shared, 2, [(MONDAY + d, Record(due=True, done=True, minute=1100)) for d in range(20)])
    assert row["done"][0, 0].argmax() == 4
    assert row["done"][0, 1, 4] > 0
    assert row["sends"][0] == 0


def test_what_a_nudge_brought_about_does_not_count_as_done_without_one() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [SOON])
    assert row["at_risk"][0, 0].tolist() == [1, 1, 1, 0, 0, 0]
    own = float(row["days"][0, MONDAY % REMEMBERED]["own"])
    assert 0 < own < 1
    assert row["done"].sum() == pytest.approx(own)


def test_a_day_without_doing_is_a_day_without_doing_also_after_a_nudge() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [NOTHING])
    assert row["at_risk"][0, 0].tolist() == [1] * 6
    assert row["done"].sum() == 0


def test_a_day_that_was_not_due_counts_nowhere() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    end_day(row, shared, MONDAY, Record(due=False, done=True, minute=700))
    assert row["at_risk"].sum() == 0


def test_a_day_done_at_an_unknown_time_is_spread_over_the_usual_hours() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    end_day(row, shared, MONDAY, Record(due=True, done=True, minute=None))
    done, still_open = row["done"][0, 0], row["at_risk"][0, 0]
    assert done.sum() == pytest.approx(1)
    assert done.argmax() == 2
    assert still_open == pytest.approx(1 - np.concatenate([[0], np.cumsum(done)[:-1]]), abs=1e-6)


def test_a_day_done_at_an_unknown_time_after_a_nudge_was_open_until_then() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [SOMETIME])
    still_open = row["at_risk"][0, 0]
    assert still_open[:3].tolist() == [1, 1, 1]
    assert (np.diff(still_open[2:]) < 0).all()
    assert row["done"][0, 0, :2].tolist() == [0, 0]
    assert row["done"].sum() == pytest.approx(float(row["days"][0, MONDAY % REMEMBERED]["own"]))


def test_a_nudge_about_something_done_before_and_entered_later_teaches_nothing() -> None:
    shared = new_shared()
    row, fresh = start(shared, 2, []), start(new_shared(), 2, [])
    live(row, shared, [NOTHING])
    amend(row, shared, MONDAY, Record(due=True, done=True, minute=500))
    assert row["likelihood"].tolist() == fresh["likelihood"].tolist()
    assert row["slot_expected"].sum() == pytest.approx(0, abs=1e-4)
    assert row["seen"].sum() == 0
    held = start(shared, 2, [])
    live(held, shared, [NOTHING], decided(send=False))
    amend(held, shared, MONDAY, Record(due=True, done=True, minute=500))
    assert held["seen"].sum() == 0


def test_contrasts_count_randomised_decisions_only() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [SOON, NOTHING], decided(chance=0.6))
    live(row, shared, [SOON], decided(send=False, chance=0.6), first=2)
    live(row, shared, [SOON], decided(send=False, chance=0.0), first=3)
    live(row, shared, [SOON], decided(chance=1.0), first=4)
    assert row["seen"][0, 2].tolist() == [2, 1, 1, 1]


def test_randomised_no_sends_correct_the_hazards() -> None:
    shared = new_shared()
    live(start(shared, 2, []), shared, [SOON] * 20, decided(send=False, chance=0.8))
    weight = 20 * 0.8 / 0.2  # as many as the sends at such moments
    assert shared["control"][0] - new_shared()["control"][0] == pytest.approx([weight, 0.1 * weight], rel=0.01)
    quiet = new_shared()
    live(start(quiet, 2, []), quiet, [SOON] * 20, decided(send=False, chance=0.0))
    assert quiet["control"].tolist() == new_shared()["control"].tolist()


def test_a_no_send_followed_by_doing_at_an_unknown_time_counts_from_then_on() -> None:
    shared = new_shared()
    live(start(shared, 2, []), shared, [SOMETIME], decided(send=False))
    added = shared["control"][0] - new_shared()["control"][0]
    assert added[0] == pytest.approx(1, rel=0.01)
    assert 0.1 < added[1] < 0.4


def test_a_no_send_is_watched_until_a_later_nudge() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    outcome(row, shared, moment(slot=1), decided(send=False), NOTHING)
    outcome(row, shared, moment(slot=3), decided(), NOTHING)
    end_day(row, shared, MONDAY, MISSED)
    assert shared["control"][0] - new_shared()["control"][0] == pytest.approx([0, 0.2], rel=0.01)


def test_leaving_after_a_message_raises_the_price_for_all() -> None:
    shared = new_shared()
    live(start(shared, 2, []), shared, [replace(NOTHING, opted_out=True)])
    assert (shared["left"][0] - new_shared()["left"][0]).tolist() == [[1, 1]] + [[0, 0]] * 4


def test_leaving_is_counted_by_the_nudges_in_a_row_whose_days_were_missed() -> None:
    shared = new_shared()
    live(start(shared, 2, []), shared, [NOTHING] * 9)
    assert (shared["left"][0] - new_shared()["left"][0])[:, 1].tolist() == [1, 1, 2, 3, 2]


def test_responses_that_do_not_come_make_everybody_s_effects_smaller() -> None:
    shared = new_shared()
    for _ in range(40):
        live(start(shared, 2, []), shared, [NOTHING] * 4)
    low = effect.reach(shared)
    assert low < 0.6
    for _ in range(20):
        live(start(shared, 2, []), shared, [SOON])
    assert effect.reach(shared) > low + 0.2


def test_a_refused_decision_teaches_nothing() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    before = pack(row) + pack(shared)
    outcome(row, shared, moment(), replace(decided(send=False), features=None), SOON)
    assert pack(row) + pack(shared) == before


def test_the_delay_of_responses_is_learned() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    before = learn.delay_density(shared)
    live(row, shared, [Outcome(200, True, False)] * 60)
    assert learn.delay_density(shared)[7] > before[7]


@pytest.mark.parametrize("nudged", [True, False, None])
@pytest.mark.parametrize("late", [Record(due=True, done=True, minute=730), Record(due=True, done=True, minute=None)])
def test_a_late_entry_leaves_the_row_as_if_it_had_been_known(nudged: bool | None, late: Record) -> None:
    rows = []
    for known in (True, False):
        shared = new_shared()
        row = start(shared, 2, [])
        end_day(row, shared, MONDAY - 1, MISSED)
        first = late if known else MISSED
        what = Outcome(10 if late.minute else None, True, False) if known else NOTHING
        if nudged is not None:
            outcome(row, shared, moment(), decided(send=nudged), what)
        end_day(row, shared, MONDAY, first)
        if not known:
            amend(row, shared, MONDAY, late)
        rows.append((row, shared))
    (a, shared_a), (b, shared_b) = rows
    for name in a.dtype.names or ():
        if a.dtype[name].base.names is None:
            assert np.allclose(a[name].astype(float), b[name].astype(float), atol=1e-6), name
    assert a["likelihood"].tolist() == b["likelihood"].tolist()
    assert a["days"]["minute"].tolist() == b["days"]["minute"].tolist()
    for name in ("at_risk", "done", "delay", "control", "style", "wear_evidence", "pooled"):
        assert np.allclose(shared_a[name].astype(float), shared_b[name].astype(float)), name


def test_a_late_entry_some_days_later_still_moves_what_is_known_of_the_hours() -> None:
    shared = new_shared()
    row = start(shared, 2, [(MONDAY + d, MISSED) for d in range(5)])
    expected = start(new_shared(), 2, [(MONDAY + d, MISSED if d != 1 else Record(True, True, 600)) for d in range(5)])
    amend(row, shared, MONDAY + 1, Record(due=True, done=True, minute=600))
    assert np.allclose(row["at_risk"], expected["at_risk"], atol=1e-5)
    assert np.allclose(row["done"], expected["done"], atol=1e-5)


def test_taking_back_a_late_entry_restores_the_evidence_to_the_bit() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [NOTHING, NOTHING])
    before = row["likelihood"].copy()
    amend(row, shared, MONDAY, Record(due=True, done=True, minute=735))
    assert (row["likelihood"] != before).any()
    amend(row, shared, MONDAY, MISSED)
    assert row["likelihood"].tolist() == before.tolist()
    assert row["seen"][0, 2].tolist() == [2, 0, 0, 0]


def test_a_late_entry_after_a_nudge_that_was_not_drawn_leaves_the_contrasts_alone() -> None:
    shared = new_shared()
    row = start(shared, 2, [])
    live(row, shared, [NOTHING], decided(chance=1.0))
    amend(row, shared, MONDAY, Record(due=True, done=True, minute=735))
    assert row["seen"].sum() == 0


def test_a_day_that_turns_out_not_to_have_been_due_is_forgotten() -> None:
    shared = new_shared()
    row = start(shared, 2, [(MONDAY, MISSED)])
    never_due = Record(due=False, done=False, minute=None)
    amend(row, shared, MONDAY, never_due)
    assert row["at_risk"].sum() == pytest.approx(0, abs=1e-6)
    amend(row, shared, MONDAY, replace(never_due, done=True))
    amend(row, shared, MONDAY, MISSED)
    assert row["at_risk"].sum() == pytest.approx(6)


def test_entries_for_days_out_of_reach_or_without_news_change_nothing() -> None:
    shared = new_shared()
    row = start(shared, 2, [(MONDAY + d, MISSED) for d in range(15)])
    before = pack(row) + pack(shared)
    amend(row, shared, MONDAY + 2, Record(due=True, done=True, minute=600))
    amend(row, shared, MONDAY + 12, MISSED)
    assert pack(row) + pack(shared) == before
