"""Suggestions: what might be changed about a habit, what that is expected to bring, and what it brought."""

from analytics.domain.suggestions.candidate import Candidate, Kind, Measure, Patch, patch_from_json
from analytics.domain.suggestions.choosing import CERTAIN, LEAST_UNITS, REST, Past, candidates_of, choose
from analytics.domain.suggestions.effect import HORIZONS, Effect, Frozen, effect_of, freeze, met
from analytics.domain.suggestions.facts import MILLI, WINDOW, Facts, Reminded, Subject, facts_of
from analytics.domain.suggestions.posterior import Spread

__all__ = [
    "CERTAIN",
    "HORIZONS",
    "LEAST_UNITS",
    "MILLI",
    "REST",
    "WINDOW",
    "Candidate",
    "Effect",
    "Facts",
    "Frozen",
    "Kind",
    "Measure",
    "Past",
    "Patch",
    "Reminded",
    "Spread",
    "Subject",
    "candidates_of",
    "choose",
    "effect_of",
    "facts_of",
    "freeze",
    "met",
    "patch_from_json",
]
