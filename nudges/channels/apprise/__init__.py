"""Nudges to the messengers that Apprise knows; off unless the operator switches it on."""

from nudges.channels.apprise.channel import Apprise

__all__ = ["Apprise"]
