"""Secrets that have to be read again - those of second factors - encrypted in the database."""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class UnreadableSecret(Exception):
    """No key we have opens it: SECRET_KEY was changed and the old one is not among SECRET_KEY_FALLBACKS."""


def encrypt(text: str) -> str:
    """``text`` encrypted with the current key, as ASCII."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode("ascii")


def decrypt(stored: str) -> str:
    """What was encrypted, with the current key or one of its predecessors; raises UnreadableSecret."""
    raw = base64.urlsafe_b64decode(stored)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(secret)).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except InvalidTag:
            continue
    raise UnreadableSecret


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"smarthabit.secrets_at_rest", "sha256")
