"""Guessing passwords: counted by account and by address, in the database, so that no outage of a cache lets it go on.

An attempt is counted before the password is looked at and taken back when it was right; parallel guesses therefore
cannot all slip in before the first of them has failed.
"""

import datetime as dt
import hmac
import math
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from smarthabit.accounts.models import SignInFailures

_UPSERT = """
INSERT INTO {table} (subject, count, window_ends) VALUES {rows}
ON CONFLICT (subject) DO UPDATE SET
  count = CASE WHEN {table}.window_ends <= %s THEN 1 ELSE {table}.count + 1 END,
  window_ends = CASE WHEN {table}.window_ends <= %s THEN excluded.window_ends ELSE {table}.window_ends END
RETURNING subject, count
"""


class LockedOut(Exception):
    """Too many failures; ``wait`` says for how many seconds sign-in stays shut."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"locked out for {wait} s")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Attempt:
    """One counted attempt: the hashed account, and the hashed address when that is known and counted."""

    account: str
    address: str | None


def attempt(*, email: str, address: str | None, now: dt.datetime) -> Attempt:
    """Count an attempt to sign in; raises LockedOut when the account or the address has failed too often."""
    this = Attempt(_subject("account", email), _subject("address", address) if address and _by_address() else None)
    limits = {this.account: settings.LOCKOUT_ACCOUNT_FAILURES}
    if this.address:
        limits[this.address] = settings.LOCKOUT_ADDRESS_FAILURES
    counts = _count(sorted(limits), now)
    over = [subject for subject, count in counts.items() if count > limits[subject]]
    if over:
        raise LockedOut(_wait(over, now))
    return this


def succeeded(this: Attempt) -> None:
    """The password was right: the account starts afresh, and the address has not failed this time."""
    with transaction.atomic():
        SignInFailures.objects.filter(subject=this.account).delete()
        if this.address:
            SignInFailures.objects.filter(subject=this.address, count__gt=0).update(count=F("count") - 1)


def forget(email: str) -> None:
    """Drop what is counted for an account (it is deleted, or its password was reset through the mailbox)."""
    SignInFailures.objects.filter(subject=_subject("account", email)).delete()


def purge(now: dt.datetime) -> int:
    """Delete windows that have ended; returns how many."""
    return SignInFailures.objects.filter(window_ends__lt=now).delete()[0]


def _by_address() -> bool:
    # Many people may share one address: load tests, which lift the limits, sign all of them in from one machine.
    return bool(settings.RATE_LIMITED)


def _subject(kind: str, value: str) -> str:
    message = f"{kind}:{value.strip().lower()}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256").hex()


def _count(subjects: list[str], now: dt.datetime) -> dict[str, int]:
    adapt = connection.ops.adapt_datetimefield_value
    ends, moment = adapt(now + settings.LOCKOUT_WINDOW), adapt(now)
    sql = _UPSERT.format(table=SignInFailures._meta.db_table, rows=", ".join(["(%s, 1, %s)"] * len(subjects)))
    values = [value for subject in subjects for value in (subject, ends)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, moment, moment])
        return dict(cursor.fetchall())


def _wait(subjects: list[str], now: dt.datetime) -> int:
    ends = SignInFailures.objects.filter(subject__in=subjects).values_list("window_ends", flat=True)
    return max((math.ceil((end - now).total_seconds()) for end in ends), default=1) or 1
