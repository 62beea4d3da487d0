"""One person with something of everything, and the same text wherever the product keeps text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import CharField, Field, Model, TextField
from django.test import Client

from analytics.models import RiskAlert, Suggestion
from analytics.selectors.reviews import week_to_review
from analytics.services import ReviewWords, finish_review, write_review
from analytics.suggestions.plans import told_plan
from goals.models import Goal, ManualProgress
from goals.services import GoalDraft, add_progress, create_goal
from habits.feeds.services import make_feed
from habits.models import Habit
from habits.selectors.rules import rules_of
from habits.services import EntryChange, HabitDraft, add_pause, create_habit, record_entry
from habits.transfer.services import run_import, start_import
from nudges.models import ChannelTarget, Nudge, PushSubscription
from smarthabit.accounts.models import TokenFamily
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
DAYS = 40
PASSWORD = "a long enough secret"

KEPT = {
    "accounts.user": {"password", "email", "timezone", "language", "theme"},
    "accounts.tokenfamily": {"id"},
    "habits.habit": {"icon", "import_key", "colour"},
    "habits.calendarfeed": {"language", "token_hash"},
    "habits.opresult": {"op_id"},
    "goals.goal": {"import_key"},
    "usersessions.usersession": {"session_key", "ip"},
    "mfa.authenticator": {"type"},
    "analytics.suggestion": {"measure"},
    "nudges.decision": {"reason", "action"},
    "nudges.nudge": {"channel", "message_key", "reason"},
    "nudges.pushsubscription": {"endpoint", "endpoint_hash", "p256dh", "auth"},
    "nudges.channeltarget": {"url", "secret"},
}
"""Fields that hold a name out of a list or a key of ours: nobody writes words into them."""


@dataclass
class World:
    """A person, their browser and access token, and what fills in the addresses of their things."""

    user: User
    browser: Client
    token: str
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address_of(self, kind: str) -> dict[str, Any]:
        """The arguments of an address that leads to a thing of this kind."""
        return self.arguments[kind]


def make_world(email: str, text: str) -> World:
    """Somebody with a habit, a goal and whatever else can be had, with `text` in every field of words."""
    now = clock.now()
    today = now.date()
    user = User.objects.create_user(email, PASSWORD, onboarded_at=now)
    browser = Client()
    browser.force_login(user)
    began = today - dt.timedelta(days=DAYS)
    draft = HabitDraft(name="x", schedule=DAILY, target_milli=1000, started_on=began, tags=("x",))
    habit = create_habit(user=user, draft=draft, now=now)
    for back in range(0, DAYS, 2):
        change = EntryChange(value_milli=1000, note="x")
        record_entry(user=user, habit_id=habit.pk, day=today - dt.timedelta(days=back), change=change, now=now)
    pause = add_pause(user=user, now=now, starts_on=began, ends_on=began, habit_id=habit.pk, reason="x")
    manual, progress = _goals(user, habit, began, now)
    job = start_import(
        user=user, filename="x.csv", content=b"habit,date,value\nx,2026-01-01,1\n", dry_run=True, now=now
    )
    run_import(job.pk, now=now)
    feed, _token_of_feed = make_feed(user=user, name="x", tag="x", now=now)
    week = week_to_review(user, now)
    write_review(user=user, week=week, words=ReviewWords("x", "x", "x", habit.pk), now=now)
    finish_review(user=user, week=week, now=now)
    world = World(user, browser, _token(user))  # before there is a passkey, which a token would ask for
    world.arguments = {
        "habit": {"pk": habit.pk},
        "habit day": {"pk": habit.pk, "day": today},
        "day": {"day": today},
        "week": {"week": week},
        "own week": {"week": week},
        "week step": {"week": week, "step": "wins"},
        "pause": {"pk": pause.pk},
        "import": {"pk": job.pk},
        "feed": {"pk": feed.pk},
        "goal": {"pk": manual.pk},
        "progress": {"pk": manual.pk, "entry_pk": progress.pk},
        "alert": {"pk": _alert(user, habit.pk, now).pk},
        **_nudge(user, habit.pk, now),
        **_suggestion(user, habit, now),
        **_ways_in(user, browser, text),
    }
    paint(user, text)
    return world


def _goals(user: User, habit: Habit, began: dt.date, now: dt.datetime) -> tuple[Goal, ManualProgress]:
    """A goal that a habit feeds, and one with progress entered by hand."""
    manual = GoalDraft(title="x", measure="manual", target_milli=9000, unit="x", milestones=(5000,))
    fed = GoalDraft(title="x", measure="total", target_milli=90_000, habits=((habit.pk, 1000),), starts_on=began)
    by_hand = create_goal(user=user, draft=manual, now=now)
    progress = add_progress(user=user, goal_id=by_hand.pk, day=now.date(), amount_milli=1000, note="x", now=now)
    create_goal(user=user, draft=fed, now=now)
    return by_hand, progress


def _alert(user: User, habit_id: int, now: dt.datetime) -> RiskAlert:
    return RiskAlert.objects.create(user=user, habit_id=habit_id, day=now.date(), risk=0.5, raised_at=now)


def _nudge(user: User, habit_id: int, now: dt.datetime) -> dict[str, dict[str, Any]]:
    nudge = Nudge.objects.create(
        user=user,
        habit_id=habit_id,
        day=now.date(),
        slot=2,
        channel="inapp",
        style="plan",
        message_key=f"{user.pk}:key",
        state=Nudge.State.SENT,
        due_at=now,
        expires_at=now + dt.timedelta(hours=2),
        next_attempt_at=now,
        created_at=now,
        sent_at=now,
    )
    device = PushSubscription.objects.create(
        user=user, endpoint="https://push.example.org/x", endpoint_hash=f"{user.pk}", created_at=now
    )
    ChannelTarget.objects.create(user=user, kind="webhook", url="https://hooks.example.org/x", created_at=now)
    return {
        "nudge": {"pk": nudge.pk, "kind": "dismiss"},
        "nudge pk": {"pk": nudge.pk},
        "device": {"pk": device.pk},
        "channel": {"kind": "webhook"},
    }


def _suggestion(user: User, habit: Habit, now: dt.datetime) -> dict[str, dict[str, Any]]:
    row = Suggestion.objects.create(
        user=user,
        habit=habit,
        kind=Suggestion.Kind.CUE,
        made_on=now.date(),
        made_at=now,
        evidence={"missed": 14, "days": 28, "at": 600},
        patch={"at": 600},
        plan=told_plan(habit, rules_of(user, [habit])[habit.pk].plans[-1]) | {"anchor": "x"},
        cue="x",
        expected=[0.1, 0.4, 0.9],
        certainty=0.9,
        before=0.5,
        after=0.6,
        yardstick_milli=1000,
    )
    return {"suggestion": {"pk": row.pk}}


def _token(user: User) -> str:
    body = {"email": user.email, "password": PASSWORD}
    answer = Client().post("/api/v1/auth/token/", body, content_type="application/json")
    return str(answer.json()["access"])


def _ways_in(user: User, browser: Client, text: str) -> dict[str, dict[str, Any]]:
    family = TokenFamily.objects.get(user=user)
    passkey = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": text, "credential": {}}
    )
    session = UserSession.objects.create(
        user=user, session_key=browser.session.session_key, ip="192.0.2.1", user_agent="x"
    )
    return {
        "passkey": {"pk": passkey.pk},
        "session": {"session_id": session.pk},
        "token family": {"family": family.pk},
    }


def paint(user: User, text: str) -> None:
    """Put `text` into every field of words of every row that is the user's, as long as there is room."""
    for model in apps.get_models():
        if owner := owner_of(model):
            rows = model._default_manager.filter(**{owner: user.pk})
            if words := {one.attname: text[: one.max_length] for one in wordy(model)}:
                rows.update(**words)


def owner_of(model: type[Model]) -> str:
    """The field that says whose a row is; nothing where rows belong to nobody."""
    if model is User:
        return "pk"
    names = {one.name for one in model._meta.get_fields() if isinstance(one, Field)}
    return "user" if "user" in names else ""


def wordy(model: type[Model]) -> list[Field[Any, Any]]:
    """The fields of a table that hold words of a person's own."""
    kept = KEPT.get(model._meta.label_lower, set())
    return [
        one
        for one in model._meta.get_fields()
        if isinstance(one, CharField | TextField) and not one.choices and one.name not in kept and not one.primary_key
    ]
