"""Tables of habits. Every hot row carries its owner; amounts are whole thousandths, so that sums are exact anywhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from habits.querysets import HabitQuerySet, OwnedQuerySet


class Tag(models.Model):
    """A word of the user's own by which habits are grouped."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="tag_once_per_user")]

    def __str__(self) -> str:
        return self.name


class Habit(models.Model):
    """Something a person wants to do (build) or to keep within bounds (limit). Its plans say what a day is asked."""

    class Kind(models.TextChoices):
        BUILD = "build", _("Build: at least the target")
        LIMIT = "limit", _("Limit: at most the target")

    class Colour(models.TextChoices):
        TEAL = "teal", _("Teal")
        BLUE = "blue", _("Blue")
        VIOLET = "violet", _("Violet")
        PINK = "pink", _("Pink")
        RED = "red", _("Red")
        ORANGE = "orange", _("Orange")
        YELLOW = "yellow", _("Yellow")
        GREEN = "green", _("Green")
        BROWN = "brown", _("Brown")
        GREY = "grey", _("Grey")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    why = models.CharField(_("why"), max_length=500, blank=True)
    cue = models.CharField(_("cue"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.BUILD)
    unit = models.CharField(_("unit"), max_length=24, blank=True)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour.choices, default=Colour.TEAL)
    icon = models.CharField(_("icon"), max_length=40, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="habits", verbose_name=_("tags"))
    position = models.IntegerField(_("position"), default=0)
    started_on = models.DateField(_("started on"))
    archived_on = models.DateField(_("archived on"), null=True, blank=True)
    import_key = models.CharField(_("import key"), max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HabitQuerySet.as_manager()

    class Meta:
        verbose_name = _("habit")
        verbose_name_plural = _("habits")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["user", "archived_on", "position", "id"], name="habit_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "import_key"], condition=~models.Q(import_key=""), name="habit_imported_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """What was asked of a habit from ``effective_from`` on. History is judged by the plan in force on its day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    habit = models.ForeignKey(Habit, on_delete=models.CASCADE, related_name="plans")
    effective_from = models.DateField(_("from"))
    schedule = models.JSONField(_("schedule"))
    target_milli = models.BigIntegerField(_("target (thousandths)"), validators=[MinValueValidator(0)])
    freezes = models.BooleanField(_("streak freezes"), default=True)
    preferred_time = models.TimeField(_("preferred time"), null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["effective_from"]
        constraints = [models.UniqueConstraint(fields=["habit", "effective_from"], name="plan_once_per_day")]

    def __str__(self) -> str:
        return f"{self.habit_id} from {self.effective_from}"


class Entry(models.Model):
    """What a person stated about one habit on one day. Writes state the absolute value; ``version`` counts them."""

    class Source(models.TextChoices):
        WEB = "web", _("Web")
        API = "api", _("API")
        IMPORT = "import", _("Import")
        OFFLINE = "offline", _("Offline")
        NUDGE = "nudge", _("Nudge")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    habit = models.ForeignKey(Habit, on_delete=models.CASCADE, related_name="entries", db_index=False)
    day = models.DateField(_("day"))
    value_milli = models.BigIntegerField(_("value (thousandths)"), null=True, blank=True)
    skipped = models.BooleanField(_("skipped"), default=False)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    performed_at = models.DateTimeField(_("done at"), null=True, blank=True)
    minute = models.SmallIntegerField(
        null=True, blank=True, editable=False, help_text=_("Local minute of the day at which it was done, if known.")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.WEB)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(_("written"))
    stamps = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When and by which device each field was stated; none: all of them at the time of writing."),
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["habit", "day"], name="entry_once_per_day"),
            models.CheckConstraint(
                condition=models.Q(value_milli__isnull=True) | models.Q(value_milli__gte=0),
                name="entry_value_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "day"], name="entry_by_user_day"),
            models.Index(
                fields=["user", "-written_at"], condition=~models.Q(source="import"), name="entry_by_user_written"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.habit_id} {self.day}"


class EntryRevision(models.Model):
    """An earlier or losing version of an entry, kept so that nothing a device said is lost, and undo has its words."""

    class Outcome(models.TextChoices):
        REPLACED = "replaced", _("Replaced")
        DELETED = "deleted", _("Deleted")
        LOST = "lost", _("A newer one was kept")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    habit = models.ForeignKey(Habit, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    value_milli = models.BigIntegerField(null=True)
    skipped = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    performed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    source = models.CharField(max_length=8, choices=Entry.Source.choices)
    stamps = models.JSONField(null=True)
    written_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry revision")
        verbose_name_plural = _("entry revisions")
        indexes = [
            models.Index(fields=["habit", "day", "-id"], name="revision_by_habit_day"),
            models.Index(fields=["user", "-written_at"], name="revision_by_user_written"),
            models.Index(fields=["user", "-recorded_at"], name="revision_by_user_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.habit_id} {self.day} v{self.version}"


class Pause(models.Model):
    """Days on which a habit - or, without one, the whole account - asks for nothing; both ends are inclusive."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    habit = models.ForeignKey(Habit, on_delete=models.CASCADE, null=True, blank=True, related_name="pauses")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="pause_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on or '...'}"


class HabitState(models.Model):
    """The fold of all closed units of one habit: what a read lays today over. It can be rebuilt from the rows."""

    habit = models.OneToOneField(Habit, on_delete=models.CASCADE, primary_key=True, related_name="state")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    through = models.DateField(_("closed through"), null=True)
    week_starts_on = models.PositiveSmallIntegerField(default=1, help_text=_("First weekday the fold was made for."))
    rules_key = models.BigIntegerField(
        default=0, help_text=_("Names the plans and pauses that are in force, for those who kept them; 0: look again.")
    )
    fold = models.JSONField(default=dict)
    anchor = models.JSONField(
        default=dict, help_text=_("The same fold as of a few weeks ago, from which recent edits and views start.")
    )
    evidence = models.BinaryField(default=b"", help_text=_("What the history says about the next day, packed."))
    evidence_through = models.DateField(null=True)
    anchor_evidence = models.BinaryField(default=b"", help_text=_("The same as of the anchor."))

    class Meta:
        verbose_name = _("habit state")
        verbose_name_plural = _("habit states")

    def __str__(self) -> str:
        return f"{self.habit_id} through {self.through}"


class OpResult(models.Model):
    """The stored answer to one offline operation, so that the same op_id is answered the same and done once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    op_id = models.CharField(max_length=64)
    result: Any = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("operation result")
        verbose_name_plural = _("operation results")
        constraints = [models.UniqueConstraint(fields=["user", "op_id"], name="op_once_per_user")]

    def __str__(self) -> str:
        return self.op_id


class ImportJob(models.Model):
    """One uploaded file on its way in. It is kept in the row until the job is done: web and worker share no disk."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=20, blank=True)
    dry_run = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("Per cent."))
    report = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.filename} ({self.status})"


class CalendarFeed(models.Model):
    """An address at which calendar programs read a user's habits. It is a key, so only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    tag = models.CharField(
        _("tag"), max_length=40, blank=True, help_text=_("Habits with this tag only; empty: all of them.")
    )
    language = models.CharField(max_length=8, help_text=_("That of its making, for those who have chosen none."))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("since"))
    last_read_at = models.DateTimeField(_("last read"), null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="feed_once_per_name")]

    def __str__(self) -> str:
        return self.name
