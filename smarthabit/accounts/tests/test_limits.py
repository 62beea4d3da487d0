"""Rates by person and for sign-in, as the settings say."""

from typing import Any

import pytest

from smarthabit.accounts.tests.conftest import Api, Problem
from smarthabit.accounts.user import User


@pytest.fixture(autouse=True)
def _limited(settings: Any, _no_rate_limits: None) -> None:
    settings.RATE_LIMITED = True
    rates = {"user": "5/hour", "address": "1000/hour", "auth": "4/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


def test_a_person_is_limited_wherever_they_come_from(pair: dict[str, str], problem: Problem) -> None:
    for n in range(5):
        assert Api(pair["access"], address=f"203.0.113.{n}").get("me/").status_code == 200
    answer = Api(pair["access"], address="203.0.113.99").get("me/")
    problem(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0


def test_one_person_does_not_use_up_anothers_rate(user: User, stranger: User) -> None:
    mine, theirs = (Api(Api().sign_in(each.email).json()["access"]) for each in (user, stranger))
    for _ in range(6):
        mine.get("me/")
    assert theirs.get("me/").status_code == 200


def test_signing_in_is_limited_by_address_whatever_is_forwarded(user: User, problem: Problem) -> None:
    for n in range(4):
        assert Api(headers={"X-Forwarded-For": f"198.51.100.{n}"}).sign_in().status_code == 200
    problem(Api(headers={"X-Forwarded-For": "198.51.100.99"}).sign_in(), 429)
    assert Api(address="203.0.113.9").sign_in().status_code == 200
