"""How right forecasts were, against counting them one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.risk_recalibration import Recalibration
from analytics.domain.risk_reliability import (
    BINS,
    ENOUGH,
    TALLY_BYTES,
    added,
    added_odds,
    as_tallies,
    learnt_from,
    no_tallies,
    pooled_odds,
    reliability,
    tallied,
)

forecasts = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.booleans(), st.integers(0, 2)), min_size=ENOUGH, max_size=80
)


@settings(max_examples=50, deadline=None)
@given(forecasts)
def test_scores_are_those_of_counting_one_by_one(told: list[tuple[float, bool, int]]) -> None:
    risk = np.array([one[0] for one in told], dtype=np.float32)
    missed, group = np.array([one[1] for one in told]), np.array([one[2] for one in told])
    tallies = tallied(risk, missed, group, 3)
    assert [int(one["n"].sum()) for one in tallies] == [int((group == k).sum()) for k in range(3)]
    found = reliability(as_tallies(tallies.tobytes()))
    assert len(tallies.tobytes()) == 3 * TALLY_BYTES
    base = missed.mean()
    assert (found.n, found.missed) == (len(told), int(missed.sum()))
    assert found.brier == pytest.approx(float(((risk - missed) ** 2).mean()), abs=1e-4)
    if 0 < base < 1:
        assert found.skill == pytest.approx(1 - ((risk - missed) ** 2).mean() / (base * (1 - base)), abs=1e-3)
    else:
        assert found.skill is None
    for one in found.bins:
        within = (risk >= np.float32(one.low)) & (risk < np.float32(one.high))
        if one.n == int(within.sum()):  # a risk on the edge may fall either way
            assert one.missed == pytest.approx(float(missed[within].mean()))


def test_tallies_add_up() -> None:
    risk, missed = np.array([0.05, 0.55, 1.0], dtype=np.float32), np.array([False, True, True])
    one = tallied(risk, missed, np.zeros(3, dtype=np.int64), 1)
    both = added(one, one)
    assert both["n"].sum() == 6
    assert both[0, BINS - 1]["n"] == 2
    assert reliability(both).n == 6


def test_few_forecasts_have_no_score() -> None:
    empty = reliability(no_tallies(1))
    assert (empty.n, empty.bins, empty.brier, empty.skill, empty.error) == (0, (), None, None, None)


def test_pooled_outcomes_teach_as_single_ones_do() -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(-0.8, 1.6, 20_000).astype(np.float32)
    missed = rng.random(20_000) < 1 / (1 + np.exp(-(0.5 + 0.7 * odds)))
    packed = added_odds(pooled_odds(odds[:9000], missed[:9000]), pooled_odds(odds[9000:], missed[9000:]))
    pooled, single = learnt_from(Recalibration(), packed), Recalibration().learnt(odds, missed)
    assert pooled.intercept == pytest.approx(single.intercept, abs=0.02)
    assert pooled.slope == pytest.approx(single.slope, abs=0.02)


def test_no_outcomes_teach_nothing() -> None:
    none = pooled_odds(np.zeros(0, np.float32), np.zeros(0, bool))
    assert learnt_from(Recalibration(), none) == Recalibration()
