"""What an HTTP status means for a message."""

from __future__ import annotations

from datetime import timedelta

from nudges.channels import Delivered, Gone, Outcome, Retry
from smarthabit.kernel.outbound import Answer

LONGEST_WAIT = timedelta(hours=6)
_LATER = frozenset({408, 409, 425, 429})


def outcome_of(answer: Answer) -> Outcome:
    """2xx: delivered. Busy or broken (5xx and a few): again later, when it says so. All else will not change by itself.

    409 is how a receiver says that the same message is being taken right now.
    """
    if answer.ok:
        return Delivered(str(answer.status))
    if answer.status >= 500 or answer.status in _LATER:
        return Retry(f"answered {answer.status}", _after(answer.headers.get("retry-after", "")))
    return Gone(f"answered {answer.status}")


def _after(said: str) -> timedelta | None:
    """Retry-After in seconds, within reason; a date is not worth the trust in another machine's clock."""
    if not (said.isascii() and said.isdigit() and len(said) < 9):
        return None
    return min(timedelta(seconds=int(said)), LONGEST_WAIT)
