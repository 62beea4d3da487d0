"""Estimates of another policy on a simulated bandit whose truth is known."""

from collections.abc import Callable

import numpy as np
import pytest

from nudges.domain.offpolicy import Estimate, Log, dr, ips, snips

TRUTH = np.array([[0.2, 0.5], [0.6, 0.3]])  # (context, action): mean reward
TARGET = np.array([[0.1, 0.9], [0.8, 0.2]])
VALUE = float((TARGET * TRUTH).sum(1).mean())


def bandit(seed: int, model: np.ndarray, count: int = 3000) -> Log:
    g = np.random.default_rng(seed)
    context = g.integers(0, 2, count)
    chance = np.where(context == 0, 0.3, 0.7)  # of action 1
    action = (g.random(count) < chance).astype(int)
    reward = (g.random(count) < TRUTH[context, action]).astype(float)
    return Log(
        user=np.arange(count) // 3,
        reward=reward,
        logged=np.where(action == 1, chance, 1 - chance),
        target=TARGET[context, action],
        predicted=model[context, action],
        predicted_target=(TARGET * model).sum(1)[context],
    )


@pytest.mark.parametrize("estimate", [ips, snips, dr])
def test_estimates_are_unbiased_and_their_intervals_hold(estimate: Callable[[Log], Estimate]) -> None:
    found = [estimate(bandit(seed, TRUTH + 0.2)) for seed in range(200)]
    assert np.mean([e.value for e in found]) == pytest.approx(VALUE, abs=0.004)
    assert 0.90 <= np.mean([e.low <= VALUE <= e.high for e in found]) <= 0.99


def test_a_good_model_makes_the_interval_narrower() -> None:
    log = bandit(1, TRUTH)
    assert dr(log).high - dr(log).low < ips(log).high - ips(log).low


def test_the_logging_policy_estimates_itself_by_its_mean() -> None:
    log = bandit(1, np.zeros((2, 2)))
    same = Log(log.user, log.reward, log.logged, log.logged, log.predicted, log.predicted_target)
    assert ips(same).value == pytest.approx(log.reward.mean())
    assert ips(same).effective == pytest.approx(len(log.reward))


def test_a_target_that_was_never_logged_has_no_estimate() -> None:
    log = bandit(1, np.zeros((2, 2)))
    never = Log(log.user, log.reward, log.logged, np.zeros_like(log.logged), log.predicted, log.predicted_target)
    assert np.isnan(snips(never).value)
    assert ips(never).effective == 0


def test_decisions_of_one_user_count_as_one_observation() -> None:
    log = bandit(1, np.zeros((2, 2)))
    one_each, all_one = (
        Log(user, log.reward, log.logged, log.target, log.predicted, log.predicted)
        for user in (np.arange(3000), np.arange(3000) // 1500)
    )
    assert ips(one_each).high != ips(all_one).high


@pytest.mark.parametrize("logged", [[], [0.5, 0.0]])
def test_a_log_without_decisions_or_with_impossible_ones_is_refused(logged: list[float]) -> None:
    part = np.array(logged)
    with pytest.raises(ValueError, match="a log needs"):
        Log(part.astype(int), part, part, part, part, part)
