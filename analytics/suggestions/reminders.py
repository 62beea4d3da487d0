"""Where reminders live, above: what days with and without one came to is asked for here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analytics.domain.suggestions import Reminded
from smarthabit.accounts.user import User

Source = Callable[[User], Mapping[int, Reminded]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have ``source`` tell, by habit, how randomised days with and without a reminder went. Called when apps start."""
    if source not in _sources:
        _sources.append(source)


def reminded_of(user: User) -> dict[int, Reminded]:
    """What is known of each habit's reminders; nothing where no app sends any."""
    found: dict[int, Reminded] = {}
    for source in _sources:
        found.update(source(user))
    return found
