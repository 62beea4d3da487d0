"""A habit as a form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from habits import words
from habits.domain.entry import Kind
from habits.domain.schedule import schedule_to_json
from habits.forms.amounts import AmountField
from habits.forms.schedule import ScheduleForm, schedule_initial, schedule_of
from habits.models import Habit
from habits.presets import ICONS, Preset
from habits.rows import plain
from habits.selectors import HabitView
from habits.services import HabitChange, HabitDraft

PLACES = {"target": "target", "schedule": "rhythm", "schedule.days": "weekdays", "schedule.times": "week_times"}
"""Where the form shows a rule breach of these fields."""


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HabitForm(ScheduleForm):
    """What a habit is and asks for. The kind is only asked of a new one."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}))
    kind = forms.ChoiceField(
        label=_("What kind of habit is it?"),
        choices=(("build", _("Something to do")), ("limit", _("Something to keep within a limit"))),
        widget=forms.RadioSelect,
        initial="build",
    )
    measure = forms.ChoiceField(
        label=_("What counts?"),
        choices=(("check", _("Just whether it was done")), ("amount", _("An amount"))),
        widget=forms.RadioSelect,
        initial="check",
    )
    target = AmountField(
        label=_("How much"), required=False, widget=forms.NumberInput(attrs={"step": "any", "class": "input--short"})
    )
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"class": "input--short", "dir": "auto", "placeholder": _("min, km, glasses …")}),
    )
    freezes = forms.BooleanField(
        label=_("Streak freezes"),
        required=False,
        initial=True,
        help_text=_("Every seven in a row earn a freeze. It saves the streak when one is missed; two can be held."),
    )
    preferred_time = forms.TimeField(
        label=_("Preferred time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "input--short"}, format="%H:%M"),
    )
    cue = forms.CharField(
        label=_("When does it fit in?"),
        required=False,
        max_length=200,
        help_text=_("Something you do anyway, such as “after I pour my coffee”."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    why = forms.CharField(
        label=_("Why does it matter to you?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    colour = forms.ChoiceField(
        label=_("Colour"), choices=Habit.Colour.choices, widget=forms.RadioSelect, initial="teal"
    )
    icon = forms.ChoiceField(
        label=_("Icon"),
        required=False,
        choices=[("", _("None")), *ICONS.items()],
        widget=forms.RadioSelect,
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=500,
        help_text=_("Separated by commas."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def counts_amount(self) -> bool:
        """Whether an amount is asked for."""
        return bool(self.cleaned_data.get("measure") == "amount")

    def clean(self) -> dict[str, Any]:
        """An amount needs a number; without one, a habit is done or not."""
        super().clean()
        data = self.cleaned_data
        if data.get("measure") != "amount":
            data["target"], data["unit"] = 0 if self.habit_kind() == "limit" else 1000, ""
        elif data.get("target") is None and "target" not in self.errors:
            self.add_error("target", _now("Please say how much."))
        return data

    def habit_kind(self) -> Kind:
        """Build or limit."""
        return "limit" if self.cleaned_data.get("kind") == "limit" else "build"

    def sentence(self) -> str:
        """What the habit would ask for, as far as the fields tell; empty while they do not."""
        schedule, target = schedule_of(self), self.cleaned_data.get("target")
        if schedule is None or target is None:
            return ""
        return words.plan_words(schedule, self.habit_kind(), target, self.cleaned_data.get("unit", ""))

    def opening_sentence(self) -> str:
        """The same for a form that nobody has typed into yet."""
        values = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        filled = HabitForm({"kind": self.initial_kind(), **values})
        filled.is_valid()
        return filled.sentence()

    def initial_kind(self) -> Kind:
        """Build or limit, as the form opens."""
        return "limit" if self.initial.get("kind") == "limit" else "build"

    def tag_names(self) -> tuple[str, ...]:
        """The tags, one by one."""
        return tuple(name.strip() for name in self.cleaned_data["tags"].split(",") if name.strip())

    def shared(self) -> dict[str, Any]:
        """The fields that a new habit and a change have in common, as services call them."""
        data = self.cleaned_data
        names = ("name", "why", "cue", "unit", "colour", "icon", "schedule", "freezes", "preferred_time")
        return {**{name: data[name] for name in names}, "target_milli": data["target"], "tags": self.tag_names()}


class NewHabitForm(HabitForm):
    """A habit to be made."""

    started_on = forms.DateField(
        label=_("First day"),
        required=False,
        widget=_date_input(),
        help_text=_("Leave empty for today. An earlier day lets you fill in what you already did."),
    )

    def draft(self) -> HabitDraft:
        """The habit to be made."""
        return HabitDraft(kind=self.habit_kind(), started_on=self.cleaned_data["started_on"], **self.shared())


class EditHabitForm(HabitForm):
    """A habit to be changed, from a day on."""

    effective_from = forms.DateField(
        label=_("From which day"),
        required=False,
        widget=_date_input(),
        help_text=_(
            "Rhythm, amount, freezes and preferred time change from this day on. "
            "The days before keep what was asked of them."
        ),
    )

    def __init__(self, *args: Any, fixed_kind: Kind, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kind = fixed_kind
        del self.fields["kind"]

    def habit_kind(self) -> Kind:
        """The habit's own, which never changes."""
        return self._kind

    def initial_kind(self) -> Kind:
        """The habit's own."""
        return self._kind

    def change(self) -> HabitChange:
        """What is to be changed."""
        return HabitChange(**self.shared())


def initial_of(view: HabitView, today: date) -> dict[str, Any]:
    """The fields that show a habit as it is."""
    habit, plan = view.habit, view.plan
    simple = not habit.unit and plan.target == (0 if habit.kind == Habit.Kind.LIMIT else 1000)
    return {
        "name": habit.name,
        "measure": "check" if simple else "amount",
        "target": "" if simple else plain(plan.target),
        "unit": habit.unit,
        "freezes": plan.freezes,
        "preferred_time": plan.preferred_time,
        "cue": habit.cue,
        "why": habit.why,
        "colour": habit.colour,
        "icon": habit.icon,
        "tags": ", ".join(view.tags),
        "effective_from": today,
        **schedule_initial(schedule_to_json(plan.schedule)),
    }


def initial_of_preset(preset: Preset) -> dict[str, Any]:
    """The fields that show a preset, to be adjusted before it is made."""
    draft = preset.draft()
    simple = not draft.unit and draft.target_milli == (0 if draft.kind == "limit" else 1000)
    return {
        "name": draft.name,
        "kind": draft.kind,
        "measure": "check" if simple else "amount",
        "target": "" if simple else plain(draft.target_milli),
        "unit": draft.unit,
        "cue": draft.cue,
        "colour": draft.colour,
        "icon": draft.icon,
        **schedule_initial(draft.schedule),
    }
