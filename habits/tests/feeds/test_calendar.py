"""What calendar programs read, and who reads nothing. All of it at noon on Wednesday, 18 March 2026."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from habits.feeds import selectors
from habits.feeds.services import make_feed, revoke_feed
from habits.models import CalendarFeed, Habit
from habits.services import EntryChange, HabitChange, add_pause, record_entry, set_archived, update_habit
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.feeds.conftest import Read, calendar_of
from habits.tests.views.conftest import CountQueries
from smarthabit.accounts.services import Profile, deactivate, update_profile
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.logs import JsonFormatter

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
DAY = dt.timedelta(days=1)
Events = Callable[[], list[Any]]


def log(user: User, habit_id: int, back: int, value: int | None = 1000, *, skipped: bool = False) -> None:
    change = EntryChange(value_milli=value, skipped=skipped)
    record_entry(user=user, habit_id=habit_id, day=TODAY - back * DAY, change=change, now=NOON)


def lines(events: list[Any], first: dt.date, last: dt.date) -> list[tuple[str, str]]:
    """(day of March, summary) of what begins on these days."""
    begins = [(one["dtstart"].dt, str(one["summary"])) for one in events]
    return [(f"{at:%d}", said) for at, said in begins if first <= at <= last]


def test_the_days_behind_tell_how_it_went_and_those_ahead_what_is_due(
    user: User, make_habit: MakeHabit, events: Events
) -> None:
    habit = make_habit("Read")
    log(user, habit.pk, 1)
    log(user, habit.pk, 3, None, skipped=True)
    found = events()
    assert lines(found, TODAY - 4 * DAY, TODAY + DAY) == [
        ("14", "Read · not done"),
        ("15", "Read · skipped"),
        ("16", "Read · not done"),
        ("17", "✓ Read"),
        ("18", "Read"),
        ("19", "Read"),
    ]
    days = [one["dtstart"].dt for one in found]
    assert days == [TODAY + n * DAY for n in range(-selectors.BEHIND, selectors.AHEAD + 1)]
    assert all(one["dtend"].dt == one["dtstart"].dt + DAY for one in found)
    assert str(found[0]["description"]) == "Every day"
    assert str(found[0]["url"]).endswith(f"/habits/{habit.pk}/")


def test_amounts_periods_and_what_is_left_out(user: User, make_habit: MakeHabit, events: Events) -> None:
    run = make_habit("Run", unit="km", target_milli=5000)
    gym = make_habit("Gym", schedule={"type": "weekly", "times": 3})
    make_habit("Smoke", kind="limit", target_milli=0)
    put_away = make_habit("Chess")
    set_archived(user=user, habit_id=put_away.pk, archived=True, now=NOON)
    log(user, run.pk, 2, 5200)
    log(user, run.pk, 1, 3000)
    log(user, gym.pk, 1)
    add_pause(user=user, now=NOON, starts_on=TODAY + DAY, ends_on=TODAY + 10 * DAY, habit_id=run.pk)
    found = events()
    assert lines(found, TODAY - 2 * DAY, TODAY + 6 * DAY) == [
        ("16", "✓ Run · 5.2 km"),
        ("16", "Gym · 1 of 3"),
        ("17", "Run · 3 of 5 km"),
        ("18", "Run · 5 km"),
        ("23", "Gym · 0 of 3"),
    ]
    week = next(one for one in found if str(one["summary"]) == "Gym · 1 of 3")
    assert (week["dtstart"].dt, week["dtend"].dt) == (dt.date(2026, 3, 16), dt.date(2026, 3, 23))
    assert {str(one["summary"])[:3] for one in found} == {"✓ R", "Run", "Gym"}


def test_an_hour_is_on_the_users_own_clock(user: User, make_habit: MakeHabit, events: Events) -> None:
    update_profile(user=user, change=Profile(timezone="Europe/Berlin", day_starts_at=dt.time(3)))
    make_habit("Run", preferred_time=dt.time(7, 30))
    make_habit("Sleep", preferred_time=dt.time(1))
    found = {(str(one["summary"]), one["dtstart"].dt): one["dtend"].dt for one in events()}
    for wanted in (
        ("Run", dt.datetime(2026, 3, 28, 6, 30, tzinfo=dt.UTC)),
        ("Run", dt.datetime(2026, 3, 29, 5, 30, tzinfo=dt.UTC)),  # summer time has begun
        ("Sleep", dt.datetime(2026, 3, 19, 0, tzinfo=dt.UTC)),  # the 18th ends at three o'clock
    ):
        assert found[wanted] == wanted[1] + dt.timedelta(minutes=15)
    assert ("Sleep", dt.datetime(2026, 3, 18, 0, tzinfo=dt.UTC)) not in found


def test_what_stands_for_the_same_keeps_its_name(user: User, make_habit: MakeHabit, events: Events) -> None:
    habit = make_habit("Read")
    make_habit("Gym", schedule={"type": "weekly", "times": 2})
    before = {str(one["uid"]): one for one in events()}
    log(user, habit.pk, 0)
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(name="Read more"), now=NOON)
    add_pause(user=user, now=NOON, starts_on=TODAY + 4 * DAY, ends_on=TODAY + 5 * DAY)
    after = {str(one["uid"]): one for one in events()}
    assert len(after) == len(events())
    assert set(before) - set(after) == {f"habit-{habit.pk}-d202603{day}@localhost" for day in (22, 23)}
    assert set(after) <= set(before)
    assert str(after[f"habit-{habit.pk}-d20260318@localhost"]["summary"]) == "✓ Read more"
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in after)


def test_a_feed_of_one_tag(user: User, make_habit: MakeHabit, read: Read) -> None:
    make_habit("Read", tags=("evening",))
    make_habit("Run")
    _, token = make_feed(user=user, name="Evenings", tag="evening", now=NOON)
    found = calendar_of(read(of=token).content)
    assert str(found["name"]) == "Evenings"
    assert {str(one["summary"])[:4] for one in found.walk("VEVENT")} == {"Read"}
    CalendarFeed.objects.filter(name="Evenings").update(tag="gone")
    assert not calendar_of(read(of=token).content).walk("VEVENT")


def test_it_speaks_the_language_of_its_owner(user: User, make_habit: MakeHabit, read: Read) -> None:
    make_habit("Lesen")
    assert read(accept_language="de").headers["Content-Language"] == "en"
    before = read().headers["ETag"]
    CalendarFeed.objects.update(language="de")
    assert "nicht getan" in read().content.decode()
    assert read().headers["ETag"] != before
    update_profile(user=user, change=Profile(language="en"))
    assert "not done" in read(accept_language="de").content.decode()


def test_names_cannot_break_out(user: User, make_habit: MakeHabit, read: Read) -> None:
    name = "Tee, grün; \\ 🙂\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x"
    make_habit()
    Habit.objects.update(name=name)  # as no form and no service would take it
    answer = read()
    assert b"\r\nSUMMARY:x" not in answer.content
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    found = calendar_of(answer.content).walk("VEVENT")
    assert str(found[-1]["summary"]) == name.replace("\r\n", "\n")


def test_what_has_not_changed_is_not_sent_again(
    user: User, make_habit: MakeHabit, read: Read, count_queries: CountQueries
) -> None:
    habit = make_habit()
    first = read()
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    tag = first.headers["ETag"]
    again = read(if_none_match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert count_queries(lambda: read(if_none_match=tag)) == 1
    log(user, habit.pk, 0)
    changed = read(if_none_match=tag)
    assert changed.status_code == 200
    clock.shift(NOON + DAY - (clock.now() - clock._shift))
    assert read(if_none_match=changed.headers["ETag"]).status_code == 200


def test_nothing_between_keeps_it_and_it_goes_nowhere(read: Read) -> None:
    for answer in (read(), read(of="no-such-token"), read(if_none_match=read().headers["ETag"])):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert not answer.cookies


def test_who_has_no_key_learns_nothing(user: User, make_habit: MakeHabit, token: str, read: Read) -> None:
    make_habit("Secret")
    ended, revoked = make_feed(user=user, name="Old", now=NOON)
    revoke_feed(user=user, feed_id=ended.pk, now=NOON)
    closed = User.objects.create_user("gone@example.org", "a long enough secret")
    _, of_closed = make_feed(user=closed, name="x", now=NOON)
    deactivate(user=closed, now=NOON)
    hashed = CalendarFeed.objects.get(user=user).token_hash
    answers = [read(of=one) for one in (revoked, of_closed, hashed, token[:-1], token + "x", str(ended.pk))]
    told = {(one.status_code, one.content, str({**one.headers, "X-Request-Id": ""})) for one in answers}
    assert len(told) == 1
    assert answers[0].status_code == 404
    signed_in = Client()
    signed_in.force_login(user)
    assert signed_in.get(f"/feeds/{revoked}.ics").content == answers[0].content


def test_it_is_only_read(read: Read) -> None:
    assert (read(method="head").status_code, read(method="head").content) == (200, b"")
    for method in ("post", "put", "patch", "delete"):
        assert read(method=method).status_code == 405


def test_it_costs_the_same_however_many_habits(
    user: User, make_habit: MakeHabit, read: Read, count_queries: CountQueries
) -> None:
    make_habit()
    assert count_queries(read) <= 6  # with plans and pauses looked up, and the read noted
    one = count_queries(read)
    for number in range(12):
        habit = make_habit(f"h{number}", schedule={"type": "rolling", "times": 2, "days": 5})
        log(user, habit.pk, 1)
    read()
    assert count_queries(read) == one


def test_there_is_an_end_to_it(user: User, make_habit: MakeHabit, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        make_habit(f"h{number}")
    monkeypatch.setattr(selectors, "MOST_HABITS", 3)
    monkeypatch.setattr(selectors, "MOST_EVENTS", 40)
    found = calendar_of(read().content)
    events = found.walk("VEVENT")
    assert len(events) == 39
    assert {str(one["summary"])[:2] for one in events} == {"h0", "h1", "h2"}
    assert max(one["dtstart"].dt for one in events) == dt.date(2026, 3, 23)
    assert str(found["description"]) == (
        "Your habits in SmartHabit: the last 7 days and the next 60. There are more habits than a feed holds: "
        "these are the first 3. There is more than a feed holds: this one ends on March 23, 2026. "
        "A feed of one tag holds less."
    )


def test_reads_are_noted(read: Read) -> None:
    read(of="another")
    assert CalendarFeed.objects.get().last_read_at is None
    read()
    noted = CalendarFeed.objects.get().last_read_at
    assert noted is not None
    assert abs(noted - NOON) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("known", [True, False])
def test_a_token_that_is_asked_for_all_the_time_has_to_wait(token: str, read: Read, settings: Any, known: bool) -> None:
    asked = token if known else "somebody-trying"
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"address": "99/h", "feed": "2/h"}}
    statuses = [read(of=asked).status_code for _ in range(3)]
    assert statuses == [200 if known else 404] * 2 + [429]
    assert 0 < int(read(of=asked).headers["Retry-After"]) <= 3600
    assert read(of="somebody-else").status_code == 404


def test_an_address_that_tries_many_has_to_wait(read: Read, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"address": "2/h", "feed": "99/h"}}
    assert [read(of=f"try-{number}").status_code for number in range(3)] == [404, 404, 429]
    cache.clear()
    settings.RATE_LIMITED = False
    assert [read(of=f"try-{number}").status_code for number in range(3)] == [404] * 3


def test_no_log_names_a_token(
    user: User,
    make_habit: MakeHabit,
    token: str,
    read: Read,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever writes the line: our request log, Django about what it refuses, or about what failed."""
    make_habit()
    caplog.set_level(logging.DEBUG)
    read()
    read(of=token + "x")
    read(method="post")
    monkeypatch.setattr("habits.feeds.views.drawn", lambda *_: 1 / 0)
    Client(raise_request_exception=False).get(f"/feeds/{token}.ics?x=1")
    written = [JsonFormatter().format(record) for record in caplog.records]
    assert not [line for line in written if token in line]
    assert len([line for line in written if "/feeds/..." in line]) >= 7
    assert {"/feeds/..."} == {json.loads(line)["path"] for line in written if '"message": "request"' in line}
