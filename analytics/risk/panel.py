"""Everything the sheet about one habit's risk says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.risk.chips import chip_of
from analytics.risk.reading import risks_of
from analytics.risk.words import basis_words, chance_words, help_words, reason_words
from habits.rows import Chip
from habits.selectors import HabitView
from smarthabit.accounts.user import User


@dataclass(frozen=True, slots=True)
class Panel:
    """A habit and what is said about its risk; ``chip`` is None where nothing is open."""

    habit_id: int
    name: str
    chip: Chip | None = None
    chance: str = ""
    reasons: tuple[str, ...] = ()
    help: str = ""
    basis: str = ""


def panel_of(user: User, view: HabitView, now: datetime) -> Panel:
    """The panel of a habit of the user, as of now."""
    risk = risks_of(user, [view], now).get(view.habit.pk)
    if risk is None:
        return Panel(view.habit.pk, view.habit.name)
    limit = view.rules.kind == "limit"
    return Panel(
        habit_id=view.habit.pk,
        name=view.habit.name,
        chip=chip_of(risk),
        chance=chance_words(risk),
        reasons=tuple(reason_words(one, limit=limit) for one in risk.reasons),
        help=help_words(risk),
        basis=basis_words(risk),
    )
