"""What a process keeps of users between requests, each as of a change number of theirs.

Every visible change of a user's data takes the next number, whichever process makes it. So what was worked out as of
one number still holds while the number is the same, and after the next change if that one is known to leave it alone.
A change made elsewhere leaves a hole in the numbers this process knows of, and then everything is worked out anew.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")
_all: WeakSet[Kept[Any]] = WeakSet()


class Kept(Generic[T]):
    """Values by user, at most ``most`` of them; the one asked for longest ago goes first. Safe to use from threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[int, tuple[int, T]] = OrderedDict()
        self._lock = Lock()
        _all.add(self)

    def get(self, user_id: int, seq: int) -> T | None:
        """What holds as of change ``seq``, or None where that is not known."""
        with self._lock:
            held = self._values.get(user_id)
            if held is None or held[0] != seq:
                return None
            self._values.move_to_end(user_id)
            return held[1]

    def put(self, user_id: int, seq: int, value: T) -> None:
        """Keep what was worked out from data read after ``seq`` was; what is kept of a later change stays."""
        with self._lock:
            held = self._values.get(user_id)
            if held is not None and held[0] > seq:
                return
            self._values[user_id] = seq, value
            self._values.move_to_end(user_id)
            if len(self._values) > self._most:
                self._values.popitem(last=False)

    def pass_on(self, user_id: int, seq: int) -> None:
        """Change ``seq`` leaves the value alone: what held before it holds after it."""
        with self._lock:
            held = self._values.get(user_id)
            if held is not None and held[0] == seq - 1:
                self._values[user_id] = seq, held[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


def forget_everything() -> None:
    """Forget what was kept of anything: for tests, whose users come and go with the same ids."""
    for kept in _all:
        kept.clear()
