"""Operators see here how the risk model does: by day, by fit, and what was raised. All is made by the product."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from analytics.domain.risk_reliability import Reliability, as_tallies, reliability
from analytics.models import HabitRisk, RiskAlert, RiskDay, RiskModel
from analytics.risk.model import as_recalibration
from smarthabit.accounts.audited_admin import Readable

NOTHING = "–"


@admin.register(RiskDay)
class RiskDayAdmin(Readable):
    """How right everybody's forecasts of a day were: said against missed shows drift, the skill whether it helps."""

    list_display = ("day", "forecasts", "said", "missed", "calibration_error", "brier", "skill", "learnt")
    fields = ("day", "forecasts", "said", "missed", "calibration_error", "brier", "skill", "learnt")
    readonly_fields = ("forecasts", "said", "missed", "calibration_error", "brier", "skill")
    list_select_related: ClassVar[bool | tuple[str, ...]] = False
    date_hierarchy = "day"

    @admin.display(description=_("forecasts"))
    def forecasts(self, row: RiskDay) -> int:
        """How many had an outcome."""
        return _of(row).n

    @admin.display(description=_("risk given"))
    def said(self, row: RiskDay) -> str:
        """On average."""
        found = _of(row)
        return _number(sum(one.n * one.said for one in found.bins) / found.n if found.n else None)

    @admin.display(description=_("missed"))
    def missed(self, row: RiskDay) -> str:
        """The share that was."""
        found = _of(row)
        return _number(found.missed / found.n if found.n else None)

    @admin.display(description=_("calibration error"))
    def calibration_error(self, row: RiskDay) -> str:
        """The mean gap between the two, bin by bin."""
        return _number(_of(row).error)

    @admin.display(description=_("Brier score"))
    def brier(self, row: RiskDay) -> str:
        """The mean squared error."""
        return _number(_of(row).brier)

    @admin.display(description=_("skill"))
    def skill(self, row: RiskDay) -> str:
        """Against the base rate of the day."""
        return _number(_of(row).skill)


@admin.register(RiskModel)
class RiskModelAdmin(Readable):
    """The weights that were fitted here, how they did on held-out people, and the recalibration."""

    list_display = ("revision", "in_use", "fitted_at", "intercept", "slope", "report")
    fields = ("revision", "in_use", "fitted_at", "intercept", "slope", "report", "weights")
    readonly_fields = ("intercept", "slope")
    list_select_related: ClassVar[bool | tuple[str, ...]] = False

    @admin.display(description=_("recalibration: intercept"))
    def intercept(self, row: RiskModel) -> str:
        """0 when nothing had to be corrected."""
        return _number(as_recalibration(row.recalibration).intercept)

    @admin.display(description=_("recalibration: slope"))
    def slope(self, row: RiskModel) -> str:
        """1 when nothing had to be corrected."""
        return _number(as_recalibration(row.recalibration).slope)


@admin.register(RiskAlert)
class RiskAlertAdmin(Readable):
    """Who was told what."""

    list_display = ("day", "user", "habit", "risk", "raised_at", "seen_at")
    search_fields = ("user__email",)
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("user", "habit")


@admin.register(HabitRisk)
class HabitRiskAdmin(Readable):
    """The forecasts of this morning."""

    list_display = ("habit", "user", "day", "risk")
    fields = ("habit", "user", "day", "risk")
    search_fields = ("user__email",)
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("user", "habit")


def _of(row: RiskDay) -> Reliability:
    return reliability(as_tallies(bytes(row.bins)))


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
