"""Writing nudges: the only way anything about them changes."""

from nudges.services.preferences import (
    PreferenceChange,
    change_preferences,
    prefer_for_habit,
    switch_channel,
    throw_kill_switch,
)
from nudges.services.reactions import act, dismiss, see, snooze
from nudges.services.schedule import enrol

__all__ = [
    "PreferenceChange",
    "act",
    "change_preferences",
    "dismiss",
    "enrol",
    "prefer_for_habit",
    "see",
    "snooze",
    "switch_channel",
    "throw_kill_switch",
]
