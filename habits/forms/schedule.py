"""When a habit is asked for, as a form: a rhythm is chosen, and only its own fields count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from habits.domain.schedule import LAST_OF_MONTH, Schedule, ScheduleError, parse_schedule

RHYTHMS = (
    ("daily", _("Every day")),
    ("weekdays", _("On certain weekdays")),
    ("weekly", _("Some days a week")),
    ("interval", _("Every few days")),
    ("monthdays", _("On days of the month")),
    ("monthly", _("Some days a month")),
    ("rolling", _("Within any few days")),
)
TOTALS = {"weekly", "monthly", "rolling"}
_FIELD_OF = {
    ("weekdays", "days"): "weekdays",
    ("interval", "every"): "every",
    ("interval", "anchor"): "anchor",
    ("monthdays", "days"): "monthdays",
    ("weekly", "times"): "week_times",
    ("monthly", "times"): "month_times",
    ("rolling", "times"): "window_times",
    ("rolling", "days"): "window_days",
}
"""Which field shows what is wrong with a part of a schedule."""


def _count(label: Any, least: int, most: int, initial: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input--short", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, initial=initial, widget=widget
    )


def _weekday_choices() -> list[tuple[int, Any]]:
    return [(number + 1, WEEKDAYS_ABBR[number]) for number in WEEKDAYS]


def _monthday_choices() -> list[tuple[int, Any]]:
    return [*((day, str(day)) for day in range(1, 32)), (LAST_OF_MONTH, _("Last day"))]


class ScheduleForm(forms.Form):
    """The rhythm and its parameters. `cleaned_data["schedule"]` is the schedule's JSON once the form is valid."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, widget=forms.RadioSelect, initial="daily")
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), coerce=int, required=False, choices=_weekday_choices, widget=forms.CheckboxSelectMultiple
    )
    every = _count(_("Every how many days"), 1, 365, 2)
    anchor = forms.DateField(
        label=_("Counted from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    monthdays = forms.TypedMultipleChoiceField(
        label=_("Days of the month"),
        coerce=int,
        required=False,
        choices=_monthday_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In a shorter month, a day past its end falls on the last day."),
    )
    week_times = _count(_("Days a week"), 1, 7, 3)
    month_times = _count(_("Days a month"), 1, 28, 10)
    window_times = _count(_("Days"), 1, 60, 3)
    window_days = _count(_("within any … days"), 1, 60, 7)
    total = forms.BooleanField(
        label=_("Count the amount over the whole period"),
        required=False,
        help_text=_("For “30 km a week” instead of so much on each day."),
    )

    def clean(self) -> dict[str, Any]:
        """Put the schedule together, and show what is wrong with it at the field it is about."""
        super().clean()
        data = self.cleaned_data
        try:
            data["schedule"] = schedule_json(data, counts_amount=self.counts_amount())
            parse_schedule(data["schedule"])
        except ScheduleError as error:
            field = _FIELD_OF.get((data.get("rhythm", ""), error.field), "rhythm")
            if field not in self.errors:
                self.add_error(field, schedule_message(error))
        return data

    def counts_amount(self) -> bool:
        """Whether the habit has an amount that a period could add up."""
        return True


def schedule_json(data: Mapping[str, Any], *, counts_amount: bool) -> dict[str, Any]:
    """The schedule's JSON from a form's fields; what is missing is left out, for the reader of schedules to name."""
    rhythm = data.get("rhythm") or "daily"
    if rhythm == "daily":
        return {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
    parts: dict[str, Any] = {"type": rhythm}
    for (owner, name), field in _FIELD_OF.items():
        value = data.get(field)
        if owner == rhythm and value is not None and value != "":
            parts[name] = value.isoformat() if isinstance(value, date) else value
    if rhythm in TOTALS and data.get("total") and counts_amount:
        parts.pop("times", None)
        parts["total"] = True
    return parts


def schedule_initial(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that show a stored schedule."""
    rhythm = str(stored["type"])
    if rhythm == "weekdays" and len(stored["days"]) == 7:
        return {"rhythm": "daily", "weekdays": list(stored["days"])}
    fields = {field: stored[name] for (owner, name), field in _FIELD_OF.items() if owner == rhythm and name in stored}
    return {"rhythm": rhythm, "total": stored.get("total", False), **fields}


def schedule_of(form: ScheduleForm) -> Schedule | None:
    """The schedule of a form that has been validated, or None while its fields make none."""
    stored = form.cleaned_data.get("schedule")
    try:
        return parse_schedule(stored) if stored else None
    except ScheduleError:
        return None


def schedule_message(error: ScheduleError) -> str:
    """What is wrong with a schedule, in the reader's language."""
    match error.code:
        case "missing" | "times_or_total":
            return _now("Please fill this in.")
        case "empty":
            return _now("Choose at least one day.")
        case "more_times_than_days":
            return _now("That is more days than there are.")
        case "out_of_range":
            return _now("This must be between %(low)d and %(high)d.") % error.params
        case _:
            return _now("This is no rhythm a habit can have.")
