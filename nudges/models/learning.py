"""What was learned: one small row a habit, and one that all share. Their bytes are ``nudges.domain.state``'s."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NudgeMemory(models.Model):
    """What was learned about one habit of one person, at most 1.2 kB.

    When the habit or the account is deleted the row is left without a name, until the learning job has taken its part
    out of the pool and deletes it.
    """

    habit = models.OneToOneField("habits.Habit", on_delete=models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.BinaryField()
    chosen = models.PositiveSmallIntegerField(_("chosen slot"))
    learned_through = models.DateField(_("learned through"), null=True)

    class Meta:
        verbose_name = _("memory")
        verbose_name_plural = _("memories")

    def __str__(self) -> str:
        return f"{self.habit_id} through {self.learned_through}"


class NudgePool(models.Model):
    """One version of what all people have in common. The newest counts; older ones are what decisions rested on."""

    state = models.BinaryField()
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} of {self.made_at:%Y-%m-%d %H:%M}"
