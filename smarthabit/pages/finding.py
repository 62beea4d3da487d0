"""Finding a page, a habit or a goal by its name, or something to do: the options for what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from goals.selectors.names import goals_called
from habits.rows import Row, row_of
from habits.selectors import HabitView, habit_views, views_of
from habits.selectors.names import habits_called
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit

LONGEST = 80
"""Characters that are looked at."""
MOST_WORDS = 6
MOST_HABITS = 8
MOST_GOALS = 5
MOST_OPEN = 5
"""Habits offered for a check-in while nothing is typed."""

_Page = tuple[str, str | Promise, str]
_PAGES: tuple[_Page, ...] = (
    ("today", gettext_lazy("Today"), "circle-check"),
    ("habits:list", gettext_lazy("Habits"), "sprout"),
    ("goals:list", gettext_lazy("Goals"), "target"),
    ("analytics:insights", gettext_lazy("Insights"), "trending-up"),
    ("analytics:reviews", gettext_lazy("Weekly reviews"), "notebook-pen"),
    ("risk:board", gettext_lazy("What can still be saved today"), "life-buoy"),
    ("risk:record", gettext_lazy("How right were we?"), "gauge"),
    ("analytics:suggestions", gettext_lazy("What suggestions did"), "lightbulb"),
    ("activity", gettext_lazy("Activity"), "history"),
    ("nudges:inbox", gettext_lazy("Nudges"), "bell"),
    ("nudges:times", gettext_lazy("Your best times"), "chart-column"),
    ("habits:archived", gettext_lazy("Archived habits"), "archive"),
    ("habits:pauses", gettext_lazy("Pauses"), "circle-pause"),
    ("settings", gettext_lazy("Settings"), "settings"),
    ("nudges:preferences", gettext_lazy("Nudges and channels"), "bell-ring"),
    ("feeds:list", gettext_lazy("Calendar feeds"), "calendar-plus"),
    ("settings_security", gettext_lazy("Security"), "lock"),
    ("settings_data", gettext_lazy("Your data"), "database"),
    ("habits:import", gettext_lazy("Import"), "upload"),
    ("habits:export", gettext_lazy("Export"), "download"),
)
_DEEDS: tuple[_Page, ...] = (
    ("habits:new", gettext_lazy("New habit"), "plus"),
    ("goals:new", gettext_lazy("New goal"), "target"),
    ("habits:pauses", gettext_lazy("Pause everything"), "circle-pause"),
)
_THEMES: tuple[_Page, ...] = (
    ("auto", pgettext_lazy("colours", "Colours like the device"), "monitor"),
    ("light", pgettext_lazy("colours", "Light colours"), "sun"),
    ("dark", pgettext_lazy("colours", "Dark colours"), "moon"),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: a link, or - with ``fields`` - something that is posted."""

    label: str
    icon: str
    url: str
    hint: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one sort, under their name."""

    name: str
    options: list[Option]


def groups_for(user: User, now: datetime, text: str, back: str) -> list[Group]:
    """What fits the text, best sort first; a bounded number of options, and a constant number of queries.

    ``back`` is the page to return to once something was done.
    """
    words = text[:LONGEST].casefold().split()[:MOST_WORDS]
    names = [word for word in words if word not in _verb().casefold().split()] or words
    views = named = _habits(user, now, names) if names else []
    if not views and all(any(part.startswith(word) for part in _verb().casefold().split()) for word in words):
        views = habit_views(user, now, limit=MOST_HABITS)  # nothing is typed but the deed, or its beginning
    groups = [
        Group(_("Habits"), [_habit_option(view.habit) for view in named]),
        Group(_("Do"), [*_check_ins(views, back, words), *_deeds(user, words, back)]),
        Group(_("Goals"), _goals(user, names) if words else []),
        Group(_("Pages"), [Option(str(label), icon, reverse(name)) for name, label, icon in _fitting(_PAGES, words)]),
    ]
    return [group for group in groups if group.options]


def _verb() -> str:
    return pgettext("what one does with a habit", "Check in")


def _habits(user: User, now: datetime, names: Sequence[str]) -> list[HabitView]:
    return views_of(user, habits_called(user, names, MOST_HABITS), now)


def _habit_option(habit: Habit) -> Option:
    hint = _("archived") if habit.archived_on else ""
    return Option(habit.name, "sprout", reverse("habits:detail", args=[habit.pk]), hint)


def _check_ins(views: Sequence[HabitView], back: str, words: Sequence[str]) -> list[Option]:
    rows = [row_of(view) for view in views if not view.habit.archived_on]
    options = [_check_in(row, back) for row in rows if row.asked and not row.done and not row.skipped]
    return options if words else options[:MOST_OPEN]


def _check_in(row: Row, back: str) -> Option:
    """One press where the habit is simply done; where it wants an amount, the way to its sheet."""
    label = _("%(verb)s: %(habit)s") % {"verb": _verb(), "habit": row.name}
    url = reverse("habits:entry", args=[row.habit_id, row.day])
    if row.check is None:
        return Option(label, "pencil", url, _("enter the amount"))
    return Option(label, "check", url, fields={"value": row.check.post, "next": back})


def _deeds(user: User, words: Sequence[str], back: str) -> Iterator[Option]:
    for name, label, icon in _fitting(_DEEDS, words):
        yield Option(str(label), icon, reverse(name))
    for theme, label, icon in _fitting(_THEMES, words):
        if theme != user.theme:
            yield Option(str(label), icon, reverse("settings_theme"), fields={"theme": theme, "next": back})


def _goals(user: User, names: Sequence[str]) -> list[Option]:
    found = goals_called(user, names, MOST_GOALS)
    return [Option(goal.title, "target", reverse("goals:detail", args=[goal.pk])) for goal in found]


def _fitting(pages: Sequence[_Page], words: Sequence[str]) -> list[_Page]:
    return [page for page in pages if all(word in str(page[1]).casefold() for word in words)]
