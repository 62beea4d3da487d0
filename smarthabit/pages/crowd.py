"""How many live connections a user has in all server processes together.

Each process keeps its counts in the cache for a few seconds and renews them with every look of its hub, so that those
of one that was killed end by themselves. While the cache is away each process knows only its own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from django.core.cache import cache

KEPT_SECONDS = 15
_PROCESSES = "live:processes"


class Crowd:
    """The counts as one process sees them. Every method asks the cache: call them in a thread."""

    def __init__(self) -> None:
        self._name = secrets.token_hex(6)
        self._others: list[str] = []

    def enter(self, user_id: int, ours: int) -> int:
        """Say that the user has ``ours`` connections here; how many they have everywhere."""
        cache.set(self._key(user_id, self._name), ours, timeout=KEPT_SECONDS)
        found: dict[str, int] = cache.get_many([self._key(user_id, other) for other in self._others])
        return ours + sum(found.values())

    def tell(self, counts: Mapping[int, int]) -> None:
        """Renew what is known of this process, by user, and learn which others there are."""
        now = time.time()
        processes: dict[str, float] = cache.get(_PROCESSES) or {}
        living = {name: until for name, until in processes.items() if until > now and name != self._name}
        self._others = list(living)
        # Two that write at the same moment lose one of them for four seconds, until its next look.
        cache.set(_PROCESSES, {**living, self._name: now + KEPT_SECONDS}, timeout=KEPT_SECONDS)
        if counts:
            own = {self._key(user_id, self._name): number for user_id, number in counts.items()}
            cache.set_many(own, timeout=KEPT_SECONDS)

    @staticmethod
    def _key(user_id: int, process: str) -> str:
        return f"live:crowd:{user_id}:{process}"
