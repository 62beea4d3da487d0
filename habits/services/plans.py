"""Taking a plan version back, as if it had never been."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from habits.events import HabitsChanged
from habits.services.changes import PLAN_FIELDS
from habits.services.states import lock_states, refold_habit
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound
from smarthabit.kernel.events import publish


@transaction.atomic
def withdraw_plan(
    *,
    user: User,
    habit_id: int,
    effective_from: date,
    expected: Mapping[str, Any],
    earlier: Mapping[str, Any] | None,
    now: datetime,
    tab: str = "",
) -> bool:
    """Withdraw the version of ``effective_from``, or put its fields back to ``earlier`` where it replaced another.

    Only where it is the habit's last version and still asks for what is ``expected``; says whether it was. The days
    since are then judged by the plan before, as they would have been. The habit's first version always has to be
    replaced: pass what it was.
    """
    states = lock_states(user, [habit_id])
    if not states:
        raise NotFound
    habit = states[0].habit
    last = habit.plans.latest("effective_from")
    if last.effective_from != effective_from or any(getattr(last, name) != expected[name] for name in PLAN_FIELDS):
        return False
    if earlier is None:
        last.delete()
    else:
        for name in PLAN_FIELDS:
            setattr(last, name, earlier[name])
        last.save()
    refold_habit(user, habit, today_of(user, now))
    publish(HabitsChanged(user.pk, bump_seq(user.pk), tab, (habit_id,), "updated"))
    return True
