"""The questions to be put to the policy now: one for each open unit of each user whose slot has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from habits.selectors.open_units import Standing, standings_of
from nudges import channels
from nudges.domain.clockwork import slot_at, slot_span
from nudges.domain.counting import WEEK, Sent, counts
from nudges.domain.eligibility import OPEN
from nudges.domain.moment import Moment
from nudges.domain.slots import DEFAULT_SLOT, slot_of
from nudges.models import Decision, HabitPreference, NudgePreferences
from nudges.selectors.ledger import sent_lately
from nudges.selectors.preferences import minute_of, quiet_of, stopped
from smarthabit.accounts.user import User

MOST_UNITS = 50
"""Open habits of one user that are asked about in one slot."""
ON_TIME = timedelta(minutes=30)
"""How long after its start a slot can still be decided about; whoever comes later waits for the next."""
STREAK_FROM = 2


@dataclass(frozen=True, slots=True)
class Asker:
    """A user whose slot has begun: their zone's day and slot, its span, and the channels that lead somewhere."""

    user: User
    preferences: NudgePreferences
    day: date
    slot: int
    starts_at: datetime
    ends_at: datetime
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One open unit of one user now. ``rarely``: the user wants at most one a week, and had it."""

    asker: Asker
    standing: Standing
    moment: Moment
    rarely: bool


def asker_of(preferences: NudgePreferences, now: datetime) -> Asker | None:
    """Who to decide for, or None when no slot of theirs has just begun."""
    user = preferences.user
    found = slot_at(now, user.zone)
    if found is None or not user.is_active or not preferences.channels:
        return None
    span = slot_span(*found, user.zone)
    if span is None or now - span[0] > ON_TIME:
        return None
    kinds = tuple(kind for kind in preferences.channels if _leads_somewhere(kind, user))
    return Asker(user, preferences, *found, *span, kinds)


def _leads_somewhere(kind: str, user: User) -> bool:
    found = channels.channel(kind)
    return found is not None and found.available(user)


def questions(askers: Sequence[Asker], now: datetime) -> list[Question]:
    """Every open unit of these users that was not asked about in this slot yet; no message has been opened so far.

    A user's come in the order in which they would be in a digest: those whose chosen time is now first.
    """
    if not askers:
        return []
    users = [asker.user for asker in askers]
    standings = standings_of(users, now)
    wishes = {row.habit_id: row for row in HabitPreference.objects.filter(user_id__in=[user.pk for user in users])}
    sent = sent_lately([user.pk for user in users], min(asker.day for asker in askers) - WEEK)
    asked = _asked_already(askers)
    halted = stopped()
    found: list[Question] = []
    for asker in askers:
        mine = [
            question(asker, one, wishes.get(one.habit.pk), sent.get(asker.user.pk, ()), now, halted=halted)
            for one in standings.get(asker.user.pk, ())
            if one.open and (one.habit.pk, asker.day, asker.slot) not in asked
        ]
        mine.sort(key=lambda each: each.moment.chosen_slot != asker.slot)
        found += mine[:MOST_UNITS]
    return found


def question(
    asker: Asker, standing: Standing, wish: HabitPreference | None, sent: Sequence[Sent], now: datetime, *, halted: bool
) -> Question:
    """What is known about one unit now, from what was looked up for many."""
    habit, day, slot = standing.habit, asker.day, asker.slot
    so_far = counts(sent, habit.pk, (day, slot))
    moment = Moment(
        decision_id=f"{asker.user.pk}:{habit.pk}:{day.toordinal()}:{slot}",
        habit_id=str(habit.pk),
        day=day.toordinal(),
        weekday=day.weekday(),
        slot=slot,
        at=int(now.timestamp()),
        zone=asker.user.timezone,
        quiet=quiet_of(asker.preferences),
        chosen_slot=chosen_slot(standing, wish),
        kill_switch=halted,
        channel_on=bool(asker.kinds) and (wish is None or wish.reminders != HabitPreference.Reminders.OFF),
        paused=standing.paused,
        state=OPEN if standing.open else "skipped" if standing.snapshot.today.skipped else "done",
        styles=styles_for(standing),
        missed_run=standing.missed_run,
        sent_today_habit=so_far.today_habit,
        sent_today_user=so_far.today_user,
        sent_week_user=so_far.week_user,
        last_sent=None if so_far.last is None else int(so_far.last.timestamp()),
        ignored_run=asker.preferences.ignored_run,
        digest_open=False,
    )
    fewer = wish is not None and wish.reminders == HabitPreference.Reminders.FEWER
    lately = any(one.habit_id == habit.pk and (one.day, one.slot) != (day, slot) for one in sent)
    return Question(asker, standing, moment, fewer and lately)


def joining(question: Question) -> Moment:
    """The same moment, now that another habit of the user goes out with it."""
    return replace(question.moment, digest_open=True)


def chosen_slot(standing: Standing, wish: HabitPreference | None) -> int | None:
    """The slot the user chose for a habit: named for nudges, or that of the plan's preferred time."""
    if wish is not None and wish.slot is not None:
        return wish.slot
    at = standing.plan.preferred_time
    return None if at is None else slot_of(minute_of(at))


def start_slot(chosen: int | None) -> int:
    """Where learning starts for a habit: the chosen slot, or the usual one."""
    return DEFAULT_SLOT if chosen is None else chosen


def styles_for(standing: Standing) -> tuple[str, ...]:
    """The wordings that make sense today."""
    streak = ("streak",) if standing.snapshot.streak.current >= STREAK_FROM else ()
    back = ("return",) if standing.missed_run else ()
    return ("plan", *streak, *back, "tiny")


def moment_json(moment: Moment) -> dict[str, Any]:
    """A moment as it is kept with its decision."""
    return {name: getattr(moment, name) for name in Moment.__slots__}


def moment_of(stored: Mapping[str, Any]) -> Moment:
    """The moment that ``moment_json`` kept."""
    told = {**stored, "quiet": tuple(stored["quiet"]), "styles": tuple(stored["styles"])}
    return Moment(**told)


def _asked_already(askers: Sequence[Asker]) -> set[tuple[int, date, int]]:
    rows = Decision.objects.filter(
        user_id__in=[asker.user.pk for asker in askers], day__in={asker.day for asker in askers}
    )
    return set(rows.values_list("habit_id", "day", "slot"))
