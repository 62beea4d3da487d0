"""Operators look at suggestions and weekly reviews here; people answer and write them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from analytics.models import Review, Suggestion, SuggestionClock
from analytics.suggestions.measuring import effects_of
from smarthabit.accounts.audited_admin import Readable


@admin.register(Suggestion)
class SuggestionAdmin(Readable):
    """Suggestions, how they were answered, and what they did."""

    list_display = ("habit", "user", "kind", "state", "made_on", "decided_on", "certainty", "effect")
    list_filter = ("kind", "state", "made_on")
    search_fields = ("user__email", "habit__name")
    list_select_related = ("user", "habit")
    date_hierarchy = "made_on"

    @admin.display(description=_("more a week than expected"))
    def effect(self, row: Suggestion) -> str:
        """The latest effect with its interval."""
        found = effects_of(row)
        if not found:
            return "-"
        more = found[-1].more
        return f"{more.p50:+.1f} ({more.p10:+.1f} / {more.p90:+.1f})"


@admin.register(SuggestionClock)
class SuggestionClockAdmin(Readable):
    """When whose habits are looked at next."""

    list_display = ("user", "looked_on", "next_look")
    list_filter = ("next_look",)
    search_fields = ("user__email",)


@admin.register(Review)
class ReviewAdmin(Readable):
    """Weekly reviews: when they were written and finished. What people wrote into them is their own."""

    list_display = ("user", "week", "created_at", "finished_at")
    list_filter = ("finished_at",)
    search_fields = ("user__email",)
    date_hierarchy = "week"
    fields = ("user", "week", "created_at", "finished_at", "figures")
