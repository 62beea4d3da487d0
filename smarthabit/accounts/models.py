"""Tables of accounts. Every row but the user's own carries its owner."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from smarthabit.accounts.user import User, UserClock, UserManager

__all__ = [
    "AuditEvent",
    "IdempotentAnswer",
    "RefreshToken",
    "SignInFailures",
    "TokenFamily",
    "User",
    "UserClock",
    "UserManager",
]


class TokenFamily(models.Model):
    """One sign-in over the API: the line of refresh tokens that follow each other. Revoking it ends its access too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name = _("token family")
        verbose_name_plural = _("token families")

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """One single-use refresh token, known by the hash of its id. Using it a second time revokes its family."""

    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="tokens")
    jti_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")

    def __str__(self) -> str:
        return f"{self.family_id}, {self.created_at:%Y-%m-%d %H:%M}"


class SignInFailures(models.Model):
    """Failed sign-ins of one account or address within the current window; the keyed hash says which, not who."""

    subject = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    window_ends = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("failed sign-ins")
        verbose_name_plural = _("failed sign-ins")

    def __str__(self) -> str:
        return f"{self.subject[:8]}: {self.count}"


class IdempotentAnswer(models.Model):
    """The stored answer to a POST that carried an Idempotency-Key; ``status`` is null while the first still runs."""

    scope = models.CharField(
        max_length=80, help_text=_("The user's id, or a hash that stands for an anonymous caller.")
    )
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text=_("A keyed hash of method, path and body."))
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"", help_text=_("Sealed: only the same key and body open it."))
    created_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField()

    class Meta:
        verbose_name = _("idempotent answer")
        verbose_name_plural = _("idempotent answers")
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotent_answer_once")]

    def __str__(self) -> str:
        return f"{self.scope}/{self.key}"


class AuditEvent(models.Model):
    """What happened to an account: rows are only ever added, and go with it. Those of nobody: see `purging`."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40, db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="audit_events")
    actor_email = models.EmailField(blank=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
