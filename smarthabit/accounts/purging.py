"""Forgetting what nobody will ask accounts for again."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from smarthabit.accounts import answers, lockout, tokens


def purge(now: dt.datetime) -> int:
    """Delete old answers, ended lockout windows, dead tokens and expired sessions; returns how many rows."""
    return answers.purge(now) + lockout.purge(now) + tokens.purge(now) + _purge_sessions(now)


def _purge_sessions(now: dt.datetime) -> int:
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    # A row without its session, but not one whose session may only just be on its way to the database.
    orphans = UserSession.objects.filter(~Exists(alive), created_at__lt=now - dt.timedelta(hours=1))
    return sessions + int(orphans.delete()[0])
