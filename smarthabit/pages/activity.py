"""What happened lately: changes of entries, nudges with their reasons, suggestions and goals, as one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.suggestions.cards import card_of
from analytics.suggestions.selectors import answered_below
from goals.selectors.happened import events_below
from goals.words import event_words
from habits.changes import change_row
from habits.selectors.changes import AGAINST, entry_steps
from habits.transfer.selectors import finished_below
from habits.words import day_words, time_words
from nudges.rows import row_of
from nudges.selectors.inbox import sent_below
from nudges.selectors.preferences import preferences_of
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.days import day_of
from smarthabit.kernel.timeline import Cut, Place, place_from

LISTED = 30
_IMPORTS, _NUDGES, _SUGGESTIONS, _GOALS = range(AGAINST + 1, AGAINST + 5)
"""Where lines of the same instant stand, below the changes of entries."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: ``kind`` chooses how it is drawn, ``told`` is what is drawn."""

    place: Place
    kind: str
    told: Any
    at: datetime
    """On the user's clock."""
    time: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose list it is, and as of when."""

    user: User
    now: datetime

    @property
    def today(self) -> date:
        """Their own today."""
        return today_of(self.user, self.now)

    def line(self, place: Place, kind: str, told: Any) -> Line:
        """A line with its time on their clock."""
        at = place.at.astimezone(self.user.zone)
        return Line(place, kind, told, at, time_words(at.time()))


def _entries(viewer: Viewer, cut: Cut) -> list[Line]:
    today = viewer.today
    changes = [viewer.line(step.place, "entry", change_row(step, today)) for step in entry_steps(viewer.user, cut)]
    jobs = [
        viewer.line(Place(job.finished_at, _IMPORTS, job.pk), "import", job)
        for job in finished_below(viewer.user, cut, _IMPORTS)
        if job.finished_at is not None
    ]
    return changes + jobs


def _nudges(viewer: Viewer, cut: Cut) -> list[Line]:
    tone = preferences_of(viewer.user).tone
    return [
        viewer.line(Place(found.nudge.due_at, _NUDGES, found.nudge.pk), "nudge", row_of(found, tone))
        for found in sent_below(viewer.user, viewer.now, cut, _NUDGES)
    ]


def _suggestions(viewer: Viewer, cut: Cut) -> list[Line]:
    today = viewer.today
    return [
        viewer.line(Place(row.decided_at, _SUGGESTIONS, row.pk), "suggestion", card_of(row, today))
        for row in answered_below(viewer.user, cut, _SUGGESTIONS)
        if row.decided_at is not None
    ]


def _goals(viewer: Viewer, cut: Cut) -> list[Line]:
    lines = []
    for event in events_below(viewer.user, cut, _GOALS):
        goal = event.goal
        said = event_words(event.kind, event.mark, goal.measure, goal.unit)
        told = {"goal": goal, "kind": event.kind, "words": said}
        lines.append(viewer.line(Place(event.recorded_at, _GOALS, event.pk), "goal", told))
    return lines


Source = Callable[[Viewer, Cut], list[Line]]
SOURCES: dict[str, Source] = {"entries": _entries, "nudges": _nudges, "suggestions": _suggestions, "goals": _goals}
NAMES = (
    ("", pgettext_lazy("all kinds of activity", "All")),
    ("entries", _("Check-ins")),
    ("nudges", _("Nudges")),
    ("suggestions", _("Suggestions")),
    ("goals", _("Goals")),
)


def activity_context(user: User, now: datetime, *, kind: str, before: str) -> dict[str, Any]:
    """A page of the list, by day; a constant number of queries, and a bounded number of rows, however long it is."""
    viewer = Viewer(user, now)
    seq = seq_of(user)
    kind = kind if kind in SOURCES else ""
    after = place_from(before)
    cut = Cut(after, LISTED + 1)
    chosen = [SOURCES[kind]] if kind else SOURCES.values()
    lines = sorted((line for source in chosen for line in source(viewer, cut)), key=_order, reverse=True)
    shown = lines[:LISTED]
    return {
        "days": _by_day(viewer, shown),
        "kinds": NAMES,
        "kind": kind,
        "before": str(after) if after else "",
        "older": str(shown[-1].place) if len(lines) > LISTED else "",
        "live_seq": seq,
    }


def _order(line: Line) -> tuple[datetime, int, int]:
    return line.place.order


def _by_day(viewer: Viewer, lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    user, today = viewer.user, viewer.today
    days = groupby(lines, key=lambda line: day_of(line.at, user.zone, user.day_starts_at))
    return [(day_words(day, today), list(group)) for day, group in days]
