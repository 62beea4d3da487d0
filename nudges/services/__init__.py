"""Writing nudges: the only way anything about them changes."""

from nudges.services.deciding import decide_due
from nudges.services.delivery import AT_ONCE, deliver_due
from nudges.services.learning import learn_due
from nudges.services.preferences import (
    PreferenceChange,
    change_preferences,
    prefer_for_habit,
    switch_channel,
    throw_kill_switch,
)
from nudges.services.purge import purge
from nudges.services.reactions import act, dismiss, see, snooze
from nudges.services.schedule import enrol

__all__ = [
    "AT_ONCE",
    "PreferenceChange",
    "act",
    "change_preferences",
    "decide_due",
    "deliver_due",
    "dismiss",
    "enrol",
    "learn_due",
    "prefer_for_habit",
    "purge",
    "see",
    "snooze",
    "switch_channel",
    "throw_kill_switch",
]
