"""Forgetting what nobody will ask accounts for again."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from smarthabit.accounts import answers, audit, lockout, tokens
from smarthabit.accounts.models import AuditEvent

STRANGERS_FAILURES = dt.timedelta(days=90)
"""For how long failed sign-ins that were meant for no account are kept: anybody can make as many as they like."""


def purge(now: dt.datetime) -> int:
    """Delete old answers, ended lockouts, dead tokens, expired sessions, and strangers' failures; how many rows."""
    return answers.purge(now) + lockout.purge(now) + tokens.purge(now) + _purge_sessions(now) + _purge_failures(now)


def _purge_sessions(now: dt.datetime) -> int:
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    # A row without its session, but not one whose session may only just be on its way to the database.
    orphans = UserSession.objects.filter(~Exists(alive), created_at__lt=now - dt.timedelta(hours=1))
    return sessions + int(orphans.delete()[0])


def _purge_failures(now: dt.datetime) -> int:
    old = AuditEvent.objects.filter(kind=audit.Kind.SIGN_IN_FAILED, user=None, at__lt=now - STRANGERS_FAILURES)
    return old.delete()[0]
