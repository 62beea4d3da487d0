"""The person, whom every app knows as the owner of things, and what moves with them."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from smarthabit.accounts.languages import validate_language
from smarthabit.accounts.timezones import validate_timezone
from smarthabit.kernel import clock


class UserManager(BaseUserManager["User"]):
    """Creates users; emails are kept in lower case, so that one mailbox is one account."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("a user needs an email address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            UserClock.objects.get_or_create(user=user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person. ``timezone``, ``day_starts_at`` and ``week_starts_on`` say what "today" and "this week" mean."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    email = models.EmailField(_("email address"), unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=clock.now, editable=False)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_timezone])
    day_starts_at = models.TimeField(_("day starts at"), default=dt.time(0), validators=[MaxValueValidator(dt.time(6))])
    week_starts_on = models.PositiveSmallIntegerField(
        _("week starts on"),
        choices=Weekday.choices,
        default=Weekday.MONDAY,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
    )
    language = models.CharField(_("language"), max_length=8, default="", blank=True, validators=[validate_language])
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    compact = models.BooleanField(_("compact rows"), default=False)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    onboarded_at = models.DateTimeField(_("onboarded"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """One mailbox is one account, however it is written."""
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def zone(self) -> ZoneInfo:
        """The user's time zone."""
        return ZoneInfo(self.timezone)


class UserClock(models.Model):
    """What moves with a user: the number of their latest visible change, and when their day closes next.

    A narrow row apart from the user's own, because every write touches it.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="clock")
    seq = models.BigIntegerField(default=0)
    closed_through = models.DateField(null=True, help_text=_("The last day the rollover job has closed."))
    next_rollover = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = _("user clock")
        verbose_name_plural = _("user clocks")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.seq}"
