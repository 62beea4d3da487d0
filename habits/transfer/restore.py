"""The parts of our own export that belong to the account and to other apps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction

from habits.models import Habit, Pause
from habits.services.states import forget_rules
from habits.transfer import sections
from habits.transfer.neutral import ImportedPause, Refusal, Refuse
from habits.transfer.readers import native_values
from habits.transfer.readers.cells import BadCellError
from smarthabit.accounts.services import Profile, update_profile
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import ServiceError

_OWN = {"format", "version", "profile", "pauses", "habits"}


def restore_profile(user: User, told: Any, refuse: Refuse) -> None:
    """Take over the preferences, as long as the account is empty: who has habits here has preferences here."""
    if told is None or Habit.objects.owned_by(user).exists():
        return
    try:
        update_profile(user=user, change=_profile(told))
    except (ServiceError, ValueError, TypeError, AttributeError) as error:
        user.refresh_from_db()
        refuse(Refusal("profile", 0, "bad_section", str(error)[:80]))


def restore_pauses(user: User, told: Any, now: datetime, refuse: Refuse) -> bool:
    """Make the account's pauses that are not there yet; says whether there were any."""
    try:
        wanted = native_values.pauses_of(told or [])
    except BadCellError as error:
        refuse(Refusal("pauses", 0, error.code, error.detail))
        return False
    rows = Pause.objects.owned_by(user).filter(habit=None)
    held = set(rows.values_list("starts_on", "ends_on"))
    missing = {
        (pause.starts_on, pause.ends_on): pause for pause in wanted if (pause.starts_on, pause.ends_on) not in held
    }
    with transaction.atomic():
        Pause.objects.bulk_create([_pause(user, pause, now) for pause in missing.values()], batch_size=500)
        if missing:
            forget_rules(user)
    return bool(missing)


def restore_sections(
    user: User, told: Mapping[str, Any], habit_ids: Mapping[str, int], now: datetime, refuse: Refuse
) -> None:
    """Hand each part to the app it belongs to; one that fails leaves the others alone."""
    for name, listed in told.items():
        section = sections.registered().get(name)
        if section is None:
            if name not in _OWN:
                refuse(Refusal(name[:60], 0, "bad_section", name[:60]))
            continue
        try:
            if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
                raise ValueError(name)  # noqa: TRY301 - told like what the section itself refuses
            with transaction.atomic():
                section.restore(user, listed, habit_ids, now)
        except (ServiceError, ValueError, TypeError, LookupError) as error:
            refuse(Refusal(name, 0, "bad_section", str(error)[:80]))


def _profile(told: Any) -> Profile:
    return Profile(
        timezone=_text(told, "timezone"),
        day_starts_at=None if told.get("day_starts_at") is None else time.fromisoformat(told["day_starts_at"]),
        week_starts_on=told.get("week_starts_on"),
        language=_text(told, "language"),
        theme=_text(told, "theme"),
        compact=_flag(told, "compact"),
        shortcuts=_flag(told, "shortcuts"),
    )


def _text(told: Any, name: str) -> str | None:
    found = told.get(name)
    if found is not None and not isinstance(found, str):
        raise ValueError(name)
    return found


def _flag(told: Any, name: str) -> bool | None:
    found = told.get(name)
    if found is not None and not isinstance(found, bool):
        raise ValueError(name)
    return found


def _pause(user: User, pause: ImportedPause, now: datetime) -> Pause:
    return Pause(
        user=user,
        starts_on=pause.starts_on,
        ends_on=pause.ends_on,
        reason=pause.reason,
        created_at=pause.created_at or now,
    )
