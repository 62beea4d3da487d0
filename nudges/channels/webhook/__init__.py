"""Nudges to a user's own address, as signed JSON."""

from nudges.channels.webhook.channel import Webhook

__all__ = ["Webhook"]
