"""Writing habits: the only way anything about them changes."""

from habits.services.changes import ANY_VERSION, UNSET, EntryChange, EntryWrite, HabitChange, HabitDraft
from habits.services.entries import Written, delete_entry, record_entry, write_entries
from habits.services.habits import create_habit, delete_habit, reorder_habits, set_archived, update_habit
from habits.services.ops import MOST_OPS, Op, apply_ops
from habits.services.pauses import add_pause, delete_pause, end_pause
from habits.services.plans import withdraw_plan
from habits.services.purge import purge
from habits.services.rollover import roll_over
from habits.services.states import refold_habit, refold_habits
from habits.services.undoing import undo_entry
from habits.services.writing import EntryOutcome

__all__ = [
    "ANY_VERSION",
    "MOST_OPS",
    "UNSET",
    "EntryChange",
    "EntryOutcome",
    "EntryWrite",
    "HabitChange",
    "HabitDraft",
    "Op",
    "Written",
    "add_pause",
    "apply_ops",
    "create_habit",
    "delete_entry",
    "delete_habit",
    "delete_pause",
    "end_pause",
    "purge",
    "record_entry",
    "refold_habit",
    "refold_habits",
    "reorder_habits",
    "roll_over",
    "set_archived",
    "undo_entry",
    "update_habit",
    "withdraw_plan",
    "write_entries",
]
