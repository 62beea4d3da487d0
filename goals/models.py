"""Tables of goals. Amounts are whole thousandths, as in the tables of habits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.querysets import GoalQuerySet
from smarthabit.kernel.querysets import OwnedQuerySet


class Goal(models.Model):
    """Something to be reached, from ``starts_on`` on and, where there is one, by the deadline (both inclusive)."""

    class Measure(models.TextChoices):
        TOTAL = "total", _("Total: the amounts added up")
        COUNT = "count", _("Count: how often the habit was kept")
        STREAK = "streak", _("Streak: so many in a row")
        MANUAL = "manual", _("By hand: what you enter here")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    measure = models.CharField(_("measure"), max_length=6, choices=Measure.choices)
    target_milli = models.BigIntegerField(_("target (thousandths)"))
    unit = models.CharField(_("unit"), max_length=24, blank=True)
    starts_on = models.DateField(_("starts on"))
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    abandoned_on = models.DateField(_("given up on"), null=True, blank=True)
    import_key = models.CharField(_("import key"), max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-id"], name="goal_list")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deadline__isnull=True) | models.Q(deadline__gte=models.F("starts_on")),
                name="goal_ends_after_start",
            ),
            models.CheckConstraint(condition=models.Q(target_milli__gt=0), name="goal_target_positive"),
            models.UniqueConstraint(
                fields=["user", "import_key"], condition=~models.Q(import_key=""), name="goal_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GoalHabit(models.Model):
    """A habit that feeds a goal. A habit that is deleted leaves its goals."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="links")
    habit = models.ForeignKey("habits.Habit", on_delete=models.CASCADE, related_name="+")
    weight_milli = models.BigIntegerField(_("weight (thousandths)"), default=1000)

    class Meta:
        verbose_name = _("linked habit")
        verbose_name_plural = _("linked habits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "habit"], name="goal_habit_once"),
            models.CheckConstraint(condition=models.Q(weight_milli__gt=0), name="goal_weight_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} <- {self.habit_id}"


class Milestone(models.Model):
    """An amount on the way."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="milestones")
    amount_milli = models.BigIntegerField(_("amount (thousandths)"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["amount_milli"]
        constraints = [models.UniqueConstraint(fields=["goal", "amount_milli"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.amount_milli}"


class ManualProgress(models.Model):
    """An amount that a person entered for a day; one below zero takes something back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="entries", db_index=False)
    day = models.DateField(_("day"))
    amount_milli = models.BigIntegerField(_("amount (thousandths)"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress entry")
        verbose_name_plural = _("progress entries")
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["goal", "day"], name="progress_by_day")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.day}"


class GoalState(models.Model):
    """How far a goal had come some weeks ago: what a read lays the days since over. It can be rebuilt from the rows."""

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, primary_key=True, related_name="state")
    fold = models.JSONField(default=dict)
    basis = models.CharField(max_length=32, blank=True, help_text=_("Names the goal and the rules of the fold."))
    through = models.DateField(_("folded through"), null=True)
    told = models.JSONField(default=list, help_text=_("The events that are written down, as [kind, mark]."))
    next_look = models.DateTimeField(_("next look"), null=True, db_index=True)

    class Meta:
        verbose_name = _("goal state")
        verbose_name_plural = _("goal states")

    def __str__(self) -> str:
        return f"{self.goal_id} through {self.through}"


class GoalEvent(models.Model):
    """Something that happened to a goal and is told once, whatever is edited afterwards."""

    class Kind(models.TextChoices):
        REACHED = "reached", _("Reached")
        MISSED = "missed", _("Deadline passed")
        MILESTONE = "milestone", _("Milestone")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    mark = models.BigIntegerField(
        _("mark"), help_text=_("The target or milestone in thousandths; of a deadline, its ordinal day.")
    )
    day = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded"))

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal event")
        verbose_name_plural = _("goal events")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["goal", "kind", "mark"], name="goal_event_once")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.kind}"
