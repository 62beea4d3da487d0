"""Deleting an account, and everything that could still name it."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction

from smarthabit.accounts import audit, lockout
from smarthabit.accounts.events import AccountDeleted
from smarthabit.accounts.models import IdempotentAnswer, User
from smarthabit.kernel import events


def delete_account(*, user: User, now: dt.datetime) -> None:
    """Delete the user and every row that is theirs, also those that no foreign key leads to.

    What remains is one line of the audit log that says when an account was deleted, not whose it was.
    """
    user_id = user.pk
    with transaction.atomic():
        keys = UserSession.objects.filter(user_id=user_id).values_list("session_key", flat=True)
        Session.objects.filter(session_key__in=list(keys)).delete()
        IdempotentAnswer.objects.filter(scope=answer_scope(user_id)).delete()
        lockout.forget(user.email)
        of_user = ContentType.objects.get_for_model(User)
        LogEntry.objects.filter(content_type=of_user, object_id=str(user_id)).delete()
        User.objects.get(pk=user_id).delete()
        audit.record(audit.Kind.ACCOUNT_DELETED, now=now)
        events.publish(AccountDeleted(user_id))


def answer_scope(user_id: int) -> str:
    """Under which scope the stored answers to a user's own requests are kept."""
    return f"user:{user_id}"
