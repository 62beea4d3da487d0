"""Figures for Prometheus: for the token only, and saying what happened."""

from __future__ import annotations

import datetime as dt
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from smarthabit.kernel import clock, metrics, tick
from smarthabit.kernel.tasks import record_tick

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TOKEN = "only-for-tests"


@pytest.fixture
def counted(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape(token: str = TOKEN) -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})


def figure(line: str) -> float:
    """The value of the series ``line``; 0 while there is none."""
    found = re.search(rf"^{re.escape(line)} (\S+)$", scrape().content.decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_without_a_token_set_there_is_no_such_page_and_nothing_is_counted() -> None:
    assert scrape().status_code == 404
    assert scrape("").status_code == 404
    metrics.count_job("kernel.tick", ok=True, seconds=1, waited=None)
    assert cache.get("metrics:jobs") is None


@pytest.mark.parametrize("token", ["", "wrong", "wröng", f"{TOKEN}x"])
def test_another_token_is_refused(counted: None, token: str) -> None:
    answer = scrape(token)
    assert answer.status_code == 401
    assert b"smarthabit" not in answer.content


def test_requests_are_counted_by_the_name_of_their_address(counted: None) -> None:
    series = 'smarthabit_requests_total{method="GET",status="200",view="healthz"}'
    before, took = figure(series), figure('smarthabit_request_seconds_count{view="healthz"}')
    Client().get("/healthz")
    assert figure(series) == before + 1
    assert figure('smarthabit_request_seconds_count{view="healthz"}') == took + 1


def test_made_up_methods_and_paths_make_no_series_of_their_own(counted: None) -> None:
    Client().generic("BREW", "/no/such/path-123")
    text = scrape().content.decode()
    assert 'method="other"' in text
    assert "BREW" not in text
    assert "path-123" not in text


def test_jobs_of_any_process_are_counted(counted: None) -> None:
    for ok in (True, True, False):
        metrics.count_job("habits.roll_over", ok=ok, seconds=1.5, waited=0.25)
    assert figure('smarthabit_job_runs_total{job="habits.roll_over"}') == 2
    assert figure('smarthabit_job_failures_total{job="habits.roll_over"}') == 1
    assert figure('smarthabit_job_run_ms_total{job="habits.roll_over"}') == 4500
    assert figure('smarthabit_job_wait_ms_total{job="habits.roll_over"}') == 750


def test_a_task_is_counted_when_it_has_run(counted: None) -> None:
    record_tick.apply(headers={"sent_at": clock.now().timestamp() - 3})
    assert figure('smarthabit_job_runs_total{job="kernel.tick"}') == 1


def test_the_age_of_the_last_sign_of_life_is_told_once_there_is_one(counted: None) -> None:
    assert "\nsmarthabit_tick_age_seconds " not in scrape().content.decode()
    tick.record(clock.now() - dt.timedelta(seconds=30))
    assert 30 <= figure("smarthabit_tick_age_seconds") < 40
    assert "\nsmarthabit_live_sockets " in scrape().content.decode()


def test_what_many_threads_ask_for_at_once_is_made_once() -> None:
    made: list[int] = []

    @metrics.once
    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: make(), range(8)))
    assert found == [1] * 8
    assert made == [1]
