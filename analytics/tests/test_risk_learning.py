"""What is learnt over night, the command that fits, and weights that are refused."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analytics.data import shipped_weights
from analytics.domain.risk_recalibration import Recalibration
from analytics.domain.risk_reliability import pooled_odds, tallied
from analytics.domain.risk_weights import Weights
from analytics.models import HabitRisk, RiskAlert, RiskDay, RiskModel, RiskRecord
from analytics.risk import learning
from analytics.risk.batch import score_everyone
from analytics.risk.learning import forget, learn, recalibrate, refit
from analytics.risk.model import _refitted, as_recalibration, current_model, stored_form
from analytics.risk.scoring import score_user
from analytics.tasks import learn_risk, score, watch
from analytics.tests.conftest import DAILY, NOON, MakeHabit
from habits.models import Entry
from habits.services import roll_over
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

TODAY = NOON.date()


@pytest.fixture(autouse=True)
def _no_models_kept() -> None:
    _refitted.cache_clear()


def outcomes(day: dt.date, shift: float) -> RiskDay:
    """A day on which people missed more often (shift > 0) than was said."""
    rng = np.random.default_rng(day.toordinal())
    odds = rng.normal(-0.8, 1.6, 3000).astype(np.float32)
    missed = rng.random(3000) < 1 / (1 + np.exp(-(odds + shift)))
    risk = (1 / (1 + np.exp(-odds))).astype(np.float32)
    bins = tallied(risk, missed, np.zeros(3000, dtype=np.int64), 1)
    return RiskDay.objects.create(day=day, bins=bins.tobytes(), odds=pooled_odds(odds, missed))


def test_the_recalibration_follows_what_settled_days_show_and_counts_each_once(db: None) -> None:
    for back in range(3, 9):
        outcomes(TODAY - dt.timedelta(days=back), 0.6)
    assert recalibrate(NOON) == 5
    assert recalibrate(NOON) == 0
    model = current_model()
    assert model is not None
    assert model.recalibration.intercept == pytest.approx(0.6, abs=0.1)
    assert recalibrate(NOON + dt.timedelta(days=1)) == 1
    assert RiskModel.objects.get().revision == 0


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"intercept": "x"},
        {"intercept": 0, "slope": -1, "precision": [1, 0, 1]},
        {"intercept": 0, "slope": "nan", "precision": [1, 0, 1]},
    ],
)
def test_a_stored_recalibration_that_is_not_sound_is_none(stored: Any) -> None:
    assert as_recalibration(stored) == Recalibration()


def test_a_recalibration_survives_storage() -> None:
    found = Recalibration(0.3, 0.9, (60.0, 1.0, 120.0))
    assert as_recalibration(stored_form(found)) == found


def people(count: int, days: int = 50) -> None:
    """People with one habit each, kept on all days but one weekday of theirs."""
    from habits.services import HabitDraft, create_habit
    from habits.services.states import refold_habit

    rng = random.Random(4)  # noqa: S311 - no secret
    for number in range(count):
        user = User.objects.create_user(f"p{number}@example.org")
        started = TODAY - dt.timedelta(days=days)
        draft = HabitDraft(name="x", schedule=DAILY, target_milli=1000, started_on=started)
        habit = create_habit(user=user, draft=draft, now=NOON)
        rows = [
            Entry(user=user, habit=habit, day=day, value_milli=1000, written_at=NOON, minute=rng.randrange(1440))
            for day in (started + dt.timedelta(days=k) for k in range(days))
            if day.weekday() != number % 7 and rng.random() < 0.9
        ]
        Entry.objects.bulk_create(rows)
        refold_habit(user, habit, TODAY)


@pytest.fixture
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "FEWEST_USERS", 8)
    monkeypatch.setattr(learning, "FEWEST_UNITS", 300)


@pytest.mark.usefixtures("enough", "db")
def test_new_weights_are_used_if_they_are_better_on_people_they_do_not_know() -> None:
    people(10)
    assert refit(NOON)
    row = RiskModel.objects.get(in_use=True)
    assert (row.revision, row.report["kept"], row.report["users"]) == (1, True, 10)
    assert row.report["log_loss"] < row.report["log_loss_before"]
    model = current_model()
    assert model is not None
    assert (model.weights.revision, model.recalibration) == (1, Recalibration())
    assert not refit(NOON + dt.timedelta(days=1))  # once a week


@pytest.mark.usefixtures("enough", "db")
def test_new_weights_that_are_no_better_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    people(10)
    monkeypatch.setattr(learning, "BETTER", 0.9)
    assert not refit(NOON)
    row = RiskModel.objects.get(revision=1)
    assert (row.in_use, row.weights, row.report["kept"]) == (False, "", False)
    model = current_model()
    assert model is not None
    assert model.weights is shipped_weights()


@pytest.mark.usefixtures("enough", "db")
def test_outcomes_that_are_all_alike_teach_no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    people(8)
    Entry.objects.all().delete()
    assert not refit(NOON)
    assert not RiskModel.objects.filter(revision__gt=0).exists()


def test_few_people_are_not_fitted_on(user: User) -> None:
    learn(NOON)
    assert not RiskModel.objects.filter(revision__gt=0).exists()


def test_old_rows_are_forgotten(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    long_ago = NOON - dt.timedelta(days=1000)
    for at in (NOON, long_ago):
        RiskAlert.objects.create(user=user, habit_id=habit.pk, day=at.date(), risk=0.5, raised_at=at)
        outcomes(at.date(), 0)
        RiskRecord.objects.create(user=user, month=at.date().replace(day=1), bins=b"")
    for revision in range(1, 15):
        RiskModel.objects.create(revision=revision, fitted_at=NOON, in_use=revision == 2)
    forget(NOON)
    assert [RiskAlert.objects.count(), RiskDay.objects.count(), RiskRecord.objects.count()] == [1, 1, 1]
    assert sorted(RiskModel.objects.values_list("revision", flat=True)) == [2, *range(7, 15)]


def test_refitted_weights_that_are_broken_give_way_to_the_shipped_ones(user: User, caplog: Any) -> None:
    RiskModel.objects.create(revision=3, weights="{}", in_use=True, fitted_at=NOON)
    model = current_model()
    assert model is not None
    assert model.weights is shipped_weights()
    assert "refitted weights are not used" in caplog.text


BROKEN = {
    "missing": None,
    "old": shipped_weights().to_text().replace('"schema":1', '"schema":0'),
    "cut short": shipped_weights().to_text()[:500],
    "not finite": shipped_weights().to_text().replace('"intercept":', '"intercept":NaN,"was":'),
}


@pytest.mark.parametrize("how", BROKEN)
def test_weights_that_cannot_be_used_are_told_of_and_break_nothing(
    user: User, make_habit: MakeHabit, settings: Any, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "weights.json"
    if (text := BROKEN[how]) is not None:
        path.write_text(text, encoding="utf-8")
    settings.RISK_WEIGHTS = str(path)
    habit = make_habit(started_on=TODAY - dt.timedelta(days=20))
    (found,) = [one for one in checks.run_checks() if one.id == "analytics.W001"]
    assert str(path) in found.msg
    assert current_model() is None
    assert score_user(user, NOON) is None
    roll_over(NOON)
    assert score_everyone(NOON) == 0
    assert HabitRisk.objects.count() == 0
    client = Client()
    client.force_login(user)
    for name in ("today", "risk:board", "risk:record", "risk:notices"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("risk:why", args=[habit.pk])).status_code == 200
    assert "not used" in client.get("/readyz").json()["checks"]["risk model"]


def test_a_named_file_is_used_and_read_again_when_it_changes(user: User, settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    settings.RISK_WEIGHTS = str(path)
    for revision in (7, 8):
        text = shipped_weights().to_text()
        path.write_text(text.replace(f'"revision":{shipped_weights().revision}', f'"revision":{revision}'), "utf-8")
        model = current_model()
        assert model is not None
        assert model.weights.revision == revision
        path.unlink()


LOG = "user,habit,date,due,done,skipped,tod_min\n" + "".join(
    f"{user},h,{dt.date(2026, 1, 1) + dt.timedelta(days=day)},1,{int((day * 7 + user) % 3 > 0)},0,{480 + day}\n"
    for user in range(6)
    for day in range(60)
)


def test_the_command_fits_on_a_file_or_on_the_site_s_own_logs(db: None, tmp_path: Path) -> None:
    logs, target = tmp_path / "logs.csv", tmp_path / "weights.json"
    logs.write_text(LOG, encoding="utf-8")
    call_command("fit_risk", str(target), logs=logs, revision=4)
    assert Weights.from_text(target.read_text(encoding="utf-8")).revision == 4
    people(6, 60)
    call_command("fit_risk", str(target), revision=5)
    assert Weights.from_text(target.read_text(encoding="utf-8")).revision == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "column 'user' is missing"),
        ("\n".join(LOG.splitlines()[:30]), "too few"),
        (LOG.replace("2026", "x"), "Invalid"),
        (None, "No such"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_log(db: None, tmp_path: Path, text: str | None, said: str) -> None:
    logs = tmp_path / "logs.csv"
    if text:
        logs.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("fit_risk", str(tmp_path / "weights.json"), logs=logs)
    with pytest.raises(CommandError, match="1 or more"):
        call_command("fit_risk", str(tmp_path / "weights.json"), logs=logs, revision=0)


def test_the_jobs_do_what_their_services_do(user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smarthabit.kernel.clock.now", lambda: NOON)
    make_habit()
    roll_over(NOON)
    assert (score(), score(), watch()) == (1, 0, 0)
    learn_risk()


def test_operators_see_every_list(user: User, make_habit: MakeHabit, django_assert_max_num_queries: Any) -> None:
    habit = make_habit()
    outcomes(TODAY, 0)
    RiskDay.objects.create(day=TODAY - dt.timedelta(days=1), bins=b"", odds=b"")
    RiskModel.objects.create(revision=1, fitted_at=NOON)
    RiskAlert.objects.create(user=user, habit_id=habit.pk, day=TODAY, risk=0.5, raised_at=NOON)
    score_user(user, NOON)
    client = Client()
    client.force_login(User.objects.create_superuser("ops@example.org", "a long enough secret"))
    for model, row in ((RiskDay, TODAY), (RiskModel, None), (RiskAlert, None), (HabitRisk, habit.pk)):
        name = f"admin:analytics_{model._meta.model_name}"
        with django_assert_max_num_queries(14):
            assert client.get(reverse(f"{name}_changelist")).status_code == 200
        pk = row or model._default_manager.get().pk
        assert client.get(reverse(f"{name}_change", args=[pk])).status_code == 200
        assert client.get(reverse(f"{name}_add")).status_code == 403
