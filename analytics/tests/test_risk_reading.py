"""The risk of an open unit as it is read: through the day, for every kind of habit, and at every edge."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import pytest

from analytics.domain.risk_model import Level, Wording
from analytics.models import HabitRisk
from analytics.risk.boards import kept_boards
from analytics.risk.reading import RiskNow, risks_of
from analytics.risk.scoring import score_user
from analytics.tests.conftest import DAILY, NOON, MakeHabit
from habits.models import Habit
from habits.selectors import habit_views
from habits.services import EntryChange, add_pause, record_entry
from smarthabit.accounts.user import User

TODAY = NOON.date()
MORNING = NOON.replace(hour=0, minute=1)
EVENING = NOON.replace(hour=21)
WEEKLY = {"type": "weekly", "times": 3}
Fill = Callable[..., None]


@pytest.fixture
def fill(user: User) -> Fill:
    """States values for days so many days back."""

    def state(habit: Habit, backs: Any, value: int = 1000, *, hour: int | None = None, skipped: bool = False) -> None:
        for back in backs:
            day = TODAY - dt.timedelta(days=back)
            at = None if hour is None else dt.datetime.combine(day, dt.time(hour), dt.UTC)
            change = EntryChange(None if skipped else value, performed_at=at, skipped=skipped)
            record_entry(user=user, habit_id=habit.pk, day=day, change=change, now=NOON)

    return state


def risk_at(user: User, habit: Habit, now: dt.datetime = NOON) -> RiskNow | None:
    found = risks_of(user, habit_views(user, now, ids=[habit.pk]), now).get(habit.pk)
    if found is not None:
        assert math.isfinite(found.risk)
        assert 0 <= found.risk <= 1
        assert found.level in Level
        assert all(math.isfinite(reason.effect) for reason in found.reasons)
    return found


def some(found: RiskNow | None) -> RiskNow:
    assert found is not None
    return found


def test_the_risk_rises_through_the_day_and_is_gone_once_done(user: User, make_habit: MakeHabit, fill: Fill) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=40))
    fill(habit, (k for k in range(1, 40) if k % 3), hour=8)
    risks = [some(risk_at(user, habit, NOON.replace(hour=hour))).risk for hour in (0, 7, 9, 12, 23)]
    assert risks == sorted(risks)
    assert risks[-1] > risks[0] + 0.2
    fill(habit, [0])
    assert risk_at(user, habit, EVENING) is None


def test_the_day_of_a_night_owl_begins_when_they_say(user: User, make_habit: MakeHabit, fill: Fill) -> None:
    User.objects.filter(pk=user.pk).update(day_starts_at=dt.time(4))
    owl = User.objects.get(pk=user.pk)
    habit = make_habit(started_on=TODAY - dt.timedelta(days=40))
    fill(habit, (k for k in range(1, 40) if k % 3), hour=22)
    early, late, after_midnight = (
        some(risk_at(owl, habit, at)).risk
        for at in (NOON.replace(hour=5), NOON.replace(hour=23), NOON.replace(hour=2) + dt.timedelta(days=1))
    )
    assert early < late <= after_midnight


def test_nobody_is_told_of_what_is_skipped_off_or_paused(user: User, make_habit: MakeHabit, fill: Fill) -> None:
    skipped, off = make_habit("Skipped"), make_habit("Off", schedule={"type": "weekdays", "days": [1]})
    paused = make_habit("Paused")
    fill(skipped, [0], skipped=True)
    add_pause(user=user, now=NOON, starts_on=TODAY, habit_id=paused.pk)
    assert risks_of(user, habit_views(user, NOON), NOON) == {}
    assert off.pk


def test_no_history_gives_words_and_no_number(user: User, make_habit: MakeHabit) -> None:
    found = some(risk_at(user, make_habit(started_on=TODAY)))
    assert (found.units, found.told) == (0, None)


def test_thirteen_days_give_no_number_and_fourteen_do(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=13))
    assert some(risk_at(user, habit)).told is None
    assert some(risk_at(user, habit, NOON + dt.timedelta(days=1))).told is not None


@pytest.mark.parametrize("value", [0, 1000])
def test_all_done_and_none_done_are_no_certainties(user: User, make_habit: MakeHabit, fill: Fill, value: int) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=60))
    fill(habit, range(1, 60), value)
    found = some(risk_at(user, habit, MORNING))
    assert 0 < found.risk < 1
    assert found.level is (Level.LOW if value else Level.HIGH)
    assert found.wording is (Wording.NONE if value else Wording.RESTART)


def test_all_skipped_is_like_no_history(user: User, make_habit: MakeHabit, fill: Fill) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=20))
    fill(habit, range(1, 21), skipped=True)
    assert some(risk_at(user, habit)).units == 0


def test_after_a_year_of_pause_old_evidence_has_aged(user: User, make_habit: MakeHabit, fill: Fill) -> None:
    started = TODAY - dt.timedelta(days=460)
    habit = make_habit(started_on=started)
    fill(habit, range(366, 460))
    first, last = TODAY - dt.timedelta(days=365), TODAY - dt.timedelta(days=1)
    add_pause(user=user, now=NOON, starts_on=first, ends_on=last, habit_id=habit.pk)
    steady = make_habit("Steady", started_on=TODAY - dt.timedelta(days=94))
    fill(steady, range(1, 94))
    assert some(risk_at(user, habit)).risk > some(risk_at(user, steady)).risk


def test_a_habit_that_is_never_due_has_no_risk(user: User, make_habit: MakeHabit) -> None:
    later = {"type": "interval", "every": 365, "anchor": str(TODAY + dt.timedelta(days=100))}
    assert risk_at(user, make_habit(schedule=later)) is None


def test_a_limit_gets_safer_as_the_day_passes(user: User, make_habit: MakeHabit, fill: Fill) -> None:
    limit = make_habit(kind="limit", target_milli=0, unit="beers", started_on=TODAY - dt.timedelta(days=40))
    fill(limit, range(1, 40, 2), 3000, hour=20)
    risks = [some(risk_at(user, limit, NOON.replace(hour=hour))).risk for hour in (0, 12, 19, 22)]
    assert risks == sorted(risks, reverse=True)
    assert risks[-1] < risks[0] - 0.2
    fill(limit, [0], 2000)
    assert risk_at(user, limit) is None


def test_a_week_is_safe_when_met_lost_when_too_short_and_between_otherwise(
    user: User, make_habit: MakeHabit, fill: Fill
) -> None:
    met, open_, lost = (make_habit(name, schedule=WEEKLY, started_on=TODAY - dt.timedelta(days=65)) for name in "abc")
    for habit in (met, open_, lost):
        fill(habit, [k for k in range(3, 65) if k % 2])
    fill(met, [0, 1, 2])
    sunday = NOON + dt.timedelta(days=4)
    assert risk_at(user, met) is None
    assert 0 < some(risk_at(user, open_)).risk < 1
    assert some(risk_at(user, lost, sunday)).risk == 1
    assert some(risk_at(user, open_)).risk < some(risk_at(user, open_, NOON + dt.timedelta(days=2))).risk


@pytest.mark.parametrize(
    ("schedule", "target"),
    [({"type": "weekly", "total": True}, 20_000), ({"type": "monthly", "total": True}, 60_000)],
)
@pytest.mark.parametrize("kind", ["build", "limit"])
def test_totals_have_a_risk_that_follows_what_is_left(
    user: User, make_habit: MakeHabit, fill: Fill, schedule: Any, target: int, kind: str
) -> None:
    habit = make_habit(
        kind=kind, schedule=schedule, target_milli=target, unit="km", started_on=TODAY - dt.timedelta(days=85)
    )
    fill(habit, range(3, 85, 2), 5000)
    before = some(risk_at(user, habit)).risk
    fill(habit, [1], 8000)
    after = some(risk_at(user, habit)).risk
    assert after > before if kind == "limit" else after < before
    fill(habit, [0], 90_000)
    assert risk_at(user, habit) is None


@pytest.mark.parametrize("times", [{"times": 3}, {"total": True}])
def test_rolling_windows_are_days(user: User, make_habit: MakeHabit, fill: Fill, times: Any) -> None:
    habit = make_habit(
        schedule={"type": "rolling", "days": 7, **times},
        target_milli=9000,
        unit="km",
        started_on=TODAY - dt.timedelta(days=60),
    )
    fill(habit, range(5, 60, 4))
    found = some(risk_at(user, habit))
    assert (found.unit.first, found.unit.last) == (TODAY, TODAY)


def test_what_jobs_have_stored_changes_no_reading_but_what_was_learnt(
    user: User, make_habit: MakeHabit, fill: Fill
) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=30))
    fill(habit, range(1, 30, 2))
    score_user(user, NOON)
    stored = HabitRisk.objects.get(habit=habit)
    before = some(risk_at(user, habit)).risk
    HabitRisk.objects.update(risk=0.999, day=TODAY - dt.timedelta(days=9), pending=b"?", correction=b"?")
    kept_boards.clear()
    assert some(risk_at(user, habit)).risk == pytest.approx(before, abs=0.02)
    HabitRisk.objects.update(correction=b"\xff" * len(bytes(stored.correction)))
    kept_boards.clear()
    assert some(risk_at(user, habit)).risk == pytest.approx(before, abs=0.02)


def test_a_page_of_many_habits_takes_as_many_queries_as_one(
    user: User, make_habit: MakeHabit, django_assert_num_queries: Any
) -> None:
    make_habit()
    views = habit_views(user, NOON)
    with django_assert_num_queries(3):
        risks_of(user, views, NOON)
    for number in range(5):
        make_habit(str(number), schedule=DAILY if number % 2 else WEEKLY)
    views = habit_views(user, NOON)
    with django_assert_num_queries(3):
        assert len(risks_of(user, views, NOON)) == 6


@pytest.mark.django_db(transaction=True)
def test_after_an_entry_of_today_no_risk_is_read_anew_and_after_one_of_yesterday_all_are(
    user: User, make_habit: MakeHabit, fill: Fill, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("smarthabit.kernel.clock.now", lambda: NOON)
    habit, other = make_habit(started_on=TODAY - dt.timedelta(days=40)), make_habit("other")
    fill(habit, range(2, 40))
    before = some(risk_at(user, habit))
    fill(other, [0])
    views = habit_views(user, NOON, ids=[habit.pk])
    with django_assert_num_queries(0):
        again = risks_of(user, views, NOON)[habit.pk]
    assert (again.risk, again.reasons) == (before.risk, before.reasons)
    evening = some(risk_at(user, habit, NOON + dt.timedelta(seconds=59))).risk
    assert evening == before.risk  # the same minute
    assert some(risk_at(user, habit, EVENING)).risk > before.risk
    fill(habit, [1])
    assert some(risk_at(user, habit)).risk < before.risk
