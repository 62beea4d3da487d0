"""The pages about risk, what is told of it, and who may see it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from analytics.domain.risk_model import Wording
from analytics.domain.risk_reliability import tallied
from analytics.events import RiskRaised
from analytics.models import RiskAlert, RiskRecord
from analytics.risk.alerts import raise_alerts
from analytics.risk.batch import score_everyone
from analytics.risk.passing import tell_passing
from analytics.risk.reading import risks_of
from analytics.tests.conftest import NOON, MakeHabit
from habits.models import Habit
from habits.selectors import habit_views
from habits.services import EntryChange, record_entry, roll_over
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = pytest.mark.once

TODAY = NOON.date()
EVENING = NOON.replace(hour=21)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def at_home(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def log(user: User, habit: Habit, backs: Any, value: int = 1000) -> None:
    for back in backs:
        day = TODAY - dt.timedelta(days=back)
        at = dt.datetime.combine(day, dt.time(8), dt.UTC)
        change = EntryChange(value, performed_at=at)
        record_entry(user=user, habit_id=habit.pk, day=day, change=change, now=NOON)


@pytest.fixture
def shaky(user: User, make_habit: MakeHabit) -> Habit:
    """Missed every third day; kept yesterday and the day before."""
    habit = make_habit("Shaky", started_on=TODAY - dt.timedelta(days=61), freezes=False)
    log(user, habit, (k for k in range(1, 61) if k % 3))
    return habit


def text(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_the_row_of_today_carries_a_chip_that_leads_to_why(at_home: Client, user: User, shaky: Habit) -> None:
    page = text(at_home, "today")
    assert reverse("risk:why", args=[shaky.pk]) in page
    assert any(word in page for word in ("On track", "Slipping", "At risk"))
    log(user, shaky, [0])
    assert reverse("risk:why", args=[shaky.pk]) not in text(at_home, "today")


def test_why_tells_the_chance_two_reasons_what_helps_and_on_how_much_it_rests(at_home: Client, shaky: Habit) -> None:
    page = text(at_home, "risk:why", shaky.pk)
    assert "A chance of" in page
    assert page.count("<li>") == 2
    assert "Rests on 61 days." in page
    sheet = at_home.get(reverse("risk:why", args=[shaky.pk]), headers={"HX-Request": "true"}).content.decode()
    assert 'id="sheet-title"' in sheet
    assert "<html" not in sheet


def test_a_young_habit_is_told_in_words(at_home: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("New", started_on=TODAY - dt.timedelta(days=3))
    page = text(at_home, "risk:why", habit.pk)
    assert "11 more days" in page
    assert "%" not in page.split("<main")[1].split("</main>")[0]


def test_a_habit_in_a_lapse_is_invited_back(at_home: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Lapsed", started_on=TODAY - dt.timedelta(days=40))
    log(user, habit, range(10, 40))
    assert "Fresh start" in text(at_home, "today")
    page = text(at_home, "risk:why", habit.pk)
    assert "new beginning" in page
    assert "At risk" not in page


def test_a_decided_habit_has_nothing_to_explain(at_home: Client, user: User, shaky: Habit) -> None:
    log(user, shaky, [0])
    assert "Nothing is open" in text(at_home, "risk:why", shaky.pk)
    assert "Nothing is open" in text(at_home, "risk:board")


def test_the_board_puts_what_can_be_saved_first(
    at_home: Client, user: User, make_habit: MakeHabit, shaky: Habit
) -> None:
    steady = make_habit("Steady", started_on=TODAY - dt.timedelta(days=61))
    log(user, steady, range(1, 61))
    lapsed = make_habit("Lapsed", started_on=TODAY - dt.timedelta(days=61))
    log(user, lapsed, range(20, 61))
    page = text(at_home, "risk:board_list")
    assert page.index("Shaky") < page.index("Steady") < page.index("Lapsed")
    assert lapsed.pk


def test_the_board_calls_nothing_at_risk_of_which_nothing_is_known(at_home: Client, make_habit: MakeHabit) -> None:
    make_habit("Brand new", started_on=TODAY)
    page = text(at_home, "risk:board_list")
    assert "Too early for a number" in page
    assert "At risk" not in page


def test_the_record_waits_for_enough_and_then_shows_a_picture_and_a_table(at_home: Client, user: User) -> None:
    assert "20 forecasts" in text(at_home, "risk:record")
    risk = np.array([0.1] * 60 + [0.7] * 40, dtype=np.float32)
    missed = np.array([False] * 54 + [True] * 6 + [True] * 27 + [False] * 13)
    bins = tallied(risk, missed, np.zeros(100, dtype=np.int64), 1).tobytes()
    RiskRecord.objects.create(user=user, month=TODAY.replace(day=1), bins=bins)
    page = text(at_home, "risk:record")
    assert 'role="img"' in page
    assert page.count("reliability__dot") == 2
    assert "When we said about 10%, you missed 10%" in page
    assert "10% to 20%" in page
    assert "smaller than that of always giving your average" in page


def test_others_risks_are_not_there(at_home: Client, stranger: User, shaky: Habit) -> None:
    other = Client()
    other.force_login(stranger)
    assert other.get(reverse("risk:why", args=[shaky.pk])).status_code == 404
    assert "Shaky" not in text(other, "risk:board")


def test_an_alert_is_raised_once_and_only_for_a_streak_that_is_alive(
    user: User, make_habit: MakeHabit, shaky: Habit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("analytics.risk.alerts.publish", told.append)
    lapsed = make_habit("Lapsed", started_on=TODAY - dt.timedelta(days=40))
    log(user, lapsed, range(10, 40))
    young = make_habit("Young", started_on=TODAY)
    ids = [shaky.pk, lapsed.pk, young.pk]
    assert raise_alerts(user, ids, EVENING) == 1
    assert raise_alerts(user, ids, EVENING) == 0
    (event,) = told
    assert isinstance(event, RiskRaised)
    assert (event.habit_id, event.day, event.streak) == (shaky.pk, TODAY, 2)
    assert event.risk is not None
    assert event.risk >= 0.3


def test_as_the_day_passes_screens_and_people_are_told(
    user: User, shaky: Habit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("analytics.risk.passing.live.publish_to_many", lambda changes, **_: told.extend(changes))
    roll_over(NOON)
    score_everyone(NOON)
    early = NOON.replace(hour=0, minute=30)
    assert tell_passing(EVENING, minutes=20 * 60) == 1
    assert [change.keys for change in told] == [[f"habit:{shaky.pk}", "charts"]]
    assert [user_id for change in told for user_id, _ in change.users] == [user.pk]
    assert RiskAlert.objects.get().habit_id == shaky.pk
    assert tell_passing(EVENING, minutes=1) == 0
    assert tell_passing(early, minutes=60) == 0
    assert len(told) == 1


def test_of_many_at_risk_the_riskiest_are_told_first_and_the_next_run_goes_on(
    user: User, shaky: Habit, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.risk.alerts.MOST_AT_ONCE", 1)
    firmer = make_habit("Firmer", started_on=TODAY - dt.timedelta(days=40))
    log(user, firmer, [k for k in range(1, 40) if k % 3 or k < 4])
    roll_over(NOON)
    score_everyone(NOON)
    risks = risks_of(user, habit_views(user, EVENING), EVENING)
    assert all(risk.wording is Wording.ALERT for risk in risks.values())
    riskiest = sorted(risks, key=lambda pk: -risks[pk].risk)
    for told in (1, 2):
        assert tell_passing(EVENING, minutes=60) == 1
        assert set(RiskAlert.objects.values_list("habit_id", flat=True)) == {*riskiest[:told]}
    assert tell_passing(EVENING, minutes=60) == 0


def test_nobody_is_told_of_what_was_done_or_not_scored_today(
    user: User, shaky: Habit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.risk.passing.live.publish_to_many", lambda *_args, **_options: None)
    assert tell_passing(EVENING, minutes=60) == 0
    roll_over(NOON)
    score_everyone(NOON)
    log(user, shaky, [0])
    assert tell_passing(EVENING, minutes=60) == 0
    assert RiskAlert.objects.count() == 0


def test_a_failure_with_one_user_is_logged_and_passed_over(
    user: User, shaky: Habit, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def fail(*_: Any) -> int:
        raise ValueError

    monkeypatch.setattr("analytics.risk.passing.raise_alerts", fail)
    roll_over(NOON)
    score_everyone(NOON)
    assert tell_passing(EVENING, minutes=60) == 0
    assert "alerts could not be raised" in caplog.text


def test_a_notice_is_shown_until_it_was_seen(at_home: Client, stranger: User, user: User, shaky: Habit) -> None:
    raise_alerts(user, [shaky.pk], EVENING)
    assert "Shaky is still open today" in text(at_home, "today")
    assert "2 days" in text(at_home, "risk:notices")
    seen = reverse("risk:seen", args=[RiskAlert.objects.get().pk])
    other = Client()
    other.force_login(stranger)
    assert other.post(seen).status_code == 404
    assert at_home.post(seen, headers={"HX-Request": "true"}).status_code == 200
    assert at_home.post(seen).status_code == 302
    assert "Shaky is still open" not in text(at_home, "today")


def test_a_notice_goes_with_the_check_in(at_home: Client, user: User, shaky: Habit) -> None:
    raise_alerts(user, [shaky.pk], EVENING)
    log(user, shaky, [0])
    assert "still open" not in text(at_home, "risk:notices")
