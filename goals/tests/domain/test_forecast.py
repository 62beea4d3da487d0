"""Laws of the forecast, whatever the numbers behind it."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.evidence import Evidence, evidence_of
from goals.domain.forecast import Strand, forecast, horizon, simulate
from goals.domain.paths import seed_of
from goals.domain.summary import Forecast
from goals.tests.domain.stated import probability_of, spread_of

TODAY = date(2026, 1, 1)
FIRST = TODAY.toordinal()
HALF = evidence_of([True, False] * 20)
ALWAYS = evidence_of([True] * 60)
NEVER = evidence_of([False] * 60)
LAWS = settings(max_examples=15, deadline=None)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def count(evidence: Evidence = HALF, days: Sequence[int] = range(FIRST, FIRST + 2000), weight: int = 1000) -> Strand:
    return Strand(evidence, weight, days, 1000)


def amounts_evidence(amounts: list[int]) -> Evidence:
    evidence = Evidence()
    for amount in amounts:
        evidence = evidence.after(amount > 0, amount)
    return evidence


def is_sound(found: Forecast) -> bool:
    """No number is missing or not a number, and every quantile is in order."""
    spreads = [point.amount for point in found.fan] + ([found.amount] if found.amount else [])
    finish = [day.toordinal() if day else 10**9 for day in found.finish]
    ordered = all(spread.p10 <= spread.p50 <= spread.p90 for spread in spreads) and finish == sorted(finish)
    rising = all(a.amount.p50 <= b.amount.p50 and a.day < b.day for a, b in pairwise(found.fan))
    return ordered and rising and (found.probability is None or 0 <= found.probability <= 1)


pasts = st.lists(st.sampled_from([0, 0, 1000, 1000, 1500, 7250, 10**9]), max_size=40).map(amounts_evidence)
futures = st.lists(st.integers(FIRST - 5, FIRST + 400), unique=True, max_size=60).map(sorted)
strands = st.lists(
    st.builds(Strand, pasts, st.integers(0, 3000), futures, st.none() | st.just(1000), st.just(2000)), max_size=3
)


@LAWS
@given(strands, st.none() | st.integers(-3, 500), st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 2**64))
def test_every_forecast_is_sound(
    given_strands: list[Strand], ahead: int | None, target: int, amount: int, seed: int
) -> None:
    deadline = None if ahead is None else after(ahead)
    assert is_sound(forecast(TODAY, deadline, target, amount, given_strands, seed=seed))


@LAWS
@given(strands, st.lists(st.integers(0, 300), min_size=2, max_size=4).map(sorted), st.integers(1, 30_000))
def test_a_later_deadline_never_lowers_the_probability(
    given_strands: list[Strand], deadlines: list[int], target: int
) -> None:
    said = [probability_of(forecast(TODAY, after(days), target, 0, given_strands, seed=3)) for days in deadlines]
    assert said == sorted(said)


@LAWS
@given(strands, st.lists(st.integers(1, 60_000), min_size=2, max_size=4).map(sorted))
def test_a_higher_target_never_raises_the_probability(given_strands: list[Strand], targets: list[int]) -> None:
    said = [probability_of(forecast(TODAY, after(90), target, 0, given_strands, seed=3)) for target in targets]
    assert said == sorted(said, reverse=True)


@LAWS
@given(strands, st.integers(0, 2**64))
def test_the_same_seed_gives_the_same_forecast(given_strands: list[Strand], seed: int) -> None:
    once, again = (forecast(TODAY, after(60), 9000, 0, given_strands, seed=seed) for _ in range(2))
    assert once == again


def test_another_seed_gives_other_paths() -> None:
    once, again = (simulate(TODAY, after(60), 0, [count()], seed=seed).gathered for seed in (1, 2))
    assert not np.array_equal(once, again)


def test_what_is_reached_is_certain() -> None:
    found = forecast(TODAY, after(30), 5000, 5000, [count(NEVER)], seed=1)
    assert found.probability == 1.0
    assert found.finish == (TODAY, TODAY, TODAY)


def test_more_than_the_chances_left_is_impossible() -> None:
    days = range(FIRST, FIRST + 10)
    assert forecast(TODAY, after(30), 11_000, 0, [count(ALWAYS, days)], seed=1).probability == 0.0
    assert probability_of(forecast(TODAY, after(30), 10_000, 0, [count(ALWAYS, days)], seed=1)) > 0.5
    assert forecast(TODAY, after(5), 7000, 0, [count(ALWAYS)], seed=1).probability == 0.0


@pytest.mark.parametrize("given_strands", [[], [count(days=())], [count(weight=0)], [Strand(HALF, 1000, ())]])
def test_where_nothing_can_come_nothing_is_expected(given_strands: list[Strand]) -> None:
    found = forecast(TODAY, after(30), 5000, 2000, given_strands, seed=1)
    assert (found.probability, found.amount, found.finish) == (0.0, (2000, 2000, 2000), (None, None, None))


def test_after_the_deadline_it_is_decided() -> None:
    assert forecast(TODAY, after(-3), 5000, 2000, [count()], seed=1).probability == 0.0
    assert forecast(TODAY, after(-3), 5000, 5000, [count()], seed=1).probability == 1.0
    assert forecast(TODAY, after(-3), 5000, 2000, [count()], seed=1).fan == ()


def test_a_year_of_pause_puts_the_finish_behind_it() -> None:
    paused = count(ALWAYS, range(FIRST + 365, FIRST + 700))
    earliest = forecast(TODAY, after(700), 5000, 0, [paused], seed=1).finish.p10
    assert earliest is not None
    assert earliest >= after(365)
    assert spread_of(forecast(TODAY, after(364), 5000, 0, [paused], seed=1)).p90 == 0


@pytest.mark.parametrize("evidence", [Evidence(), ALWAYS, NEVER, HALF])
@pytest.mark.parametrize("years", [1, 10, 100])
def test_long_ranges_are_sound(evidence: Evidence, years: int) -> None:
    deadline = date(2026 + years, 1, 1)
    days = range(FIRST, horizon(TODAY, deadline) + 1)
    found = forecast(TODAY, deadline, 100_000, 0, [count(evidence, days)], seed=1)
    assert is_sound(found)
    assert len(found.fan) <= 40
    assert spread_of(found).p90 <= 1000 * (deadline.toordinal() - FIRST + 365)


def test_beyond_the_horizon_amounts_go_on_at_the_last_pace() -> None:
    deadline = date(2126, 1, 1)
    days = range(FIRST, horizon(TODAY, deadline) + 1)
    found = forecast(TODAY, deadline, 20_000_000, 0, [count(ALWAYS, days)], seed=1)
    assert spread_of(found).p90 > 30_000_000
    assert 0 < probability_of(found) < 1


def test_the_end_of_the_calendar_is_no_obstacle() -> None:
    last = date.max - timedelta(days=10)
    assert horizon(last, date.max) == horizon(last, None) == date.max.toordinal()


def test_without_a_deadline_only_the_finish_is_told() -> None:
    found = forecast(TODAY, None, 10_000, 0, [count()], seed=1)
    assert (found.probability, found.amount) == (None, None)
    assert found.fan[-1].day == found.finish.p90


def test_a_finish_beyond_the_horizon_is_not_told() -> None:
    found = forecast(TODAY, None, 10_000_000, 0, [count()], seed=1)
    assert found.finish == (None, None, None)
    assert found.fan[-1].day.toordinal() == horizon(TODAY, None)


def test_the_more_often_it_was_kept_the_more_is_expected() -> None:
    pasts = [evidence_of(([True] * kept + [False] * (10 - kept)) * 6) for kept in (1, 4, 7, 10)]
    middles = [spread_of(forecast(TODAY, after(60), 9000, 0, [count(past)], seed=1)).p50 for past in pasts]
    assert middles == sorted(middles)
    assert middles[0] < middles[-1]


def test_little_evidence_makes_a_wider_fan() -> None:
    def width(pairs: int, seed: int) -> int:
        fan = spread_of(forecast(TODAY, after(30), 1, 0, [count(evidence_of([True, False] * pairs))], seed=seed))
        return fan.p90 - fan.p10

    assert sum(width(1, seed) for seed in range(20)) > sum(width(100, seed) for seed in range(20))


def test_weights_scale_what_comes() -> None:
    single, double = (
        spread_of(forecast(TODAY, after(60), 9000, 0, [count(weight=weight)], seed=1)) for weight in (1000, 2000)
    )
    assert double == tuple(2 * amount for amount in single)


def test_amounts_are_expected_as_they_were() -> None:
    steady = amounts_evidence([30_000] * 40)
    found = forecast(TODAY, after(9), 1, 0, [Strand(steady, 1000, range(FIRST, FIRST + 10))], seed=1)
    assert spread_of(found).p50 % 30_000 == 0
    varied = amounts_evidence([20_000, 25_000, 30_000, 40_000] * 15)
    mean = simulate(TODAY, after(9), 0, [Strand(varied, 1000, range(FIRST, FIRST + 10))], seed=1).at(FIRST + 9).mean()
    hits = simulate(TODAY, after(9), 0, [Strand(varied, 1000, range(FIRST, FIRST + 10), 1000)], seed=1)
    assert mean / (hits.at(FIRST + 9).mean() / 1000) == pytest.approx(28_750, rel=0.1)


def test_a_habit_never_done_is_expected_to_bring_its_usual_amount() -> None:
    strand = Strand(Evidence(), 1000, range(FIRST, FIRST + 30), None, 5000)
    found = forecast(TODAY, after(29), 1, 0, [strand], seed=1)
    assert spread_of(found).p90 > 0
    assert spread_of(found).p90 % 5000 == 0


def test_what_a_forecast_rests_on_is_the_shortest_past_that_counts() -> None:
    given_strands = [count(ALWAYS), count(HALF), count(Evidence(), weight=0)]
    assert forecast(TODAY, after(9), 1000, 0, given_strands, seed=1).rests_on == 40


def test_seeds_of_names_differ_and_stay() -> None:
    assert seed_of("goal 1") == seed_of("goal 1") != seed_of("goal 2")
    assert 0 <= seed_of("a" * 100) < 2**64
