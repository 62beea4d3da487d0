"""A suggestion as one block: what Today, Insights, the history and the answers to a press show, made in one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.domain.suggestions import Kind, patch_from_json
from analytics.models import Suggestion
from analytics.suggestions import words
from analytics.suggestions.evidence import evidence_words
from analytics.suggestions.measuring import effects_of, forecast_of
from analytics.suggestions.plans import PLAN, patched
from analytics.suggestions.undoing import WITHIN
from habits.domain.entry import Kind as HabitKind
from habits.selectors.rules import schedule_of
from habits.words import plan_words, time_words

if TYPE_CHECKING:
    from habits.models import Habit


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the diff of a plan."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the templates say of a suggestion."""

    pk: int
    habit: Habit
    kind: str
    icon: str
    state: str
    state_words: str
    title: str
    evidence: str
    expected: str
    changes: tuple[Change, ...]
    before: str
    after: str
    before_percent: int
    after_percent: int
    cue: str
    asks_cue: bool
    """Whether it comes with a sentence that may be put in other words."""
    decided_on: date | None
    undoable: bool
    effects: tuple[tuple[str, str, str], ...]
    """For each horizon measured: how it went ("helped", "less", "same"), how often it was done, and what that says."""
    waits_for: str
    """What is still to be measured, and when; empty where nothing is."""


def card_of(row: Suggestion, today: date) -> Card:
    """The block of a suggestion (with its habit selected) as of the user's today."""
    before, after = words.shares_words(row)
    return Card(
        pk=row.pk,
        habit=row.habit,
        kind=row.kind,
        icon=words.ICONS[Kind(row.kind)],
        state=row.state,
        state_words=str(Suggestion.State(row.state).label),
        title=words.title_words(row),
        evidence=evidence_words(row, row.habit.unit),
        expected=words.expected_words(row),
        changes=tuple(_changes(row)),
        before=before,
        after=after,
        before_percent=round(row.before * 100),
        after_percent=round(row.after * 100),
        cue=row.cue,
        asks_cue=patch_from_json(row.patch).has_words,
        decided_on=row.decided_on,
        undoable=row.state == Suggestion.State.ACCEPTED
        and row.decided_on is not None
        and today - row.decided_on <= WITHIN,
        effects=tuple(_effects(row)),
        waits_for=_waits_for(row),
    )


def _changes(row: Suggestion) -> Iterator[Change]:
    patch = patch_from_json(row.patch)
    old, new = row.plan, patched(row.plan, patch, row.cue)
    asked = (_asked(row, old), _asked(row, new))
    if asked[0] != asked[1]:
        yield Change(_("Plan"), *asked)
    if old["freezes"] != new["freezes"]:
        yield Change(_("Streak freezes"), _on(old["freezes"]), _on(new["freezes"]))
    if old["preferred_time"] != new["preferred_time"]:
        yield Change(_("Time of day"), _at(old["preferred_time"]), _at(new["preferred_time"]))
    if patch.has_words:
        yield Change(_("When and where"), old["cue"] or _("nothing yet"), row.cue)
    if patch.pause:
        yield Change(_("For two weeks"), _asked(row, old), _("paused"))
    if patch.fewer_reminders:
        yield Change(_("Reminders"), pgettext("reminders", "as now"), pgettext("reminders", "fewer"))


def _asked(row: Suggestion, told: dict[str, Any]) -> str:
    kind: HabitKind = "limit" if row.habit.kind == "limit" else "build"
    schedule, target, *_rest = (told[name] for name in PLAN)
    return plan_words(schedule_of(schedule), kind, target, row.habit.unit)


def _on(on: bool) -> str:
    return pgettext("streak freezes", "on") if on else pgettext("streak freezes", "off")


def _at(text: str | None) -> str:
    return time_words(time.fromisoformat(text)) if text else _("any time")


def _effects(row: Suggestion) -> Iterator[tuple[str, str, str]]:
    names = {True: "helped", False: "less", None: "same"}
    for effect in effects_of(row):
        yield names[effect.helped], words.done_words(effect), words.effect_words(effect)


def _waits_for(row: Suggestion) -> str:
    if row.state != Suggestion.State.ACCEPTED:
        return ""
    if row.measure_on is not None:
        day = date_format(row.measure_on, "DATE_FORMAT")
        return _("Measured against the forecast on %(day)s.") % {"day": day}
    if forecast_of(row) and not effects_of(row):
        return _("Not measured: the plan was changed, or too few days were asked for.")
    return ""
