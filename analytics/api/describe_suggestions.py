"""Suggestions in the shapes the API promises: figures as decimal strings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analytics.domain.suggestions import Effect, patch_from_json
from analytics.models import Suggestion
from analytics.suggestions.evidence import evidence_words
from analytics.suggestions.measuring import effects_of
from analytics.suggestions.plans import patched
from analytics.suggestions.words import title_words
from smarthabit.kernel.api.fields import instant_text, milli_text

AMOUNTS = {"target", "proposed"}
"""Numbers of the evidence that are amounts, in thousandths as they are stored."""


def describe_suggestion(row: Suggestion) -> dict[str, Any]:
    """Everything about a suggestion (with its habit selected)."""
    effects = [_effect(effect) for effect in effects_of(row)]
    return {
        "id": str(row.pk),
        "habit": str(row.habit_id),
        "kind": row.kind,
        "state": row.state,
        "text": f"{title_words(row)}. {evidence_words(row, row.habit.unit)}",
        "evidence": {name: milli_text(value) if name in AMOUNTS else value for name, value in row.evidence.items()},
        "change": _change(row),
        "measure": row.measure,
        "expected": _spread(row.expected),
        "certainty": f"{row.certainty:.4f}",
        "kept": {"before": f"{row.before:.4f}", "after": f"{row.after:.4f}"},
        "made_on": row.made_on.isoformat(),
        "decided_on": row.decided_on.isoformat() if row.decided_on else None,
        "decided_at": instant_text(row.decided_at) if row.decided_at else None,
        "measured_next": row.measure_on.isoformat() if row.measure_on else None,
        "effect": effects[-1] if effects else None,
        "effects": effects,
    }


def _change(row: Suggestion) -> dict[str, Any]:
    """The fields of the habit that it changes, as they were and as they would be, and what else it does."""
    patch = patch_from_json(row.patch)
    after = patched(row.plan, patch, row.cue)
    names = [name for name in after if name != "anchor" and after[name] != row.plan[name]]
    return {
        "before": {name: _value(name, row.plan[name]) for name in names},
        "after": {name: _value(name, after[name]) for name in names},
        "pause_days": 14 if patch.pause else None,
        "fewer_reminders": patch.fewer_reminders,
    }


def _value(name: str, value: Any) -> Any:
    return milli_text(value) if name == "target" else value


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "days": effect.horizon,
        "done": effect.done,
        "more_a_week": _spread(effect.more),
        "helped": effect.helped,
    }


def _spread(points: Iterable[float]) -> dict[str, str]:
    return {name: f"{point:.4f}" for name, point in zip(("p10", "p50", "p90"), points, strict=True)}
