"""What follows from events: open screens are told, and a new first weekday has its folds made anew."""

from habits.events import DaysClosed, EntriesChanged, HabitsChanged, Standing, Streaks
from habits.models import Habit
from habits.services import refold_habits
from smarthabit.accounts.events import ProfileChanged
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import set_next_rollover
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, live
from smarthabit.kernel.events import subscribe

LISTS = ("list:today", "list:habits")
CHARTS = "charts"
"""Figures over all habits, which any change may move."""
MOST_ROWS = 20
"""Habits told one by one; when more change at once, screens fetch their lists instead."""
SPREAD = 3.0
"""Seconds over which screens are told of closed days."""
_BATCH = 200


def connect() -> None:
    """Subscribe; called once, when the app is ready."""
    subscribe(EntriesChanged, _tell_entries)
    subscribe(HabitsChanged, _tell_habits)
    subscribe(DaysClosed, _tell_days_closed)
    subscribe(ProfileChanged, _follow_profile)


def _tell_entries(event: EntriesChanged) -> None:
    keys = [*LISTS] if len(event.days) > MOST_ROWS else [key for pk in event.days for key in _keys(pk)]
    told = [{**_told("entry", one), "risk": None} for one in event.standings[:MOST_ROWS]]
    live.publish(event.user_id, event.seq, [*keys, CHARTS], event.tab, told)


def _tell_habits(event: HabitsChanged) -> None:
    keys = [*LISTS, CHARTS, *(key for pk in event.habit_ids[:MOST_ROWS] for key in _keys(pk))]
    told = [{"type": f"habit_{event.kind}", "habit": str(pk)} for pk in event.habit_ids[:MOST_ROWS]]
    live.publish(event.user_id, event.seq, keys, event.tab, told)


def _tell_days_closed(event: DaysClosed) -> None:
    """Midnight comes to many at once: their screens would all fetch in the same moment."""
    keys, closed = [*LISTS, CHARTS], {"type": "day_closed", "day": event.day.isoformat()}
    quiet = [one for one in event.numbers if one[0] not in event.streaks]
    others = [one for one in event.numbers if one[0] in event.streaks]
    changes = [live.Change(quiet, keys, [closed])]
    changes += [live.Change([one], keys, [closed, *_fates(event.streaks[one[0]])]) for one in others]
    live.publish_to_many(changes, spread_seconds=SPREAD)


def _fates(streaks: Streaks) -> list[dict[str, object]]:
    broken = set(streaks.broken)
    kinds = [("streak_broken" if one.habit_id in broken else "streak_frozen", one) for one in streaks.standings]
    return [_told(kind, one) for kind, one in kinds[:MOST_ROWS]]


def _follow_profile(event: ProfileChanged) -> None:
    live.publish(event.user_id, event.seq, [*LISTS, CHARTS], event.tab, [{"type": "profile"}])
    user = User.objects.filter(pk=event.user_id).first()
    if user is None or not {"timezone", "day_starts_at", "week_starts_on"} & set(event.changed):
        return
    set_next_rollover(user.pk, at=None)
    if "week_starts_on" in event.changed:
        habits = list(Habit.objects.owned_by(user))
        for at in range(0, len(habits), _BATCH):
            refold_habits(user, habits[at : at + _BATCH], today_of(user, clock.now()))


def _keys(habit_id: int) -> tuple[str, str]:
    return f"habit:{habit_id}", f"chart:habit:{habit_id}"


def _told(kind: str, standing: Standing) -> dict[str, object]:
    return {
        "type": kind,
        "habit": str(standing.habit_id),
        "streak": standing.streak,
        "longest": standing.longest,
        "strength": f"{standing.strength:.9f}",
        "state": standing.state,
    }
