"""Django's sessions in the database, by a statement written out once: every request of a page asks for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from smarthabit.kernel.statements import KeptQuery

_living: KeptQuery[Session] = KeptQuery(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    "a session key",
    dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
)


class SessionStore(db.SessionStore):
    """Django's, with its own way to read."""

    def _get_session_from_db(self) -> Any:
        now = timezone.now()  # noqa: TID251 - Django writes when a session ends by this clock
        found = _living(self.session_key, now) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None
