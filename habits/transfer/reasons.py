"""The words for why a file, a row or a habit was not taken, or was taken with a change."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WARNINGS = frozenset({"note_cut", "no_name"})
"""Codes of rows that went in, though not quite as they were."""

_TEXTS = {
    # the file as a whole
    "empty_file": _("The file is empty."),
    "unknown_zip": _("This zip is no export of Loop Habit Tracker, of HabitTrove or of ours."),
    "unknown_json": _("This JSON is an export neither of SmartHabit nor of Beaver Habits."),
    "other_version": _("This export has version %(detail)s, which this program does not know."),
    "no_header": _("The first line must name the columns, at least habit and date."),
    "not_utf8": _("This is neither a table in UTF-8 nor an archive or a backup that could be opened."),
    "too_many_rows": _("A file can have up to %(detail)s rows. Please split it."),
    "too_many_habits": _("A file can have up to %(detail)s habits."),
    "account_full": _("With this file the account would hold more than %(detail)s habits."),
    "too_many_members": _("The zip holds more than %(detail)s files."),
    "unpacks_too_large": _("The zip unpacks to more than %(detail)s MiB."),
    "zip_bomb": _("A file in the zip unpacks to far more than it should: %(detail)s"),
    "encrypted_zip": _("The zip is protected by a password."),
    "broken_zip": _("The zip is damaged."),
    "broken_sqlite": _("The database is damaged."),
    "not_loop": _("This database is not a backup of Loop Habit Tracker."),
    "too_slow": _("The database takes too long to read."),
    "bad_json": _("The JSON is broken: %(detail)s"),
    "unexpected_json": _("The JSON is not laid out like an export: a “%(detail)s” is missing."),
    "text_too_long": _("A text in the file is longer than %(detail)s MiB."),
    "too_deep": _("The JSON is nested too deeply."),
    "too_many_values": _("The file holds more than an export of ours can."),
    "file_too_large": _("The file is larger than %(detail)s MiB."),
    "gave_up": _("The import failed again and again. What was read so far has been kept."),
    # a row or a habit
    "line_too_long": _("The line is too long."),
    "unclosed_quote": _("A quotation mark is opened and never closed."),
    "bad_quotes": _("The quotation marks do not match."),
    "columns": _("The number of columns does not fit: %(detail)s"),
    "bad_day": _("This is not a day written YYYY-MM-DD: %(detail)s"),
    "day_too_early": _("Days before 1900 cannot be logged: %(detail)s"),
    "day_too_late": _("This day has not begun yet: %(detail)s"),
    "bad_value": _("This is not a number with up to 3 decimals: %(detail)s"),
    "value_negative": _("The value is below 0: %(detail)s"),
    "value_too_large": _("The value is too large: %(detail)s"),
    "value_needed": _("This day needs its value."),
    "not_a_check": _("The habit is a check: its value is 0 or 1."),
    "unknown_status": _("The status is none of done, missed and skipped: %(detail)s"),
    "says_nothing": _("The row says nothing about its day."),
    "repeated_day": _("The day is there twice; the first one counts: %(detail)s"),
    "no_habit": _("The row names no habit."),
    "unknown_habit": _("The row belongs to no habit of the file: %(detail)s"),
    "bad_field": _("A field is missing or cannot be read: %(detail)s"),
    "bad_schedule": _("The schedule cannot be read: %(detail)s"),
    "bad_section": _("This part of the export could not be taken over: %(detail)s"),
    "deleted_there": _("The habit was deleted in the other program and is left out: %(detail)s"),
    "task": _("A task that is done once is no habit and is left out: %(detail)s"),
    # taken with a change
    "no_zone": _("The file names no time zone that we know: its days are taken as those of UTC."),
    "note_cut": _("The note was longer than 2,000 characters and has been cut."),
    "no_name": _("The habit had no name and is called %(detail)s now."),
}


def text_of(code: str, detail: str = "") -> str:
    """The reason in the reader's language."""
    return str(_TEXTS.get(code, gettext("This could not be read."))) % {"detail": detail}
