"""Habits to begin with: well-known ones, with a rhythm and a target that most people can start on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from habits import words
from habits.domain.entry import Kind
from habits.domain.schedule import parse_schedule
from habits.services import HabitDraft

ICONS = {
    "sprout": pgettext_lazy("icon", "Sprout"),
    "droplet": pgettext_lazy("icon", "Drop"),
    "footprints": pgettext_lazy("icon", "Footprints"),
    "dumbbell": pgettext_lazy("icon", "Dumbbell"),
    "bike": pgettext_lazy("icon", "Bicycle"),
    "heart": pgettext_lazy("icon", "Heart"),
    "brain": pgettext_lazy("icon", "Brain"),
    "leaf": pgettext_lazy("icon", "Leaf"),
    "moon": pgettext_lazy("icon", "Moon"),
    "bed": pgettext_lazy("icon", "Bed"),
    "sun": pgettext_lazy("icon", "Sun"),
    "book": pgettext_lazy("icon", "Book"),
    "notebook-pen": pgettext_lazy("icon", "Notebook"),
    "pen-line": pgettext_lazy("icon", "Pen"),
    "languages": pgettext_lazy("icon", "Languages"),
    "music": pgettext_lazy("icon", "Music"),
    "guitar": pgettext_lazy("icon", "Guitar"),
    "code": pgettext_lazy("icon", "Code"),
    "phone": pgettext_lazy("icon", "Telephone"),
    "hand-heart": pgettext_lazy("icon", "Helping hand"),
    "apple": pgettext_lazy("icon", "Apple"),
    "salad": pgettext_lazy("icon", "Salad"),
    "coffee": pgettext_lazy("icon", "Coffee"),
    "pill": pgettext_lazy("icon", "Pill"),
    "brush-cleaning": pgettext_lazy("icon", "Brush"),
    "smartphone": pgettext_lazy("icon", "Smartphone"),
    "cigarette-off": pgettext_lazy("icon", "No smoking"),
    "wine": pgettext_lazy("icon", "Wine"),
    "candy": pgettext_lazy("icon", "Sweets"),
    "clock": pgettext_lazy("icon", "Clock"),
}
"""The lucide icons a habit can wear, and what they are called aloud."""

DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
SECOND_DAYS = {"type": "interval", "every": 2, "anchor": "2024-01-01"}
WEEK_TOTAL = {"type": "weekly", "total": True}


@dataclass(frozen=True, slots=True)
class Preset:
    """A habit ready to be made. `target` is in thousandths."""

    key: str
    name: Promise
    icon: str
    colour: str
    schedule: dict[str, Any]
    target: int = 1000
    unit: Promise | str = ""
    kind: Kind = "build"
    cue: Promise | str = ""

    @property
    def words(self) -> str:
        """What it asks for."""
        return words.plan_words(parse_schedule(self.schedule), self.kind, self.target, str(self.unit))

    def draft(self) -> HabitDraft:
        """The habit to be made, in the reader's language."""
        return HabitDraft(
            name=str(self.name),
            schedule=self.schedule,
            target_milli=self.target,
            kind=self.kind,
            unit=str(self.unit),
            cue=str(self.cue),
            colour=self.colour,
            icon=self.icon,
        )


_MINUTES = pgettext_lazy("unit", "min")

PRESETS = (
    Preset("water", _("Drink water"), "droplet", "blue", DAILY, 8000, pgettext_lazy("unit", "glasses")),
    Preset("walk", _("Walk"), "footprints", "green", DAILY, 30_000, _MINUTES),
    Preset("read", _("Read"), "book", "orange", DAILY, 20_000, _MINUTES, cue=_("Once I am in bed")),
    Preset("meditate", _("Meditate"), "brain", "violet", DAILY, cue=_("After I pour my coffee")),
    Preset("exercise", _("Exercise"), "dumbbell", "red", {"type": "weekly", "times": 3}),
    Preset("stretch", _("Stretch"), "leaf", "teal", {"type": "weekdays", "days": [1, 2, 3, 4, 5]}),
    Preset("bed", _("In bed by eleven"), "moon", "blue", DAILY),
    Preset("journal", _("Write a line in my journal"), "notebook-pen", "brown", DAILY, cue=_("After dinner")),
    Preset("language", _("Learn a language"), "languages", "yellow", DAILY, 15_000, _MINUTES),
    Preset("run", _("Run"), "footprints", "orange", WEEK_TOTAL, 20_000, pgettext_lazy("unit", "km")),
    Preset("call", _("Call family or a friend"), "phone", "pink", {"type": "weekly", "times": 1}),
    Preset("tidy", _("Tidy up for ten minutes"), "brush-cleaning", "green", SECOND_DAYS),
    Preset("bills", _("Go through the bills"), "coffee", "grey", {"type": "monthdays", "days": [-1]}),
    Preset("smoking", _("No smoking"), "cigarette-off", "grey", DAILY, 0, kind="limit"),
    Preset("alcohol", _("Alcohol"), "wine", "red", WEEK_TOTAL, 5000, pgettext_lazy("unit", "drinks"), "limit"),
)  # fmt: skip


def preset_of(key: str) -> Preset | None:
    """The preset of this key."""
    return next((preset for preset in PRESETS if preset.key == key), None)


def drafts_of(keys: Iterable[str]) -> list[HabitDraft]:
    """The habits that these presets make; unknown keys and repeats are passed over."""
    wanted = set(keys)
    return [preset.draft() for preset in PRESETS if preset.key in wanted]
