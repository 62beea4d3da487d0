"""Nudges by Web Push (RFC 8030), encrypted for each device (RFC 8291)."""

from nudges.channels.webpush.channel import WebPush

__all__ = ["WebPush"]
