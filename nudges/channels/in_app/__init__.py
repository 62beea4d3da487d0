"""Nudges within the app: the inbox, and a toast in every open tab."""

from nudges.channels.in_app.channel import InApp

__all__ = ["InApp"]
