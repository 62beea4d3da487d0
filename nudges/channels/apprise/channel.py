"""One message through Apprise, to a service on the list of `addresses`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from nudges.channels import Delivered, Gone, Message, Outcome, Retry
from nudges.channels.apprise.addresses import BadAddress, checked
from nudges.channels.links import absolute
from nudges.selectors.targets import has_target, target_of
from nudges.services.targets import note_failure, note_use
from smarthabit.accounts.secrets_at_rest import UnreadableSecret, decrypt
from smarthabit.kernel import clock


class Apprise:
    """The channel to messengers, where the operator has switched it on (APPRISE_SCHEMES)."""

    kind = "apprise"

    def available(self, user: Any) -> bool:
        """Whether it is on, and the user has named an address."""
        return bool(settings.APPRISE_SCHEMES) and has_target(user, self.kind)

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:  # noqa: ARG002 - no service takes either
        """Hand it to Apprise, once. It says only whether that went well."""
        target = target_of(message.user_id, self.kind)
        if target is None or not settings.APPRISE_SCHEMES:
            return Gone("no address")
        try:
            address = checked(decrypt(target.url), settings.APPRISE_SCHEMES)
        except (UnreadableSecret, BadAddress) as error:
            return Gone(f"the address is not taken: {error}")
        service = service_of(address)
        if service is None:
            return Gone("the address is not complete")
        text = f"{message.body}\n{absolute(message.url)}"
        if not service.notify(body=text, title=message.title, body_format="text"):
            note_failure(target)
            return Retry("not taken")
        note_use(target, clock.now())
        return Delivered()


def service_of(address: str) -> Any:
    """Apprise with the one service of a checked address; None where that lacks something.

    It keeps nothing on disk, loads no code but its own, follows no redirect and checks certificates. Imported here:
    Apprise costs 25 MB, and most sites never use it.
    """
    import apprise  # noqa: PLC0415

    asset = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY, plugin_paths=[], async_mode=False)
    service: Any = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None:
        return None
    service.verify_certificate, service.redirects = True, False
    service.socket_connect_timeout = service.socket_read_timeout = 5.0
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    return sender
