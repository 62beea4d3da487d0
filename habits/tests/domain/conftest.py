"""Hypothesis profiles: a quick one for every run, `HYPOTHESIS_PROFILE=thorough` for a long one by hand."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
