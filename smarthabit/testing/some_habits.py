"""A small account for browser tests: one habit of each sort, with a past."""

SETUP = """
import datetime as dt
from habits.services import EntryChange, EntryWrite, HabitDraft, create_habit, write_entries
from smarthabit.accounts.selectors import today_of
now = clock.now()
today = today_of(user, now)
DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
def made(name, **fields):
    usual = {"schedule": DAILY, "target_milli": 1000, "started_on": today - dt.timedelta(days=90)}
    return create_habit(user=user, draft=HabitDraft(name=name, **{**usual, **fields}), now=now)
def done(habit, value, days):
    change = EntryChange(value_milli=value)
    writes = [EntryWrite(habit.pk, today - dt.timedelta(days=back), change) for back in days]
    write_entries(user=user, now=now, writes=writes)
from habits.models import Habit
if not Habit.objects.owned_by(user).exists():
    done(made("Meditate", tags=("morning",), why="to be calm", icon="brain", colour="violet"), 1000, range(1, 30))
    done(made("Walk", target_milli=30_000, unit="min", icon="footprints", colour="green"), 20_000, range(1, 60, 3))
    made("No smoking", kind="limit", target_milli=0, colour="grey")
    made("Run", schedule={"type": "weekly", "total": True}, target_milli=20_000, unit="km", colour="orange")
    made("<b>Read</b> & rest", colour="red", preferred_time=dt.time(21))
"""
"""What ``Site.sign_in`` runs for its user."""
