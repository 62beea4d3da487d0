"""Tables of nudges: the ledger of what goes out, what a user wants, and what was learned."""

from nudges.models.learning import NudgeMemory, NudgePool
from nudges.models.ledger import Decision, Nudge
from nudges.models.preferences import (
    ChannelTarget,
    HabitPreference,
    KillSwitch,
    NudgePreferences,
    PushSubscription,
)

__all__ = [
    "ChannelTarget",
    "Decision",
    "HabitPreference",
    "KillSwitch",
    "Nudge",
    "NudgeMemory",
    "NudgePool",
    "NudgePreferences",
    "PushSubscription",
]
