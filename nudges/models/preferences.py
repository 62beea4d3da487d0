"""What a user wants of nudges, where they go, and the operator's switch."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from nudges.models.ledger import Slot
from smarthabit.kernel.querysets import OwnedQuerySet


def first_channels() -> list[str]:
    """What is on before anything was chosen: nudges within the app, nothing that leaves it."""
    return ["in_app"]


class NudgePreferences(models.Model):
    """How a user wants to be nudged, and when to look at them next. Written through ``nudges.services`` only."""

    class Tone(models.TextChoices):
        WARM = "warm", _("Warm")
        PLAIN = "plain", _("Plain")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    channels: Any = models.JSONField(_("channels"), default=first_channels, help_text=_("The kinds that are on."))
    quiet_from = models.TimeField(_("quiet from"), default=dt.time(22))
    quiet_to = models.TimeField(_("quiet to"), default=dt.time(7))
    daily_budget = models.PositiveSmallIntegerField(
        _("messages a day, at most"), default=2, validators=[MinValueValidator(1), MaxValueValidator(2)]
    )
    weekly_budget = models.PositiveSmallIntegerField(
        _("messages a week, at most"), default=7, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    tone = models.CharField(_("tone"), max_length=5, choices=Tone.choices, default=Tone.WARM)
    no_experiments = models.BooleanField(_("no experiments"), default=False)

    opted_out_at = models.DateTimeField(_("all switched off"), null=True, editable=False)
    ignored_run = models.PositiveSmallIntegerField(default=0, editable=False)
    next_slot_at = models.DateTimeField(
        null=True, db_index=True, editable=False, help_text=_("When to decide next; none: nothing to decide.")
    )
    next_learn_at = models.DateTimeField(
        null=True, db_index=True, editable=False, help_text=_("When to learn from the day; none: nothing to learn.")
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("nudge preferences")
        verbose_name_plural = _("nudge preferences")

    def __str__(self) -> str:
        return f"{self.user_id}: {', '.join(self.channels) or '-'}"


class HabitPreference(models.Model):
    """What a user wants for one habit, where it differs from the usual."""

    class Reminders(models.TextChoices):
        USUAL = "usual", _("As learned")
        FEWER = "fewer", _("At most one a week")
        OFF = "off", _("None")

    habit = models.OneToOneField("habits.Habit", on_delete=models.CASCADE, primary_key=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reminders = models.CharField(_("reminders"), max_length=5, choices=Reminders.choices, default=Reminders.USUAL)
    slot = models.PositiveSmallIntegerField(
        _("best time"),
        choices=Slot.choices,
        null=True,
        blank=True,
        help_text=_("Where to start; empty: the plan's preferred time."),
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("habit preference")
        verbose_name_plural = _("habit preferences")

    def __str__(self) -> str:
        return f"{self.habit_id}: {self.reminders}"


class KillSwitch(models.Model):
    """The operator's switch for all nudges: every throw is a row, the newest counts."""

    on = models.BooleanField(_("nudges are stopped"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    thrown_at = models.DateTimeField(_("thrown"))
    actor_email = models.EmailField(_("by"), blank=True)

    class Meta:
        verbose_name = _("kill switch")
        verbose_name_plural = _("kill switch")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(_("stopped") if self.on else _("running"))


class PushSubscription(models.Model):
    """A browser that may be woken by Web Push (RFC 8030), with the keys a message to it is encrypted with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint = models.TextField(_("endpoint"), max_length=2000)
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = models.CharField(max_length=128)
    auth = models.CharField(max_length=64)
    device = models.CharField(_("device"), max_length=120, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    created_at = models.DateTimeField(_("since"))
    used_at = models.DateTimeField(_("last used"), null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.device or self.endpoint_hash[:12]


class ChannelTarget(models.Model):
    """Where a user's webhook or Apprise messages go. Address and secret are encrypted (accounts.secrets_at_rest)."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("Webhook")
        APPRISE = "apprise", _("Apprise")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=120, blank=True)
    url = models.TextField(_("address"))
    secret = models.TextField(_("secret"), blank=True, help_text=_("What webhooks are signed with."))
    verified_at = models.DateTimeField(_("verified"), null=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    created_at = models.DateTimeField(_("since"))
    used_at = models.DateTimeField(_("last used"), null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel target")
        verbose_name_plural = _("channel targets")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label or f"{self.kind} {self.pk}"
