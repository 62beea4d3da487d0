"""The pieces of the simulation against known values."""

from math import log

import numpy as np
import pytest

from goals.domain.evidence import Evidence, evidence_of
from goals.domain.paths import (
    Outlook,
    always,
    amounts_of,
    block_sizes,
    chances,
    digamma,
    draws_of,
    outlook_of,
    trigamma,
    walk,
)
from goals.domain.population import PEOPLE

EULER = 0.5772156649015329


def test_digamma_and_trigamma_at_known_points() -> None:
    assert digamma(1) == pytest.approx(-EULER, abs=1e-8)
    assert digamma(0.5) == pytest.approx(-EULER - 2 * log(2), abs=1e-8)
    assert digamma(50) == pytest.approx(log(50) - 1 / 100 - 1 / 30_000, abs=1e-8)
    assert trigamma(1) == pytest.approx(np.pi**2 / 6, abs=1e-7)
    assert trigamma(0.5) == pytest.approx(np.pi**2 / 2, abs=1e-7)


@pytest.mark.parametrize("units", [0, 1, 28, 29, 100, 364, 365, 1826])
def test_blocks_hold_all_units_and_are_cut_in_the_same_places(units: int) -> None:
    sizes = block_sizes(units)
    assert sum(sizes) >= units
    assert sum(sizes[:-1]) < units or not sizes
    assert block_sizes(5000)[: len(sizes)] == sizes


def test_a_longer_walk_begins_with_the_shorter_one() -> None:
    outlook = outlook_of(evidence_of([True, False, True]), PEOPLE)
    short, long = (walk(outlook, always(1000), PEOPLE, units, draws_of(5, 0, 50, 0.3))[1] for units in (40, 400))
    assert np.array_equal(long[: len(short)], short)


def test_habits_of_one_goal_rise_and_fall_together() -> None:
    level = [[draws_of(seed, index, 2, 0.5).level[0] for seed in range(400)] for index in (0, 1)]
    assert np.corrcoef(level)[0, 1] == pytest.approx(0.5, abs=0.12)


def test_right_now_differs_from_the_level_after_a_change() -> None:
    rising = outlook_of(evidence_of([False] * 30 + [True] * 4), PEOPLE)
    falling = outlook_of(evidence_of([True] * 30 + [False] * 4), PEOPLE)
    assert rising.distance > 0 > falling.distance
    assert rising.level < falling.level


def test_more_evidence_is_surer() -> None:
    few, many = (outlook_of(evidence_of([True, False] * pairs), PEOPLE).spread for pairs in (2, 60))
    assert many < few


def moments(amounts: list[int]) -> tuple[float, float]:
    evidence = Evidence()
    for amount in amounts:
        evidence = evidence.after(True, amount)
    found = amounts_of(evidence, 1)
    mean = found.least + found.grain * found.mean
    return mean, found.grain**2 * (found.mean + found.mean**2 / found.shape)


def test_amounts_keep_the_mean_and_the_variance_of_the_past() -> None:
    past = np.random.default_rng(1).negative_binomial(2, 0.2, 3000) * 1000
    mean, variance = moments([int(amount) + 1000 for amount in past])
    assert mean == pytest.approx(1000 + 8000, rel=0.25)
    assert variance == pytest.approx(40e6, rel=0.5)


def test_amounts_less_varied_than_a_poisson_fall_back_on_it() -> None:
    mean, variance = moments([1000] + [10_000] * 300 + [11_000])
    assert mean == pytest.approx(10_000, rel=0.05)
    assert variance == pytest.approx(9e6, rel=0.2)


def test_equal_amounts_are_certain() -> None:
    assert amounts_of(Evidence().after(True, 700).after(True, 700), 1) == always(700)
    assert amounts_of(Evidence().after(False), 9000) == always(9000)


def test_the_drift_keeps_its_size_and_its_memory() -> None:
    sure = Outlook(level=0.0, spread=0.0, distance=0.0)
    rows = chances(sure, PEOPLE, [1] * 101, draws_of(1, 0, 4000, 0.0)).astype(float)
    logits = np.log(rows / (1 - rows))
    assert [float(logits[day].std()) for day in (0, 100)] == pytest.approx([PEOPLE.drift] * 2, rel=0.08)
    assert np.corrcoef(logits[0], logits[100])[0, 1] == pytest.approx(PEOPLE.hold**100, abs=0.06)
