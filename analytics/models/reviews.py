"""Weekly reviews: what a person made of a week, in their own words, with the week's figures as they stood."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from smarthabit.kernel.querysets import OwnedQuerySet

WORDS = 2_000
"""How long each of the three texts may be."""


class Review(models.Model):
    """A look back at the seven days from ``week`` on. It is a draft until it is finished."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    week = models.DateField(_("week"), help_text=_("Its first day."))
    wins = models.TextField(_("what went well"), max_length=WORDS, blank=True)
    misses = models.TextField(_("what was hard"), max_length=WORDS, blank=True)
    change = models.TextField(_("one change"), max_length=WORDS, blank=True)
    habit = models.ForeignKey(
        "habits.Habit",
        verbose_name=_("habit of the change"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    figures = models.JSONField(_("figures"), default=dict, help_text=_("Those of the week when it was finished."))
    created_at = models.DateTimeField(_("created"), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = models.Manager.from_queryset(OwnedQuerySet)()

    class Meta:
        verbose_name = _("weekly review")
        verbose_name_plural = _("weekly reviews")
        ordering = ["-week"]
        constraints = [models.UniqueConstraint(fields=["user", "week"], name="review_once_a_week")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.week}"
