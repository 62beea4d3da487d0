"""Guessing passwords ends at N, whatever addresses the guesser claims."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from smarthabit.accounts import lockout, services
from smarthabit.accounts.models import SignInFailures, User
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import clock

WRONG = "not the password at all"


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 3
    settings.LOCKOUT_ADDRESS_FAILURES = 6


def test_an_account_is_locked_after_n_failures_even_for_the_right_password(
    user: User, anonymous: Api, problem: Problem
) -> None:
    for _ in range(3):
        problem(anonymous.sign_in(password=WRONG), 401)
    locked = anonymous.sign_in()
    assert problem(locked, 429)["code"] == "locked_out"
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60


def test_rotating_forwarded_addresses_does_not_help(user: User, problem: Problem) -> None:
    for n in range(3):
        problem(Api(headers={"X-Forwarded-For": f"198.51.100.{n}"}).sign_in(password=WRONG), 401)
    problem(Api(headers={"X-Forwarded-For": "198.51.100.99"}).sign_in(password=WRONG), 429)


def test_an_address_is_locked_across_accounts(user: User, anonymous: Api, problem: Problem, settings: Any) -> None:
    settings.RATE_LIMITED = True
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"auth": "1000/min"}}
    for n in range(6):
        problem(
            Api(headers={"X-Forwarded-For": f"198.51.100.{n}"}).sign_in(f"nobody{n}@example.org", WRONG),
            401,
        )
    problem(anonymous.sign_in(), 429)
    assert Api(address="203.0.113.9").sign_in().status_code == 200


def test_behind_a_proxy_the_address_it_saw_counts(user: User, problem: Problem, settings: Any) -> None:
    settings.RATE_LIMITED = True
    settings.NUM_PROXIES = 1
    for n in range(6):
        forwarded = {"X-Forwarded-For": f"10.9.8.{n}, 198.51.100.7"}
        problem(Api(headers=forwarded).sign_in(f"nobody{n}@example.org", WRONG), 401)
    problem(Api(headers={"X-Forwarded-For": "198.51.100.7"}).sign_in(), 429)
    assert Api(headers={"X-Forwarded-For": "198.51.100.8"}).sign_in().status_code == 200


def test_the_lock_ends_with_its_window(user: User, anonymous: Api) -> None:
    for _ in range(4):
        anonymous.sign_in(password=WRONG)
    clock.shift(dt.timedelta(minutes=16))
    assert anonymous.sign_in().status_code == 200


def test_success_starts_afresh(user: User, anonymous: Api) -> None:
    for _ in range(3):
        anonymous.sign_in(password=WRONG)
        anonymous.sign_in(password=WRONG)
        assert anonymous.sign_in().status_code == 200


def test_load_tests_from_one_address_are_not_locked_out(user: User, anonymous: Api) -> None:
    for n in range(7):
        anonymous.sign_in(f"nobody{n}@example.org", WRONG)
    assert anonymous.sign_in().status_code == 200


def test_what_was_typed_is_not_stored(user: User, anonymous: Api) -> None:
    anonymous.sign_in("my secret in the wrong field", WRONG)
    assert "secret" not in str(list(SignInFailures.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_all_counted() -> None:
    services.register(email=EMAIL, password=PASSWORD, now=clock.now())

    def guess(_: int) -> int:
        try:
            return int(Api().sign_in(password=WRONG).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(guess, range(12))) == [401] * 3 + [429] * 9


def test_windows_that_ended_are_purged(user: User, anonymous: Api) -> None:
    anonymous.sign_in(password=WRONG)
    assert lockout.purge(clock.now()) == 0
    assert lockout.purge(clock.now() + dt.timedelta(minutes=16)) == 1
