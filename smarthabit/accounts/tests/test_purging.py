"""What nobody will ask for again is forgotten."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from smarthabit.accounts import audit, tasks
from smarthabit.accounts.models import AuditEvent
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


def test_failed_sign_ins_of_nobody_are_forgotten_and_those_of_an_account_are_not(user: User) -> None:
    now = clock.now()
    for whose, days in ((None, 91), (None, 89), (user, 91)):
        audit.record(audit.Kind.SIGN_IN_FAILED, now=now - dt.timedelta(days=days), user=whose)
    audit.record(audit.Kind.ACCOUNT_DELETED, now=now - dt.timedelta(days=400))
    assert tasks.purge() == 1
    left = AuditEvent.objects.exclude(kind="registered").order_by("-at").values_list("kind", "user")
    assert list(left) == [("sign_in_failed", None), ("sign_in_failed", user.pk), ("account_deleted", None)]
