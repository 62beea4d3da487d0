"""Risk: each habit's forecast of the morning with what was learnt about it, and how right forecasts turned out.

Rows here name their habit and user without a constraint in the database: a million of them are replaced at a time, and
each would be looked up. Deleting a habit or an account through Django takes them along all the same.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from smarthabit.kernel.querysets import OwnedQuerySet


class HabitRisk(models.Model):
    """The latest start-of-day forecast of a habit. Nothing a user sees waits for it: reads make their own."""

    habit = models.OneToOneField(
        "habits.Habit", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    day = models.DateField(_("day"), help_text=_("The user's day that the forecast is for."))
    risk = models.FloatField(_("risk"), help_text=_("Of missing the habit, if it is asked for that day."))
    correction = models.BinaryField(help_text=_("What this habit does unlike others, learnt from its outcomes."))
    pending = models.BinaryField(help_text=_("Forecasts whose outcome may still be entered, packed."))

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        verbose_name = _("risk of a habit")
        verbose_name_plural = _("risks of habits")

    def __str__(self) -> str:
        return f"{self.habit_id} {self.day}"


class RiskRecord(models.Model):
    """How right the forecasts of a user's month were: counts and sums by how high the risk was said to be."""

    pk = models.CompositePrimaryKey("user_id", "month")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    bins = models.BinaryField(help_text=_("Forecasts, misses, and sums of risks and squared errors; packed."))

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        verbose_name = _("record of forecasts")
        verbose_name_plural = _("records of forecasts")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.month}"


class RiskDay(models.Model):
    """What came of everybody's forecasts for one day: how far they drift, and what the recalibration learns from."""

    day = models.DateField(_("day"), primary_key=True)
    bins = models.BinaryField(help_text=_("As in the records of forecasts."))
    odds = models.BinaryField(help_text=_("Forecasts, misses and summed log odds by log odds; packed."))
    learnt = models.BooleanField(_("learnt"), default=False)

    class Meta:
        verbose_name = _("day of forecasts")
        verbose_name_plural = _("days of forecasts")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)


class RiskModel(models.Model):
    """Weights that were refitted here, or the shipped ones (revision 0), with the recalibration kept beside them."""

    revision = models.PositiveIntegerField(_("revision"), unique=True)
    weights = models.TextField(_("weights"), blank=True, help_text=_("Empty: those shipped with the product."))
    recalibration = models.JSONField(_("recalibration"), default=dict)
    report = models.JSONField(_("report"), default=dict, help_text=_("How it did on people it was not fitted on."))
    in_use = models.BooleanField(_("in use"), default=False)
    fitted_at = models.DateTimeField(_("fitted at"))

    class Meta:
        verbose_name = _("risk model")
        verbose_name_plural = _("risk models")
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=models.Q(in_use=True), name="risk_model_in_use")
        ]

    def __str__(self) -> str:
        return str(self.revision)


class RiskAlert(models.Model):
    """That a user was told once, on one day, that the streak of a habit is at risk."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    habit = models.ForeignKey("habits.Habit", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    risk = models.FloatField(_("risk"))
    raised_at = models.DateTimeField(_("raised at"), db_index=True)
    seen_at = models.DateTimeField(_("seen at"), null=True)

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        verbose_name = _("risk alert")
        verbose_name_plural = _("risk alerts")
        ordering = ["-raised_at"]
        constraints = [models.UniqueConstraint(fields=["habit", "day"], name="risk_alert_once_a_day")]

    def __str__(self) -> str:
        return f"{self.habit_id} {self.day}"
