"""Effects by type, and the hazards of a day without a nudge."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.domain import baseline, effect, prior
from nudges.domain.state import new_habit, new_shared


@settings(max_examples=30)
@given(st.integers(0, 5), st.floats(0.1, 4), st.floats(0, 30))
def test_an_effect_is_a_probability_and_wears_out(slot: int, strength: float, used: float) -> None:
    fresh, worn = (effect.by_type(slot, np.array([strength]), np.array([u]))[0] for u in (0.0, used))
    assert ((worn >= 0) & (worn <= fresh) & (fresh <= 0.9)).all()
    assert worn[0] == 0


@settings(max_examples=30)
@given(st.lists(st.floats(0.003, 0.95), min_size=6, max_size=6))
def test_what_is_missed_from_a_slot_on_is_the_product_of_what_is_left(hazard: list[float]) -> None:
    missed = baseline.missed_from(np.array([hazard]))[0]
    assert missed == pytest.approx([np.prod(1 - np.array(hazard[j:])) for j in range(6)])


def test_a_new_user_has_the_hazards_of_the_population_around_the_chosen_slot() -> None:
    hazard = baseline.hazards(new_habit(3), new_shared(), np.array([0]))[0]
    assert hazard.argmax() == 3
    assert hazard[3] == pytest.approx(prior.PRIOR_HAZARD[5])


def test_weekday_and_weekend_are_learned_apart() -> None:
    row = new_habit(3)
    row["at_risk"] = 30
    row["done"][0, 1, 0] = 20
    weekday, weekend = (baseline.hazards(row, new_shared(), np.array([k]))[0, 0] for k in (0, 1))
    assert weekend > weekday + 0.2


def test_tiredness_and_use_lower_the_multipliers() -> None:
    row = new_habit(3)
    row["used"][0, 0] = 2
    busy = effect.multipliers(row, new_shared(), np.array([13.0]), np.array([5.0]))
    assert busy.tired[0] == pytest.approx(np.exp(-0.3))
    assert busy.used[0, 0] == pytest.approx(2 * np.exp(-1))
    assert (busy.style == 1).all()


def test_every_type_has_its_own_scale_wear_and_shape() -> None:
    seen = set(zip(prior.TYPE_SCALE, prior.TYPE_WEAR, prior.TYPE_SHAPE, strict=True))
    assert len(seen) == prior.TYPES == 1 + 6 * 3 * 7
