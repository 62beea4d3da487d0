"""Who we are to push services (RFC 8292): one key pair for the whole site, and a signed note to each service.

The private key is the raw 32-byte number in base64url. Changing it makes every device subscribe anew.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02
from urllib3.util import parse_url

_GOOD_FOR = timedelta(hours=12)  # a push service refuses more than 24


def configured() -> bool:
    """Whether there is a key, so that devices can be asked to subscribe."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """The key by which browsers know this site (base64url of the uncompressed point)."""
    return _public_of(settings.VAPID_PRIVATE_KEY)


def authorization(endpoint: str, now: datetime) -> str:
    """The Authorization header for one push service."""
    parts = parse_url(endpoint)
    port = f":{parts.port}" if parts.port and parts.port != 443 else ""
    claims = {
        "aud": f"{parts.scheme}://{parts.host}{port}",
        "exp": int((now + _GOOD_FOR).timestamp()),
        "sub": settings.VAPID_SUBJECT,
    }
    signer = Vapid02.from_raw(settings.VAPID_PRIVATE_KEY.encode())
    return str(signer.sign(claims)["Authorization"])


@lru_cache(maxsize=2)
def _public_of(private: str) -> str:
    number = int.from_bytes(base64.urlsafe_b64decode(private + "=" * (-len(private) % 4)), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
