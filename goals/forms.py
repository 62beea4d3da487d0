"""Goals and progress as forms: they check shape and keep what was typed; services check the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from goals.domain.goal import MILLI, MOST_WEIGHT
from goals.models import Goal
from goals.selectors.views import Feed, GoalView
from goals.services import GoalChange, GoalDraft
from habits.forms.amounts import LARGEST, AmountField
from habits.rows import plain

PLACES = {"amount": "amount", "weights": "habits"}
"""Where the form shows a rule breach of these fields."""
_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,3})?", re.ASCII)


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "input--date"}, format="%Y-%m-%d")


class MilestonesField(forms.CharField):
    """Amounts one after the other, separated by spaces. Cleans to thousandths."""

    def clean(self, value: Any) -> Any:
        """The amounts; ValidationError for what is no number."""
        words = str(super().clean(value)).replace(";", " ").split()
        if not all(_NUMBER.fullmatch(word) for word in words):
            raise forms.ValidationError(_now("Numbers with spaces between them, please: 10 25 50"), code="invalid")
        return tuple(int(Decimal(word.replace(",", ".")) * MILLI) for word in words)


@dataclass(frozen=True, slots=True)
class Choice:
    """A habit that may feed the goal, with the two fields it has in the form."""

    feed: Feed
    chosen: bool
    weight: str


class GoalForm(forms.Form):
    """What a goal is. Each habit that is offered has a tick and a weight of its own."""

    title = forms.CharField(
        label=_("What do you want to reach?"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    measure = forms.ChoiceField(
        label=_("What counts?"),
        choices=(
            ("total", _("The amounts of habits, added up")),
            ("count", _("How often habits are kept")),
            ("streak", _("So many in a row")),
            ("manual", _("What I enter by hand")),
        ),
        widget=forms.RadioSelect,
        initial="total",
    )
    target = AmountField(label=_("Target"), widget=forms.NumberInput(attrs={"step": "any", "class": "input--short"}))
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"class": "input--short", "dir": "auto", "placeholder": _("km, pages …")}),
    )
    starts_on = forms.DateField(
        label=_("Counts from"), required=False, widget=_date_input(), help_text=_("Leave empty for today.")
    )
    deadline = forms.DateField(
        label=_("Deadline"), required=False, widget=_date_input(), help_text=_("Leave empty for none.")
    )
    milestones = MilestonesField(
        label=_("Milestones"),
        required=False,
        max_length=400,
        help_text=_("Amounts on the way, with spaces between them."),
        widget=forms.TextInput(attrs={"inputmode": "text", "dir": "ltr"}),
    )

    def __init__(self, data: Any = None, *, offered: Sequence[Feed], **options: Any) -> None:
        super().__init__(data, **options)
        self.offered = offered
        self.fields["habits"] = forms.MultipleChoiceField(
            label=_("Habits that feed it"),
            required=False,
            choices=[(str(feed.habit_id), feed.name) for feed in offered],
        )
        for feed in offered:
            self.fields[weight_name(feed.habit_id)] = AmountField(
                label=_("Weight"), required=False, max_value=Decimal(MOST_WEIGHT) / MILLI
            )

    def choices(self) -> list[Choice]:
        """The habits as the template draws them."""
        chosen = set(self["habits"].value() or [])
        return [
            Choice(feed, str(feed.habit_id) in chosen, str(self[weight_name(feed.habit_id)].value() or "1"))
            for feed in self.offered
        ]

    def clean(self) -> dict[str, Any]:
        """A weight that is wrong is shown where the habits are."""
        super().clean()
        if any(name.startswith("weight_") for name in self.errors):
            self.add_error("habits", _now("A weight is a number above 0, up to 1,000."))
        return self.cleaned_data

    def links(self) -> tuple[tuple[int, int], ...]:
        """The chosen habits with their weights; none where progress is entered by hand."""
        data = self.cleaned_data
        if data["measure"] == Goal.Measure.MANUAL:
            return ()
        return tuple((int(pk), self._weight(pk)) for pk in data["habits"])

    def draft(self) -> GoalDraft:
        """The goal to be made."""
        return GoalDraft(starts_on=self.cleaned_data["starts_on"], **self._shared())

    def change(self) -> GoalChange:
        """What is to be changed."""
        starts_on = self.cleaned_data["starts_on"]
        return GoalChange(**self._shared(), **({"starts_on": starts_on} if starts_on else {}))

    def _shared(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = ("title", "measure", "unit", "deadline", "milestones")
        return {**{name: data[name] for name in names}, "target_milli": data["target"], "habits": self.links()}

    def _weight(self, pk: str) -> int:
        weight: int | None = self.cleaned_data[weight_name(int(pk))]
        if weight is None or self.cleaned_data["measure"] == Goal.Measure.STREAK:
            return MILLI
        return weight


def weight_name(habit_id: int) -> str:
    """The name of a habit's weight field."""
    return f"weight_{habit_id}"


def initial_of(view: GoalView) -> dict[str, Any]:
    """The fields that show a goal as it is."""
    goal = view.goal
    return {
        "title": goal.title,
        "measure": goal.measure,
        "target": plain(goal.target_milli),
        "unit": goal.unit,
        "starts_on": goal.starts_on,
        "deadline": goal.deadline,
        "milestones": " ".join(plain(amount) for amount in view.spec.milestones),
        "habits": [str(feed.habit_id) for feed in view.feeds],
        **{weight_name(feed.habit_id): plain(feed.weight_milli) for feed in view.feeds},
    }


class ProgressForm(forms.Form):
    """An amount for a day."""

    amount = AmountField(
        label=_("Amount"), min_value=-LARGEST, widget=forms.NumberInput(attrs={"step": "any", "class": "input--short"})
    )
    day = forms.DateField(label=_("Day"), widget=_date_input())
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.TextInput(attrs={"dir": "auto"})
    )
