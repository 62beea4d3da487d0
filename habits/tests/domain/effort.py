"""How hard Hypothesis tries: quickly in every run, at length by hand with HYPOTHESIS_PROFILE=thorough."""

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"


def effort(quick: int) -> settings:
    """`quick` examples in an ordinary run."""
    return settings(
        max_examples=10_000 if THOROUGH else quick, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
