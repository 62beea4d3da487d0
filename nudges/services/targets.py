"""Where messages go outside of the app: a webhook, a messenger, the browsers that may be woken.

An address is a secret of its user - whoever knows it can post there - so it is encrypted, and shown again only in part.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from nudges.channels.apprise import addresses
from nudges.models import ChannelTarget, PushSubscription
from nudges.selectors.targets import MOST_DEVICES
from nudges.services.preferences import switch_channel
from smarthabit.accounts.secrets_at_rest import encrypt
from smarthabit.accounts.user import User
from smarthabit.kernel import outbound
from smarthabit.kernel.errors import NotFound, RuleError

_SECRET_BYTES = 32
_MOST_FAILURES = 30_000  # what the column holds


def set_webhook(*, user: User, url: str, now: datetime) -> str:
    """Name the address of the webhook, in place of an earlier one, and switch the channel on.

    Returns the secret its messages are signed with, which is shown this once. Raises RuleError for an address that is
    not https or not on the public internet, as far as that can be seen without asking anyone.
    """
    url = url.strip()
    try:
        parts = outbound.check_url(url)
    except outbound.Refused as error:
        raise RuleError("unsafe_address", _("An https address on the public internet is needed."), "url") from error
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    _replace(user, ChannelTarget.Kind.WEBHOOK, label=parts.host or "", url=url, secret=secret, now=now)
    return secret


def set_messenger(*, user: User, address: str, now: datetime) -> ChannelTarget:
    """Name an Apprise address, in place of an earlier one, and switch the channel on. Raises RuleError."""
    try:
        address = addresses.checked(address, settings.APPRISE_SCHEMES)
    except addresses.BadAddress as error:
        raise RuleError("unsafe_address", _messenger_words(error), "address") from error
    scheme = address.partition(":")[0]
    return _replace(user, ChannelTarget.Kind.APPRISE, label=f"{scheme}://…", url=address, secret="", now=now)


@transaction.atomic
def remove_target(*, user: User, kind: str, now: datetime) -> None:
    """Forget the address of a channel and switch the channel off; repeating it changes nothing."""
    if ChannelTarget.objects.owned_by(user).filter(kind=kind).delete()[0]:
        switch_channel(user=user, kind=kind, on=False, now=now)


@transaction.atomic
def subscribe(
    *, user: User, endpoint: str, p256dh: str, auth: str, now: datetime, device: str = ""
) -> tuple[PushSubscription, bool]:
    """Let a browser be woken, and switch push on; says also whether it is new.

    A browser has one address whoever is signed in: it goes over to the user who subscribed last. Raises RuleError for
    keys that are none, an address that is not taken, or one device too many.
    """
    _check_endpoint(endpoint)
    _check_keys(p256dh, auth)
    told = {"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "device": device[:120], "failures": 0}
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    others = PushSubscription.objects.owned_by(user).exclude(endpoint_hash=digest)
    if others.count() >= MOST_DEVICES:
        raise RuleError("too_many_devices", _("That is one device too many: remove one first."))
    row, created = PushSubscription.objects.update_or_create(
        endpoint_hash=digest, defaults=told, create_defaults={**told, "created_at": now}
    )
    switch_channel(user=user, kind="webpush", on=True, now=now)
    return row, created


@transaction.atomic
def unsubscribe_device(*, user: User, now: datetime, subscription_id: int | None = None, endpoint: str = "") -> None:
    """Take a browser off the list, by its row or by its own address; without any left push is switched off.

    Raises NotFound for a row that is not the user's. An address that is not known is taken off already.
    """
    rows = PushSubscription.objects.owned_by(user)
    named = rows.filter(pk=subscription_id) if subscription_id is not None else rows.filter(endpoint=endpoint)
    removed = named.delete()[0]
    if not removed and subscription_id is not None:
        raise NotFound
    if removed and not rows.exists():
        switch_channel(user=user, kind="webpush", on=False, now=now)


def note_use(row: ChannelTarget | PushSubscription, now: datetime) -> None:
    """It took a message."""
    if isinstance(row, ChannelTarget):
        verified = row.verified_at or now
        ChannelTarget.objects.filter(pk=row.pk).update(used_at=now, failures=0, verified_at=verified)
    else:
        PushSubscription.objects.filter(pk=row.pk).update(used_at=now, failures=0)


def note_failure(row: ChannelTarget | PushSubscription) -> None:
    """It did not take one."""
    if isinstance(row, ChannelTarget):
        ChannelTarget.objects.filter(pk=row.pk, failures__lt=_MOST_FAILURES).update(failures=F("failures") + 1)
    else:
        PushSubscription.objects.filter(pk=row.pk, failures__lt=_MOST_FAILURES).update(failures=F("failures") + 1)


def forget_device(row: PushSubscription) -> None:
    """The push service says there is nobody any more."""
    PushSubscription.objects.filter(pk=row.pk, endpoint_hash=row.endpoint_hash).delete()


@transaction.atomic
def _replace(user: User, kind: str, *, label: str, url: str, secret: str, now: datetime) -> ChannelTarget:
    ChannelTarget.objects.owned_by(user).filter(kind=kind).delete()
    row = ChannelTarget.objects.create(
        user=user,
        kind=kind,
        label=label[:120],
        url=encrypt(url),
        secret=encrypt(secret) if secret else "",
        created_at=now,
    )
    switch_channel(user=user, kind=kind, on=True, now=now)
    return row


def _check_endpoint(endpoint: str) -> None:
    try:
        outbound.check_url(endpoint)
    except outbound.Refused as error:
        raise RuleError("unsafe_address", _("That is not the address of a push service."), "endpoint") from error


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(p256dh))
        good = len(_raw(auth)) == 16 and len(_raw(p256dh)) == 65
    except (ValueError, binascii.Error):
        good = False
    if not good:
        raise RuleError("bad_keys", _("The keys of this subscription cannot be used."), "keys")


def _raw(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _messenger_words(error: addresses.BadAddress) -> str:
    if error.code == "parameter":
        return _("The address must not say “%(name)s”.") % {"name": error.detail}
    if error.code == "scheme":
        listed = ", ".join(f"{scheme}://" for scheme in settings.APPRISE_SCHEMES)
        return _("An address that begins with one of these is needed: %(schemes)s") % {"schemes": listed}
    return _("This address cannot be read.")
