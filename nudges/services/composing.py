"""From rows of the ledger to the message that goes out, in the words of its reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone, translation

from habits.domain.schedule import asks_for_total
from habits.selectors.open_units import Standing
from nudges import words
from nudges.channels import Action, Item, Message
from nudges.models import Nudge
from nudges.services import tokens
from nudges.speaking import spoken_of
from smarthabit.accounts.user import User

INBOX = "/nudges/"


@contextmanager
def spoken_to(user: User) -> Iterator[None]:
    """Within it words are in the user's language and times in their zone."""
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(user.zone):
        yield


def compose(rows: Sequence[Nudge], standings: Mapping[int, Standing], tone: str) -> Message:
    """The message of these rows, which share a user and an occasion; call it within ``spoken_to``."""
    first = rows[0]
    spoken = [_spoken(row, standings[row.habit_id]) for row in rows]
    items = tuple(
        Item(row.pk, row.habit_id, one.habit, one.style, words.line(one, tone), _actions(row, standings[row.habit_id]))
        for row, one in zip(rows, spoken, strict=True)
    )
    return Message(
        user_id=first.user_id,
        key=first.message_key,
        day=first.day,
        slot=first.slot,
        title=words.title(spoken),
        body=words.body(spoken, tone),
        url=INBOX,
        items=items,
        actions=items[0].actions if len(items) == 1 else (),
    )


def _spoken(row: Nudge, standing: Standing) -> words.Spoken:
    habit = standing.habit
    return spoken_of(
        habit.name,
        cue=habit.cue,
        unit=habit.unit,
        plan=standing.plan,
        streak=standing.snapshot.streak,
        style=row.style,
    )


def _actions(row: Nudge, standing: Standing) -> tuple[Action, ...]:
    """What can be done at a touch; a habit that counts a total has no amount that would be "done"."""
    kinds = tokens.ACTIONS[1:] if asks_for_total(standing.plan.schedule) else tokens.ACTIONS
    return tuple(Action(kind, words.action_words(kind), tokens.action_token(row.pk, kind)) for kind in kinds)
