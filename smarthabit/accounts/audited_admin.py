"""What the admin pages of every app build on: rows to be read, and changes that stand in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest

from smarthabit.accounts import audit
from smarthabit.kernel import clock

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Any]
else:
    ModelAdminBase = admin.ModelAdmin


def actor_of(request: HttpRequest) -> str:
    """The email address of the operator."""
    return str(getattr(request.user, "email", ""))


class Readable(ModelAdminBase):
    """Rows that operators search and read; the product writes them."""

    show_full_result_count = False
    list_per_page = 50
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("user",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Rows are made by the product."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Rows are changed by the product."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Rows go with their account, which an operator may delete, or when they are old; never one by one."""
        return False


class AuditedAdmin(ModelAdminBase):
    """Writes each addition, change and deletion to the audit log, by the operator who made it."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        """Log that a row was added."""
        self._record(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        """Log that a row was changed."""
        self._record(request, obj, "changed")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        """Log that rows are about to be deleted."""
        for obj in queryset:
            self._record(request, obj, "deleted")
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, obj: Any, change: str) -> None:
        audit.record(
            audit.Kind.ADMIN_CHANGE,
            now=clock.now(),
            actor=actor_of(request),
            change=change,
            model=obj._meta.label,
            row=str(obj.pk),
        )
