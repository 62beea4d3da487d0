"""What was decided, and what goes out because of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from nudges.querysets import NudgeQuerySet
from smarthabit.kernel.querysets import OwnedQuerySet


class Slot(models.IntegerChoices):
    """The six parts of a day; a nudge goes out at the start of one (see ``nudges.domain.slots``)."""

    EARLY = 0, _("07:00 to 09:00")
    MORNING = 1, _("09:00 to 12:00")
    NOON = 2, _("12:00 to 14:00")
    AFTERNOON = 3, _("14:00 to 17:00")
    EVENING = 4, _("17:00 to 20:00")
    LATE = 5, _("20:00 to 22:00")


class Style(models.TextChoices):
    """How a nudge is worded."""

    PLAN = "plan", _("The plan")
    STREAK = "streak", _("The streak")
    RETURN = "return", _("A return")
    TINY = "tiny", _("A tiny step")


class Decision(models.Model):
    """One answer of the policy for one open unit at one slot, with all it rested on, so that it can be asked again.

    Kept for 14 days, and for 90 where a draw settled it: those are what effects are estimated from.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    habit = models.ForeignKey("habits.Habit", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("slot"), choices=Slot.choices)
    made_at = models.DateTimeField(_("made"), db_index=True)
    reason = models.CharField(_("reason"), max_length=16)
    action = models.CharField(_("action"), max_length=8, help_text=_("The wording that was chosen, or no_send."))
    randomised = models.BooleanField(_("drawn"), default=False, help_text=_("A draw settled whether to send."))
    propensities: Any = models.JSONField(_("propensities"), default=dict)
    moment: Any = models.JSONField(_("moment"), default=dict)
    features: Any = models.JSONField(_("features"), null=True)
    model_version = models.PositiveSmallIntegerField(_("model version"), default=0)
    seed = models.BigIntegerField(default=0)
    experiments = models.BooleanField(_("experiments"), default=True)
    limits: Any = models.JSONField(default=dict)
    memory = models.BinaryField(null=True, help_text=_("The habit's row as of the decision, compressed."))
    pool = models.ForeignKey("nudges.NudgePool", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome: Any = models.JSONField(_("outcome"), null=True)
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [models.UniqueConstraint(fields=["user", "habit", "day", "slot"], name="decision_once")]
        indexes = [models.Index(fields=["user", "day"], name="decision_by_user_day")]

    def __str__(self) -> str:
        return f"{self.habit_id} {self.day} {self.slot}: {self.action}"


class Nudge(models.Model):
    """One habit's part in one message by one channel. It exists once, whatever is killed or asked twice.

    Rows with the same ``message_key`` go out as one message (a digest), and are claimed and marked together. ``token``
    fences: only who holds the one of the last claim may say what became of it.
    """

    class State(models.TextChoices):
        DUE = "due", _("Due")
        LEASED = "leased", _("Being sent")
        SENT = "sent", _("Sent")
        EXPIRED = "expired", _("Too late")
        CANCELLED = "cancelled", _("Not sent")
        DEAD = "dead", _("Failed for good")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    habit = models.ForeignKey("habits.Habit", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("slot"), choices=Slot.choices)
    channel = models.CharField(_("channel"), max_length=16)
    style = models.CharField(_("wording"), max_length=8, choices=Style.choices)
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, related_name="nudges")
    why: Any = models.JSONField(_("why"), default=list, help_text=_("Facts of nudges.domain.why: code and numbers."))
    message_key = models.CharField(_("message"), max_length=80)

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DUE)
    reason = models.CharField(_("reason"), max_length=16, blank=True, help_text=_("Why it was not sent."))
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("expires"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, help_text=_("Sends that were begun."))
    claims = models.PositiveSmallIntegerField(_("claims"), default=0, help_text=_("Times a worker has taken it."))
    lease_until = models.DateTimeField(_("leased until"), null=True)
    token = models.UUIDField(null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    created_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    seen_at = models.DateTimeField(_("seen"), null=True)
    acted_at = models.DateTimeField(_("acted on"), null=True)
    snoozed_at = models.DateTimeField(_("snoozed"), null=True)
    dismissed_at = models.DateTimeField(_("dismissed"), null=True)

    objects = NudgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("nudge")
        verbose_name_plural = _("nudges")
        constraints = [
            models.UniqueConstraint(fields=["user", "habit", "day", "slot", "channel"], name="nudge_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state__in=["due", "leased"]), name="nudge_waiting"
            ),
            models.Index(fields=["message_key"], name="nudge_by_message"),
            models.Index(fields=["user", "day"], name="nudge_by_user_day"),
            models.Index(fields=["user", "-due_at"], name="nudge_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.habit_id} {self.day} {self.slot} {self.channel}: {self.state}"
