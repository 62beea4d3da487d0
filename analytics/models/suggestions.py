"""Suggestions, one row each, with the forecast as it stood when one was accepted and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from smarthabit.kernel.querysets import OwnedQuerySet


class Suggestion(models.Model):
    """Something that might be changed about a habit, made once and answered once."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Applied")
        DISMISSED = "dismissed", _("Dismissed")
        UNDONE = "undone", _("Undone")
        EXPIRED = "expired", _("Expired")

    class Kind(models.TextChoices):
        PAUSE = "pause", _("Pause")
        LOWER = "lower", _("Lower the target")
        TINY = "tiny", _("Tiny version")
        RETURN = "return", _("Plan the return")
        DAYS = "change_days", _("Change the days")
        SLACK = "slack", _("More room")
        TIME = "change_time", _("Change the time")
        STACK = "stack", _("Stack on a habit")
        CUE = "if_then", _("If-then plan")
        RAISE = "raise", _("Raise the target")
        REMINDERS = "fewer_reminders", _("Fewer reminders")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    habit = models.ForeignKey("habits.Habit", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    made_on = models.DateField(_("made on"), help_text=_("The user's day."))
    made_at = models.DateTimeField(_("made"), editable=False)
    decided_on = models.DateField(_("answered on"), null=True, blank=True, help_text=_("The user's day."))
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    evidence = models.JSONField(default=dict, help_text=_("The user's own numbers that it rests on."))
    patch = models.JSONField(default=dict, help_text=_("What accepting it changes."))
    plan = models.JSONField(default=dict, help_text=_("The plan and the cue as they stood when it was made."))
    cue = models.CharField(_("cue"), max_length=200, blank=True, help_text=_("The sentence that was accepted."))
    measure = models.CharField(max_length=7, default="days")
    expected = models.JSONField(default=list, help_text=_("Change per week: the 10 %, 50 % and 90 % points."))
    certainty = models.FloatField(_("P(benefit)"))
    before = models.FloatField(help_text=_("The share that would be kept as the plan stands."))
    after = models.FloatField(help_text=_("The share that would be kept with the change."))
    yardstick_milli = models.BigIntegerField(help_text=_("What a day must reach to count in the effect (thousandths)."))
    frozen = models.JSONField(default=dict, help_text=_("The days asked for from the acceptance on, and the forecast."))
    effects = models.JSONField(default=list, help_text=_("What happened against the forecast, for each horizon."))
    undo = models.JSONField(default=dict, help_text=_("What undoing it restores."))
    measure_on = models.DateField(_("measured next on"), null=True, blank=True)

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "state", "-id"], name="suggestion_list")]
        constraints = [
            models.UniqueConstraint(fields=["habit"], condition=models.Q(state="open"), name="suggestion_open_once"),
            models.UniqueConstraint(fields=["habit", "kind", "made_on"], name="suggestion_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.habit_id} {self.kind} {self.made_on}"


class SuggestionClock(models.Model):
    """When a user's habits were last looked at for suggestions, and when they are next."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    looked_on = models.DateField(_("looked on"), null=True, help_text=_("The user's day."))
    next_look = models.DateTimeField(_("next look"), db_index=True)

    class Meta:
        verbose_name = _("suggestion clock")
        verbose_name_plural = _("suggestion clocks")

    def __str__(self) -> str:
        return f"{self.user_id} {self.looked_on}"
