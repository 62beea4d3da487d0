"""Operators: the ledger and its queue, why nudges were not sent, what failed, what nudging brings, and the switch."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nudges.models import (
    ChannelTarget,
    Decision,
    KillSwitch,
    Nudge,
    NudgeMemory,
    NudgePreferences,
    PushSubscription,
)
from nudges.selectors import operating as looking
from nudges.selectors.preferences import stopped
from nudges.services import throw_kill_switch
from nudges.services.operating import requeue
from nudges.services.replay import replay_all
from smarthabit.accounts.audited_admin import AuditedAdmin, Readable, actor_of
from smarthabit.kernel import clock


@admin.register(Nudge)
class NudgeAdmin(Readable):
    """The ledger; dead letters can be tried again, and the overview says how it all stands."""

    list_display = (
        "habit", "user", "day", "slot", "channel", "state", "reason", "attempts", "due_at", "sent_at", "last_error",
    )  # fmt: skip
    list_filter = ("state", "channel", "reason", "slot")
    search_fields = ("user__email", "habit__name", "message_key")
    list_select_related = ("user", "habit")
    date_hierarchy = "day"
    actions = ("try_again",)
    change_list_template = "admin/nudges/ledger.html"

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        """Whether the operator may have dead letters sent."""
        return bool(getattr(request.user, "has_perm", lambda _name: False)("nudges.change_nudge"))

    @admin.action(description=_("Try dead letters again"), permissions=["requeue"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Nudge]) -> None:
        """Put dead letters back into the queue, as far as they are still worth sending."""
        put_back, late = requeue(ids=chosen.values_list("pk", flat=True), now=clock.now())
        said = ngettext("%(count)d nudge is due again.", "%(count)d nudges are due again.", put_back)
        self.message_user(request, said % {"count": put_back}, messages.SUCCESS)
        if late:
            said = ngettext("%(count)d is too late to be sent.", "%(count)d are too late to be sent.", late)
            self.message_user(request, said % {"count": late}, messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        """The overview beside the usual pages."""
        overview = path("overview/", self.admin_site.admin_view(self.overview), name="nudges_overview")
        return [overview, *super().get_urls()]

    def overview(self, request: HttpRequest) -> HttpResponse:
        """The queue, the reasons for silence, the failures and the estimates on one page."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        now = clock.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Nudges: how they stand"),
            "opts": Nudge._meta,
            "queue": looking.queue(now),
            "silences": looking.silences(now),
            "failures": looking.failures(now),
            "estimates": [
                {"words": _POLICIES[one.policy], "figures": (one.ips, one.snips, one.dr)} for one in looking.estimates()
            ],
            "stopped": stopped(),
        }
        return TemplateResponse(request, "admin/nudges/overview.html", context)


_POLICIES = {
    "as_decided": _("As decided"),
    "never": _("Never a nudge"),
    "always": _("A nudge at every chance"),
}


@admin.register(Decision)
class DecisionAdmin(Readable):
    """What was decided, with what probability, and what followed."""

    list_display = (
        "habit",
        "user",
        "day",
        "slot",
        "action",
        "reason",
        "randomised",
        "propensities",
        "outcome",
        "made_at",
    )
    list_filter = ("reason", "action", "randomised", "slot", "model_version")
    search_fields = ("user__email", "habit__name")
    list_select_related = ("user", "habit")
    exclude = ("memory",)
    date_hierarchy = "day"
    actions = ("ask_again",)

    @admin.action(description=_("Ask again, and compare to the bit"), permissions=["view"])
    def ask_again(self, request: HttpRequest, chosen: QuerySet[Decision]) -> None:
        """Decide the chosen ones again from the rows that were kept with them."""
        found = replay_all(chosen.select_related("pool"))
        told = {"same": found.same, "other": len(found.other), "unreadable": found.unreadable}
        said = _("%(same)d answer the same, %(other)d otherwise; %(unreadable)d rest on rows of another version.")
        self.message_user(request, said % told, messages.ERROR if found.other else messages.SUCCESS)


@admin.register(KillSwitch)
class KillSwitchAdmin(AuditedAdmin):
    """Every throw is a row; add one to stop all nudges or to let them go on."""

    list_display = ("__str__", "reason", "thrown_at", "actor_email")
    fields = ("on", "reason")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """What was thrown was thrown."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """What was thrown was thrown."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002 - Django's signature
        """Throw it in the operator's name."""
        thrown = throw_kill_switch(on=obj.on, reason=obj.reason, now=clock.now(), actor=actor_of(request))
        obj.pk, obj.thrown_at, obj.actor_email = thrown.pk, thrown.thrown_at, thrown.actor_email


@admin.register(NudgePreferences)
class NudgePreferencesAdmin(Readable):
    """What people want of nudges, and when each is looked at next."""

    list_display = (
        "user",
        "channels",
        "daily_budget",
        "weekly_budget",
        "no_experiments",
        "next_slot_at",
        "next_learn_at",
    )
    list_filter = ("no_experiments", "tone", ("opted_out_at", admin.EmptyFieldListFilter))
    search_fields = ("user__email",)


@admin.register(NudgeMemory)
class NudgeMemoryAdmin(Readable):
    """What was learned, and how far."""

    list_display = ("habit", "user", "chosen", "learned_through")
    list_filter = ("chosen",)
    search_fields = ("user__email", "habit__name")
    list_select_related = ("user", "habit")
    exclude = ("state",)


@admin.register(PushSubscription)
class PushSubscriptionAdmin(Readable):
    """Devices that take pushes; their keys are not shown."""

    list_display = ("device", "user", "failures", "created_at", "used_at")
    search_fields = ("user__email", "device")
    fields = ("user", "device", "failures", "created_at", "used_at")


@admin.register(ChannelTarget)
class ChannelTargetAdmin(Readable):
    """Webhooks and messengers; their addresses and secrets are not shown."""

    list_display = ("label", "kind", "user", "failures", "verified_at", "used_at")
    list_filter = ("kind",)
    search_fields = ("user__email", "label")
    fields = ("user", "kind", "label", "failures", "verified_at", "created_at", "used_at")
