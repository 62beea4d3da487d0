"""Evidence: discounted counts and moments, in one row of numbers."""

import json
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.evidence import AMOUNT_HALF_LIFE, Evidence, evidence_from_row, evidence_of
from goals.domain.population import PEOPLE

amounts = st.lists(st.sampled_from([0, 0, 250, 1000, 1500, 9000]), max_size=40)


def folded(series: list[int]) -> Evidence:
    evidence = Evidence()
    for amount in series:
        evidence = evidence.after_chance(amount)
    return evidence


@settings(max_examples=60, deadline=None)
@given(amounts)
def test_the_fold_equals_the_weighted_sums(series: list[int]) -> None:
    evidence = folded(series)
    ages = range(len(series))[::-1]
    hits = [amount for amount in series if amount]
    fading = [0.5 ** (age / AMOUNT_HALF_LIFE) for age in range(len(hits))[::-1]]
    assert evidence.units == len(series)
    assert evidence.hits == len(hits)
    assert evidence.slow_hits == pytest.approx(
        sum(0.5 ** (age / PEOPLE.slow) for age, a in zip(ages, series, strict=True) if a)
    )
    assert evidence.fast_misses == pytest.approx(
        sum(0.5 ** (age / PEOPLE.fast) for age, a in zip(ages, series, strict=True) if not a)
    )
    assert evidence.total == pytest.approx(sum(w * a for w, a in zip(fading, hits, strict=True)))
    assert evidence.squares == pytest.approx(sum(w * a * a for w, a in zip(fading, hits, strict=True)))
    assert evidence.least == min(hits, default=0)
    assert evidence.grain == gcd(*(amount - min(hits) for amount in hits))


@settings(max_examples=40, deadline=None)
@given(amounts)
def test_a_row_in_json_brings_the_same_evidence_back(series: list[int]) -> None:
    evidence = folded(series).with_spare(30)
    assert evidence_from_row(json.loads(json.dumps(evidence.to_row()))) == evidence


def test_what_was_spare_is_taken_in_by_the_next_chance_only() -> None:
    evidence = Evidence().with_spare(500).with_spare(200).after_chance(300)
    assert (evidence.units, evidence.hits, evidence.least, evidence.spare) == (1, 1, 1000, 0)


def test_outcomes_are_learnt_oldest_first() -> None:
    assert evidence_of([True, False]).fast_hits < evidence_of([False, True]).fast_hits
