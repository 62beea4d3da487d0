"""What the product refuses to start with. Embedded and debug mode are let off; everything else faces a network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

_MIN_KEY = 32
_KNOWN_KEYS = (
    "changeme",
    "change-me",
    "django-insecure",
    "replace-me",
    "replaceme",
    "secret-key",
    "your-secret",
    "example",
)
_DEFAULT_PASSWORDS = frozenset(
    {
        "postgres",
        "password",
        "passw0rd",
        "changeme",
        "change-me",
        "secret",
        "admin",
        "root",
        "default",
        "redis",
        "valkey",
    }
    | {"smarthabit", "example", "test", "1234", "12345", "123456", "12345678"}
)


class UnsafeSettings(Exception):
    """The settings would put people's data at risk; the message says each reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("SmartHabit does not start:\n" + "\n".join(f"- {reason}" for reason in reasons))
        self.reasons = reasons


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Raise UnsafeSettings if these settings may not face a network."""
    if settings["EMBEDDED"] or settings["DEBUG"]:
        return
    if reasons := list(reasons_against(settings)):
        raise UnsafeSettings(reasons)


def reasons_against(settings: Mapping[str, Any]) -> Iterator[str]:
    """Every reason not to start, in words for the operator; secrets are not repeated."""
    for name in ("SECRET_KEY", "JWT_SIGNING_KEY"):
        yield from _weak_key(name, settings[name])
    if settings["SECRET_KEY"] and settings["SECRET_KEY"] == settings["JWT_SIGNING_KEY"]:
        yield "JWT_SIGNING_KEY is the same as SECRET_KEY: give each its own."
    if "*" in settings["ALLOWED_HOSTS"]:
        yield "ALLOWED_HOSTS allows every host: name yours."
    for name in ("DATABASE_URL", "REDIS_URL"):
        yield from _open_door(name, settings[name])


def _weak_key(name: str, key: str) -> Iterator[str]:
    if not key:
        yield f"{name} is not set."
    elif len(key) < _MIN_KEY or len(set(key)) < 5:
        yield f"{name} is too short or too simple: use at least {_MIN_KEY} random characters."
    elif any(known in key.lower() for known in _KNOWN_KEYS):
        yield f"{name} is one that is known: make your own."


def _open_door(name: str, url: str) -> Iterator[str]:
    if not url:
        yield f"{name} is not set, but the other one is: PostgreSQL and Redis are used together, or neither."
        return
    parts = urlsplit(url)
    password = unquote(parts.password or "")
    if password.lower() in _DEFAULT_PASSWORDS or (password and password == unquote(parts.username or "")):
        yield f"{name} has a password that is a default: set your own."
    elif not password and not _within_this_machine(parts.hostname):
        yield f"{name} has no password."


def _within_this_machine(host: str | None) -> bool:
    if not host or host == "localhost":  # no host: a unix socket
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
