"""Operators look at goals here; what they hold is changed by the product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from goals.models import Goal, GoalEvent, GoalHabit, GoalState, ManualProgress, Milestone
from goals.services import settle
from smarthabit.accounts.audited_admin import Readable
from smarthabit.kernel import clock

if TYPE_CHECKING:
    AnyTable = admin.TabularInline[Any, Goal]
else:
    AnyTable = admin.TabularInline


class PartTable(AnyTable):
    """Rows that belong to a goal."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Rows are made by edits of the goal."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Rows are changed by edits of the goal."""
        return False


class LinkInline(PartTable):
    """The habits that feed a goal."""

    model = GoalHabit
    fields = ("habit", "weight_milli")


class MilestoneInline(PartTable):
    """The amounts on the way."""

    model = Milestone
    fields = ("amount_milli",)


@admin.register(Goal)
class GoalAdmin(Readable):
    """Goals, with what feeds them and the state that can be rebuilt."""

    list_display = ("title", "user", "measure", "target_milli", "starts_on", "deadline", "abandoned_on")
    list_filter = ("measure", ("abandoned_on", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("title", "user__email")
    date_hierarchy = "created_at"
    inlines = (LinkInline, MilestoneInline)
    actions = ("rebuild_state",)

    @admin.action(description=_("Rebuild the state from the entries"), permissions=["view"])
    def rebuild_state(self, request: HttpRequest, chosen: QuerySet[Goal]) -> None:
        """Make the states of the chosen goals afresh."""
        goals = list(chosen.select_related("user"))
        now = clock.now()
        for goal in goals:
            settle(goal.user, [goal.pk], now)
        done = ngettext("%(count)d state was rebuilt.", "%(count)d states were rebuilt.", len(goals))
        self.message_user(request, done % {"count": len(goals)}, messages.SUCCESS)


@admin.register(GoalState)
class GoalStateAdmin(Readable):
    """The folds, how far each has come, and when it is looked at next."""

    list_display = ("goal", "through", "next_look")
    list_filter = ("next_look",)
    search_fields = ("goal__title", "goal__user__email")
    list_select_related = ("goal",)


@admin.register(GoalEvent)
class GoalEventAdmin(Readable):
    """What happened, once each."""

    list_display = ("goal", "user", "kind", "mark", "day", "recorded_at")
    list_filter = ("kind",)
    search_fields = ("goal__title", "user__email")
    list_select_related = ("goal", "user")
    date_hierarchy = "recorded_at"


@admin.register(ManualProgress)
class ManualProgressAdmin(Readable):
    """What people entered by hand."""

    list_display = ("goal", "user", "day", "amount_milli", "created_at")
    search_fields = ("goal__title", "user__email")
    list_select_related = ("goal", "user")
    date_hierarchy = "day"
