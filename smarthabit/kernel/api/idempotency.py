"""Safe retries: the keys a client may send, what makes two requests the same, and how a stored answer is sealed.

Where answers are kept is not the kernel's affair: it has no tables.
"""

import hashlib
import hmac
import json
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_NONCE = 12
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language")


class Unreadable(Exception):
    """The sealed answer does not open: another body, or another SECRET_KEY."""


def valid_key(key: str) -> bool:
    """Whether ``key`` is 1 to 255 printable ASCII characters without spaces at the ends."""
    return _KEY.fullmatch(key) is not None


def content_hash(request: HttpRequest) -> bytes:
    """A digest of the request's body; of an upload, of its fields and files without reading them into memory.

    Raises RequestDataTooBig, UnreadablePostError or MultiPartParserError for a body that cannot be read.
    """
    digest = hashlib.sha256((request.content_type or "").encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.digest()
    digest.update(json.dumps(sorted((name, values) for name, values in request.POST.lists())).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.digest()


def fingerprint(request: HttpRequest, content: bytes) -> str:
    """What two requests under one key must share. Keyed, because a plain hash would expose a password in the body."""
    message = f"{request.method} {request.get_full_path()}\n".encode() + content
    return hmac.digest(_derived(b"fingerprint"), message, "sha256").hex()


def seal(body: bytes, key: str, content: bytes) -> bytes:
    """``body`` encrypted so that only whoever repeats the same request under the same key gets it back."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_derived(b"seal", key.encode(), content)).encrypt(nonce, body, None)


def unseal(sealed: bytes, key: str, content: bytes) -> bytes:
    """The body that was sealed; raises Unreadable when key, content or SECRET_KEY differ."""
    try:
        return AESGCM(_derived(b"seal", key.encode(), content)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except InvalidTag as error:
        raise Unreadable from error


def kept_headers(headers: dict[str, str]) -> dict[str, str]:
    """The part of an answer's headers that belongs to the answer rather than to the moment."""
    return {name: value for name, value in headers.items() if name in _KEPT_HEADERS}


def _derived(purpose: bytes, *parts: bytes) -> bytes:
    secret = hmac.digest(settings.SECRET_KEY.encode(), b"smarthabit.idempotency." + purpose, "sha256")
    for part in parts:
        secret = hmac.digest(secret, part, "sha256")
    return secret
