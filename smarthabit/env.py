"""Reading the environment: typed, with secrets from files, and keys that the embedded mode makes for itself."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class BadEnvironment(Exception):
    """A variable of the environment has a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    """The variable ``name``, or the content of the file that ``<name>_FILE`` points to, or ``default``."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable; raises BadEnvironment for anything that is neither."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise BadEnvironment(f"{name} must be yes or no, not {raw!r}")


def number(name: str, default: int) -> int:
    """A whole-number variable; raises BadEnvironment for anything else."""
    raw = text(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError as error:
        raise BadEnvironment(f"{name} must be a whole number, not {raw!r}") from error


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated variable as a list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def _random() -> str:
    return secrets.token_urlsafe(48)


def kept_secret(path: Path, make: Callable[[], str] = _random) -> str:
    """The secret kept in the file ``path``; made by ``make`` at first use, readable by its owner alone.

    Two processes that start together agree: whoever links the file first wins, the other reads it.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(make())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def push_key(path: Path | None, given: str) -> str:
    """The private key for Web Push, 32 bytes in base64url: the given one, else that kept in ``path``, else none.

    Raises BadEnvironment for a given one of another shape.
    """
    if given:
        try:
            raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise BadEnvironment("VAPID_PRIVATE_KEY must be 32 bytes in base64url") from error
        if len(raw) != 32:
            raise BadEnvironment("VAPID_PRIVATE_KEY must be 32 bytes in base64url")
        return given.rstrip("=")
    return "" if path is None else kept_secret(path, lambda: secrets.token_urlsafe(32))
