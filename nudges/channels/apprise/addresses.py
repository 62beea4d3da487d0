"""Which Apprise addresses are taken.

Apprise speaks HTTP by itself, past our own client and its checks. So only those of its services are let in whose
requests go to a host that is written down in Apprise's own code, and none of the parameters by which an address could
change what is read, where it is sent, or whether the other side's certificate is looked at.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

SCHEMES: Final = ("discord", "pbul", "pover", "prowl", "slack", "tgram")
"""Discord, Pushbullet, Pushover, Prowl, Slack and Telegram: each has one fixed host."""
PARAMETERS: Final = frozenset({"priority", "sound", "silent", "tts", "thread", "topic"})
"""What an address may say besides who it is for. In particular not template, keyfile, subfile, redirect and verify."""
_PLAIN: Final = re.compile(r"[\x21-\x7e]{1,500}")


class BadAddress(Exception):
    """The address is not one of those that are taken; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


def checked(address: str, allowed: tuple[str, ...] = SCHEMES) -> str:
    """The address without the blanks around it. Raises BadAddress: unreadable, scheme or parameter."""
    address = address.strip()
    if not _PLAIN.fullmatch(address):
        raise BadAddress("unreadable")
    try:
        parts = urlsplit(address)
        told = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise BadAddress("unreadable") from error
    if parts.scheme not in allowed or parts.scheme not in SCHEMES or not parts.netloc:
        raise BadAddress("scheme", parts.scheme[:20])
    for name, _value in told:
        if name.lower() not in PARAMETERS:
            raise BadAddress("parameter", name[:40])
    if parts.fragment:
        raise BadAddress("unreadable")
    return address
