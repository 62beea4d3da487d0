"""Make the demo account, or give it a new password."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from habits.selectors import habit_views
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.pages import demo


class Command(BaseCommand):
    """``demo``: an account with two years of history, to look around in."""

    help = "Make a demo account with two years of history and print how to sign in. Embedded mode only."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make the account unless it is there, set a fresh password, and say both."""
        if not settings.EMBEDDED:
            raise CommandError("The demo account is for trying SmartHabit out on one machine.")
        user = User.objects.filter(email=demo.EMAIL).first() or User.objects.create_user(demo.EMAIL)
        if not habit_views(user, clock.now(), limit=1):
            self.stdout.write("Telling two years of history ...")
            count = demo.tell(user, clock.now())
            self.stdout.write(f"{len(demo.STORIES)} habits, {count} entries.")
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save(update_fields=["password"])
        self.stdout.write(f"Sign in as {demo.EMAIL} with the password {password}")
