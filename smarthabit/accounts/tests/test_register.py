"""Signing up over the API."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from smarthabit.accounts import services
from smarthabit.accounts.models import AuditEvent, User, UserClock
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import clock
from smarthabit.kernel.errors import RuleError

pytestmark = pytest.mark.django_db


def _register(api: Api, **more: Any) -> Any:
    return api.post("auth/register/", {"email": EMAIL, "password": PASSWORD, **more})


def test_signing_up_makes_an_account_with_its_clock_and_address(anonymous: Api) -> None:
    response = _register(anonymous, timezone="Europe/Berlin")
    user = User.objects.get()
    assert (response.status_code, response.json()) == (201, {"id": str(user.pk), "email": EMAIL})
    assert user.timezone == "Europe/Berlin"
    assert UserClock.objects.filter(user=user).exists()
    assert EmailAddress.objects.get(user=user).primary
    assert AuditEvent.objects.get().kind == "registered"


def test_the_email_is_kept_in_lower_case(anonymous: Api) -> None:
    assert _register(anonymous, email="Ada@Example.ORG").json()["email"] == EMAIL
    assert anonymous.sign_in(email="ADA@example.org").status_code == 200


def test_an_email_is_taken_once(anonymous: Api, problem: Problem) -> None:
    _register(anonymous)
    assert "email" in problem(_register(anonymous, email=EMAIL.upper()), 422)["errors"]
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "11-letters!", "cookiemonster", "ada@example.org"])
def test_a_weak_password_is_refused(password: str, anonymous: Api, problem: Problem) -> None:
    assert "password" in problem(_register(anonymous, password=password), 422)["errors"]
    assert not User.objects.exists()


def test_a_zone_that_is_none_is_refused(anonymous: Api, problem: Problem) -> None:
    assert "timezone" in problem(_register(anonymous, timezone="Mars/Olympus"), 422)["errors"]


def test_what_is_no_email_is_refused(anonymous: Api, problem: Problem) -> None:
    assert "email" in problem(_register(anonymous, email="nobody"), 400)["errors"]


def test_closed_sign_up_says_so(anonymous: Api, problem: Problem, settings: Any) -> None:
    settings.REGISTRATION_OPEN = False
    assert problem(_register(anonymous), 403)["code"] == "registration_closed"
    assert not User.objects.exists()


def test_the_service_keeps_sign_up_closed_whoever_calls_it(settings: Any) -> None:
    settings.REGISTRATION_OPEN = False
    with pytest.raises(RuleError, match="closed"):
        services.register(email=EMAIL, password=PASSWORD, now=clock.now())


def test_what_has_no_account_cannot_be_without_an_email() -> None:
    with pytest.raises(ValueError, match="email"):
        User.objects.create_user("")
