"""Nudges by mail."""

from nudges.channels.email.channel import Email

__all__ = ["Email"]
