"""Accounts for operators: find people, switch accounts off, see what happened. Edits keep the product's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smarthabit.accounts import audit, deletion, services
from smarthabit.accounts.audited_admin import AuditedAdmin, Readable, actor_of
from smarthabit.accounts.models import (
    AuditEvent,
    IdempotentAnswer,
    RefreshToken,
    SignInFailures,
    TokenFamily,
    User,
    UserClock,
)
from smarthabit.accounts.tokens import end_families
from smarthabit.kernel import clock

if TYPE_CHECKING:  # generic to the type checker alone
    UserAdminBase = DjangoUserAdmin[User]
    NewUserFormBase = AdminUserCreationForm[User]
    NewPasswordFormBase = AdminPasswordChangeForm[User]
else:
    UserAdminBase, NewUserFormBase, NewPasswordFormBase = (
        DjangoUserAdmin,
        AdminUserCreationForm,
        AdminPasswordChangeForm,
    )

# Operators sign in on the same page as everybody: same lockout, same second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it


class NewUserForm(NewUserFormBase):
    """An email address and a password."""

    class Meta:
        model = User
        fields = ("email",)


class NewPasswordForm(NewPasswordFormBase):
    """A password set by an operator ends what was signed in under the old one."""

    def save(self, commit: bool = True) -> User:
        """Store the password and tell."""
        user = super().save(commit)
        services.password_was_changed(user=user, now=clock.now())
        return user


@admin.register(User)
class UserAdmin(AuditedAdmin, UserAdminBase):
    """People. Switching an account off is an action, because it also has to end tokens and connections."""

    list_display = ("email", "is_active", "is_staff", "timezone", "date_joined", "last_login", "devices")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined", "language")
    search_fields = ("email",)
    ordering = ("-date_joined",)
    date_hierarchy = "date_joined"
    readonly_fields = ("is_active", "last_login", "date_joined", "onboarded_at")
    actions = ("deactivate", "activate")
    add_form = NewUserForm
    change_password_form = NewPasswordForm
    fieldsets = (
        (None, {"fields": ("email", "password", "is_active")}),
        (gettext_lazy("Time"), {"fields": ("timezone", "day_starts_at", "week_starts_on")}),
        (gettext_lazy("Looks"), {"fields": ("language", "theme", "compact", "shortcuts")}),
        (gettext_lazy("Operators"), {"fields": ("is_staff", "is_superuser", "groups", "user_permissions")}),
        (gettext_lazy("Dates"), {"fields": ("date_joined", "last_login", "onboarded_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the number of devices, in the same query."""
        alive = Count("token_families", filter=Q(token_families__revoked_at__isnull=True))
        users: QuerySet[User] = super().get_queryset(request)
        return users.annotate(alive_families=alive)

    @admin.display(description=gettext_lazy("devices"), ordering="alive_families")
    def devices(self, user: User) -> int:
        """How many devices and scripts hold tokens."""
        return int(getattr(user, "alive_families", 0))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new user gets the clock that every user has; preferences changed for somebody are seen by their screens."""
        super().save_model(request, obj, form, change)
        UserClock.objects.get_or_create(user=obj)
        if change:
            services.bump_seq(obj.pk)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[str]]:
        """What goes with an account; that includes rows that nobody may delete one by one."""
        gone, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return gone, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:  # noqa: ARG002 - Django's signature
        """Delete the account with everything in it."""
        deletion.delete_account(user=obj, now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete each account with everything in it."""
        for user in queryset:
            self.delete_model(request, user)

    @admin.action(description=gettext_lazy("Switch off the selected accounts"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End everything these accounts have open, and let them not in again. The operator's own is left alone."""
        chosen = list(queryset.filter(is_active=True).exclude(email=actor_of(request)))
        for user in chosen:
            services.deactivate(user=user, now=clock.now(), actor=actor_of(request))
        self._tell(request, len(chosen))

    @admin.action(description=gettext_lazy("Switch on the selected accounts"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let these accounts in again."""
        chosen = list(queryset.filter(is_active=False))
        for user in chosen:
            services.activate(user=user, now=clock.now(), actor=actor_of(request))
        self._tell(request, len(chosen))

    def _tell(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(n)d account changed.", "%(n)d accounts changed.", count) % {"n": count}
        self.message_user(request, text, messages.SUCCESS)


@admin.register(UserClock)
class UserClockAdmin(Readable):
    """When each user's day closes next."""

    list_display = ("user", "seq", "closed_through", "next_rollover")
    search_fields = ("user__email",)
    ordering = ("next_rollover",)


@admin.register(TokenFamily)
class TokenFamilyAdmin(Readable):
    """Devices and scripts; revoking is an action."""

    list_display = ("user", "user_agent", "address", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("user__email", "user_agent", "address")
    ordering = ("-last_used_at",)
    actions: ClassVar[list[str]] = ["revoke"]  # type: ignore[misc]  # declared as an instance attribute upstream

    @admin.action(description=gettext_lazy("Revoke the selected tokens"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> None:
        """End these sign-ins, and say who did it."""
        for family in queryset.filter(revoked_at__isnull=True).select_related("user"):
            end_families(user_id=family.user_id, now=clock.now(), family=family.pk)
            audit.record(
                audit.Kind.ADMIN_CHANGE,
                now=clock.now(),
                user=family.user,
                actor=actor_of(request),
                change="tokens revoked",
            )
        self.message_user(request, _("Revoked."), messages.SUCCESS)


@admin.register(RefreshToken)
class RefreshTokenAdmin(Readable):
    """Single refresh tokens, known by their hash alone."""

    list_display = ("family", "created_at", "expires_at", "consumed_at")
    list_select_related: ClassVar[bool | tuple[str, ...]] = ("family",)
    search_fields = ("family__user__email",)
    exclude = ("jti_hash",)
    ordering = ("-created_at",)


@admin.register(SignInFailures)
class SignInFailuresAdmin(Readable):
    """What the lockout counts, by hashed subject."""

    list_select_related: ClassVar[bool | tuple[str, ...]] = False
    list_display = ("subject", "count", "window_ends")
    ordering = ("-window_ends",)


@admin.register(IdempotentAnswer)
class IdempotentAnswerAdmin(Readable):
    """Stored answers; their bodies are sealed and not shown."""

    list_select_related: ClassVar[bool | tuple[str, ...]] = False
    list_display = ("scope", "key", "status", "created_at", "lease_until")
    list_filter = ("status",)
    search_fields = ("scope", "key")
    exclude = ("body", "fingerprint")
    ordering = ("-created_at",)


@admin.register(AuditEvent)
class AuditEventAdmin(Readable):
    """The audit log."""

    list_display = ("at", "kind", "user", "actor_email", "address", "detail")
    list_filter = ("kind", "at")
    search_fields = ("user__email", "actor_email", "address")
    date_hierarchy = "at"
