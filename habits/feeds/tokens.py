"""The token in a feed's address."""

import hashlib
import secrets

_BYTES = 16


def new() -> str:
    """A token that nobody can guess: 128 random bits."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """What is kept of a token. It is random and long, so that a plain hash cannot be turned back by trying."""
    return hashlib.sha256(token.encode()).hexdigest()
