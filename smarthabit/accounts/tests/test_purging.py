"""What nobody will ask for again is forgotten."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from smarthabit.accounts import tasks
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD
from smarthabit.accounts.user import User
from smarthabit.kernel import clock


def test_sessions_are_kept_while_they_live_and_forgotten_after(user: User) -> None:
    browser = Client()
    browser.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert tasks.purge() == 0
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)
    clock.shift(dt.timedelta(days=60))
    tasks.purge()
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
