"""What happens to nudges, as told to the apps above and to open screens. Ids and plain values only."""

from dataclasses import dataclass

from smarthabit.kernel.events import Event


@dataclass(frozen=True, slots=True)
class NudgesChanged(Event):
    """Nudges came, or the user did something about them.

    ``kind`` is what: sent, seen, acted, snoozed, dismissed, or preferences.
    """

    user_id: int
    seq: int
    tab: str
    kind: str
    nudge_ids: tuple[int, ...] = ()
