"""PostgreSQL whose kept connections are checked at their socket.

Django asks the server for ``SELECT 1`` before the first statement of each request. A connection at rest has nothing to
say: whatever can be read from it - most of all its end, when the server went away - is reason to ask, and nothing else.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is asked only when its socket has something to tell."""

    def is_usable(self) -> bool:
        """Whether statements can be expected to reach the server."""
        driver: Any = self.connection
        if driver is None or driver.closed or driver.pgconn.status != ConnStatus.OK:
            return False
        watched = select.poll()
        watched.register(driver.pgconn.socket, select.POLLIN)
        return bool(super().is_usable()) if watched.poll(0) else True
