"""What the load balancer is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from smarthabit.accounts.user import User
from smarthabit.kernel import clock, tick
from smarthabit.pages import health

pytestmark = pytest.mark.django_db


def readiness() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def test_the_process_is_alive_without_a_look_at_anything(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_all_well_is_200_with_the_age_of_the_last_tick() -> None:
    tick.record(clock.now() - dt.timedelta(seconds=12))
    code, body = readiness()
    assert code == 200
    assert body["status"] == "ready"
    assert 12 <= body["tick_age_seconds"] < 20


def test_before_the_first_job_it_is_not_ready() -> None:
    code, body = readiness()
    assert code == 503
    assert body["checks"]["tick"] == "no job has run yet"
    assert body["checks"]["database"] == "ok"


def test_silent_jobs_make_it_not_ready() -> None:
    tick.record(clock.now() - dt.timedelta(seconds=90))
    code, body = readiness()
    assert code == 503
    assert body["checks"]["tick"].startswith("no job has run for 9")


def test_a_database_that_is_away_is_named_without_its_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> Any:
        raise ConnectionError("postgresql://user:secret@db.internal")

    monkeypatch.setattr(connection, "cursor", away)
    code, body = readiness()
    assert code == 503
    assert body["checks"]["database"] == "does not answer"
    assert "secret" not in str(body)


def test_migrations_that_are_missing_make_it_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    tick.record(clock.now())
    health._up_to_date.cache_clear()
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: [object()])
    code, body = readiness()
    assert code == 503
    assert body["checks"]["migrations"] == "some are not applied"
    monkeypatch.undo()
    assert readiness()[0] == 200


def test_a_redis_that_is_away_is_said(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1"
    code, body = readiness()
    assert code == 503
    assert body["checks"]["redis"] == "does not answer"
    assert "secret" not in str(body)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(path: str) -> None:
    assert Client().post(path).status_code == 405


BANNER = "Reminders and daily updates are late"


def test_people_are_told_when_the_jobs_have_gone_silent(user: User, client: Client) -> None:
    client.force_login(user)
    tick.record(clock.now() - dt.timedelta(seconds=tick.LATE_SECONDS + 1))
    assert BANNER in client.get("/settings/").content.decode()
    assert "What is missing" not in client.get("/settings/").content.decode()
    User.objects.update(is_staff=True)
    assert "What is missing" in client.get("/settings/").content.decode()


@pytest.mark.parametrize("seconds", [None, 5])
def test_nobody_is_told_while_all_is_well_or_starting(user: User, client: Client, seconds: int | None) -> None:
    client.force_login(user)
    if seconds is not None:
        tick.record(clock.now() - dt.timedelta(seconds=seconds))
    assert BANNER not in client.get("/settings/").content.decode()
