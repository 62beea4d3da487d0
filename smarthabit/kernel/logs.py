"""Structured logs: one JSON object a line, without the addresses that are keys."""

import json
import logging
import re
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}


_KEYS = re.compile(
    r"(?<!/settings)/(feeds|nudges/(?:action|unsubscribe)|accounts/(?:confirm-email|password/reset/key))/[^/?\s\"'<>\\]+"
)
"""Paths whose next part lets in whoever has it. Whatever logs a request - Django, too - names its path."""


def without_keys(text: str) -> str:
    """``text`` with "..." in the place of each such key."""
    return _KEYS.sub(r"/\1/...", text)


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON, with whatever the caller passed in ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return without_keys(json.dumps(line, default=str, ensure_ascii=False))
