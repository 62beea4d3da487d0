"""Operators look at habits here. Nothing that a fold depends on is edited by hand: it goes through the services."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from habits.feeds.services import revoke_feed
from habits.models import (
    CalendarFeed,
    Entry,
    EntryRevision,
    Habit,
    HabitState,
    ImportJob,
    OpResult,
    Pause,
    Plan,
    Tag,
)
from habits.services import refold_habits
from smarthabit.accounts.audited_admin import Readable, actor_of
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

if TYPE_CHECKING:
    PlanTable = admin.TabularInline[Plan, Habit]
else:
    PlanTable = admin.TabularInline


class PlanInline(PlanTable):
    """The plan versions of a habit."""

    model = Plan
    fields = ("effective_from", "schedule", "target_milli", "freezes", "preferred_time")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Plans are made by edits of the habit."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """A plan that was in force judges its days for good."""
        return False


@admin.register(Habit)
class HabitAdmin(Readable):
    """Habits, with their plans and the state that can be rebuilt."""

    list_display = ("name", "user", "kind", "started_on", "archived_on", "plan_count")
    list_filter = ("kind", ("archived_on", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("name", "user__email")
    date_hierarchy = "created_at"
    inlines = (PlanInline,)
    actions = ("rebuild_state",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Habit]:
        """The habits, with the number of their plans, which joined would make the dates above the list slow."""
        plans = Plan.objects.filter(habit=OuterRef("pk")).order_by().values("habit")
        habits: QuerySet[Habit] = super().get_queryset(request)
        return habits.annotate(plan_count=Subquery(plans.annotate(count=Count("pk")).values("count")))

    @admin.display(description=_("plans"), ordering="plan_count")
    def plan_count(self, habit: Any) -> int:
        """How many plan versions there are."""
        return habit.plan_count or 0

    @admin.action(description=_("Rebuild the state from the entries"), permissions=["view"])
    def rebuild_state(self, request: HttpRequest, chosen: QuerySet[Habit]) -> None:
        """Make the states of the chosen habits afresh."""
        by_user: defaultdict[User, list[Habit]] = defaultdict(list)
        for habit in chosen.select_related("user"):
            by_user[habit.user].append(habit)
        now = clock.now()
        for user, habits in by_user.items():
            refold_habits(user, habits, today_of(user, now))
        count = sum(map(len, by_user.values()))
        done = ngettext("%(count)d state was rebuilt.", "%(count)d states were rebuilt.", count) % {"count": count}
        self.message_user(request, done, messages.SUCCESS)


@admin.register(HabitState)
class HabitStateAdmin(Readable):
    """The folds, and how far each has closed."""

    list_display = ("habit", "user", "through", "week_starts_on")
    list_filter = ("through",)
    search_fields = ("habit__name", "user__email")
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("habit", "user")


@admin.register(Entry)
class EntryAdmin(Readable):
    """What people stated."""

    list_display = ("day", "habit", "user", "value_milli", "skipped", "source", "version", "written_at")
    list_filter = ("source", "skipped", "day")
    search_fields = ("habit__name", "user__email")
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("habit", "user")
    date_hierarchy = "day"


@admin.register(EntryRevision)
class EntryRevisionAdmin(Readable):
    """What entries were before, and what lost a conflict."""

    list_display = ("day", "habit", "user", "outcome", "value_milli", "version", "source", "recorded_at")
    list_filter = ("outcome", "source")
    search_fields = ("habit__name", "user__email")
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("habit", "user")


@admin.register(Plan)
class PlanAdmin(Readable):
    """All plan versions."""

    list_display = ("habit", "user", "effective_from", "schedule", "target_milli", "freezes")
    list_filter = ("freezes",)
    search_fields = ("habit__name", "user__email")
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("habit", "user")


@admin.register(Pause)
class PauseAdmin(Readable):
    """Pauses of habits and of accounts."""

    list_display = ("user", "habit", "starts_on", "ends_on", "reason")
    list_filter = (("habit", admin.EmptyFieldListFilter), "starts_on")
    search_fields = ("habit__name", "user__email")
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("habit", "user")


@admin.register(Tag)
class TagAdmin(Readable):
    """People's tags."""

    list_display = ("name", "user")
    search_fields = ("name", "user__email")


@admin.register(OpResult)
class OpResultAdmin(Readable):
    """Stored answers to operations of devices that were offline."""

    list_display = ("op_id", "user", "created_at")
    search_fields = ("op_id", "user__email")


@admin.register(ImportJob)
class ImportJobAdmin(Readable):
    """Imports: how far, and why not."""

    list_display = ("id", "user", "filename", "format", "status", "progress", "dry_run", "created_at", "finished_at")
    list_filter = ("status", "format", "dry_run")
    search_fields = ("filename", "user__email")
    exclude = ("content",)
    date_hierarchy = "created_at"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(Readable):
    """Calendar feeds, without what would open them; revoking is an action."""

    list_display = ("name", "user", "tag", "created_at", "last_read_at")
    list_filter = (("last_read_at", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("name", "user__email")
    actions = ("revoke",)

    @admin.action(description=_("Revoke the selected feeds"), permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[CalendarFeed]) -> None:
        """End these feeds, and say who did it."""
        feeds = list(chosen.select_related("user"))
        for feed in feeds:
            revoke_feed(user=feed.user, feed_id=feed.pk, now=clock.now(), actor=actor_of(request))
        done = ngettext("%(count)d feed was revoked.", "%(count)d feeds were revoked.", len(feeds))
        self.message_user(request, done % {"count": len(feeds)}, messages.SUCCESS)
