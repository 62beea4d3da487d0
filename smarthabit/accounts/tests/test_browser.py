"""Signing up, in and out in the browser, and what the settings change."""

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.core import mail
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from smarthabit.accounts import qr, secrets_at_rest
from smarthabit.accounts.adapter import NO_ADDRESS, AccountAdapter
from smarthabit.accounts.events import PasswordChanged, UserSignedOut
from smarthabit.accounts.models import AuditEvent, TokenFamily, User, UserClock
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import events

pytestmark = pytest.mark.once

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER = "another long passphrase"


def _sign_in(password: str = PASSWORD, **more: Any) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(reverse("account_login"), {"login": EMAIL, "password": password}, **more)


def test_whoever_hears_of_a_sign_out_finds_the_session_gone(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []
    monkeypatch.setattr(
        events, "publish", lambda told: found.append(Session.objects.filter(pk=told.session_key).exists())
    )
    client = Client()
    client.force_login(user)
    client.post(reverse("account_logout"))
    assert found == [False]


def _signed_in(client: Client) -> bool:
    return client.get(reverse("settings")).status_code == 200


def _code() -> str:
    code: str = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    return code


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> list[events.Event]:
    """What accounts has told the apps above."""
    told: list[events.Event] = []
    for kind in (UserSignedOut, PasswordChanged):
        monkeypatch.setitem(events._subscribers, kind, [told.append])
    return told


@pytest.mark.django_db
def test_signing_up_needs_an_email_and_a_password_and_leads_to_the_welcome() -> None:
    client = Client()
    answer = client.post(
        reverse("account_signup"), {"email": EMAIL, "password1": PASSWORD, "timezone": "Europe/Berlin"}
    )
    user = User.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("welcome"))
    assert (user.email, user.timezone) == (EMAIL, "Europe/Berlin")
    assert UserClock.objects.filter(user=user).exists()
    assert AuditEvent.objects.filter(user=user, kind="registered").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("guess", ["", "Mars/Olympus", "x" * 60])
def test_a_wrong_guess_of_the_time_zone_is_no_obstacle(guess: str) -> None:
    Client().post(reverse("account_signup"), {"email": EMAIL, "password1": PASSWORD, "timezone": guess})
    assert User.objects.get().timezone == "UTC"


@pytest.mark.django_db
def test_a_weak_password_does_not_sign_up() -> None:
    Client().post(reverse("account_signup"), {"email": EMAIL, "password1": "short"})
    assert not User.objects.exists()


def test_signing_in_is_logged_with_the_address(user: User) -> None:
    client, _answer = _sign_in(REMOTE_ADDR="203.0.113.77")
    assert _signed_in(client)
    assert AuditEvent.objects.get(kind="sign_in").address == "203.0.113.77"


def test_a_wrong_password_is_logged_and_gets_nowhere(user: User) -> None:
    client, answer = _sign_in("not the password at all")
    assert answer.status_code == 200
    assert not _signed_in(client)
    assert AuditEvent.objects.get(kind="sign_in_failed").user == user


def test_the_browser_is_locked_out_with_the_api(user: User, anonymous: Api, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 4
    for n in range(2):
        _sign_in("not the password at all", headers={"X-Forwarded-For": f"198.51.100.{n}"})
        anonymous.sign_in(password="not the password at all")
    client, answer = _sign_in(REMOTE_ADDR="203.0.113.99")
    assert not _signed_in(client)
    assert b"Too many failed" in answer.content


def test_signing_in_rightly_starts_afresh(user: User, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 2
    for _ in range(3):
        _sign_in("not the password at all")
        assert _signed_in(_sign_in()[0])


def test_signing_out_is_told_with_the_session(heard: list[events.Event], user: User) -> None:
    client, _answer = _sign_in()
    key = client.session.session_key or ""
    client.post(reverse("account_logout"))
    assert heard == [UserSignedOut(user.pk, session_key=key)]
    assert AuditEvent.objects.filter(kind="sign_out", user=user).count() == 1


def test_a_new_password_ends_everything_but_this_browser(
    heard: list[events.Event], user: User, anonymous: Api, problem: Problem
) -> None:
    here, _ = _sign_in()
    there, _ = _sign_in()
    pair = anonymous.sign_in().json()
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER})
    user.refresh_from_db()
    assert user.check_password(OTHER)
    assert (_signed_in(here), _signed_in(there)) == (True, False)
    problem(Api(pair["access"]).get("me/"), 401)
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)
    told = [event for event in heard if isinstance(event, PasswordChanged)]
    assert [event.user_id for event in told] == [user.pk]
    assert AuditEvent.objects.filter(kind="password_changed", user=user).count() == 1


def test_a_forgotten_password_is_set_by_mail_and_lifts_the_lock(
    user: User, anonymous: Api, settings: Any, problem: Problem
) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 1
    pair = anonymous.sign_in().json()
    for _ in range(2):
        anonymous.sign_in(password="not the password at all")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": EMAIL})
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": OTHER, "password2": OTHER})
    assert anonymous.sign_in(password=OTHER).status_code == 200
    problem(Api(pair["access"]).get("me/"), 401)


@pytest.mark.django_db
def test_a_reset_does_not_tell_who_has_an_account() -> None:
    answer = Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert answer.headers["Location"] == reverse("account_reset_password_done")
    told = Client().get(answer.headers["Location"]).content.decode()
    assert "If there is an account with this address" in told
    assert f'href="{reverse("account_login")}"' in told


def test_one_browser_can_sign_out_another(heard: list[events.Event], user: User) -> None:
    here, _ = _sign_in()
    there, _ = _sign_in()
    session = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("settings_end_session", args=[session.pk]))
    assert (_signed_in(here), _signed_in(there)) == (True, False)
    assert heard == [UserSignedOut(user.pk, session_key=session.session_key)]


def test_ending_this_browser_goes_through_signing_out(user: User) -> None:
    here, _ = _sign_in()
    session = UserSession.objects.get()
    answer = here.post(reverse("settings_end_session", args=[session.pk]))
    assert answer.headers["Location"] == reverse("account_logout")
    assert _signed_in(here)


def test_nobody_ends_a_strangers_session_or_tokens(user: User, stranger: User, pair: dict[str, str]) -> None:
    _sign_in()
    session = UserSession.objects.get()
    other = Client()
    other.force_login(stranger)
    assert other.post(reverse("settings_end_session", args=[session.pk])).status_code == 404
    other.post(reverse("settings_end_family", args=[TokenFamily.objects.get().pk]))
    assert Session.objects.filter(session_key=session.session_key).exists()
    assert Api(pair["access"]).get("me/").status_code == 200


def test_tokens_are_revoked_in_the_settings(
    heard: list[events.Event], user: User, browser: Client, pair: dict[str, str], problem: Problem
) -> None:
    family = TokenFamily.objects.get()
    browser.post(reverse("settings_end_family", args=[family.pk]))
    problem(Api(pair["access"]).get("me/"), 401)
    assert heard == [UserSignedOut(user.pk, family=str(family.pk))]


def test_the_security_page_lists_what_is_alive(browser: Client, anonymous: Api, user: User) -> None:
    anonymous.post("auth/token/", {"email": EMAIL, "password": PASSWORD}, User_Agent="my script 1.0")
    _sign_in(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"})
    UserSession.objects.create(user=user, ip="203.0.113.1", session_key="gone", user_agent="Gone Browser")
    page = browser.get(reverse("settings_security")).content.decode()
    assert "my script 1.0" in page
    assert "Firefox on Linux" in page
    assert "Gone Browser" not in page


def test_the_security_page_costs_the_same_for_many_devices(
    browser: Client, user: User, now: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    TokenFamily.objects.bulk_create(TokenFamily(user=user, created_at=now, last_used_at=now) for _ in range(30))
    with django_assert_max_num_queries(7):
        browser.get(reverse("settings_security"))


def _profile(**more: Any) -> dict[str, Any]:
    return {
        "timezone": "Europe/Berlin",
        "day_starts_at": "03:00",
        "week_starts_on": "7",
        "language": "de",
        "theme": "dark",
        "compact": "on",
        **more,
    }


def test_settings_are_saved(browser: Client, user: User) -> None:
    answer = browser.post(reverse("settings"), _profile())
    user.refresh_from_db()
    assert answer.status_code == 302
    assert (user.timezone, user.day_starts_at, user.week_starts_on) == ("Europe/Berlin", dt.time(3), 7)
    assert (user.language, user.theme, user.compact, user.shortcuts) == ("de", "dark", True, False)
    assert seq_of(user) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"timezone": "Mars/Olympus"}, {"day_starts_at": "07:00"}, {"week_starts_on": "9"}, {"language": "tlh"}],
)
def test_settings_that_break_a_rule_are_shown_with_the_reason(browser: Client, user: User, wrong: Any) -> None:
    answer = browser.post(reverse("settings"), _profile(**wrong))
    user.refresh_from_db()
    assert answer.status_code == 422
    assert b"errorlist" in answer.content
    assert user.timezone == "UTC"


def test_the_account_is_deleted_with_the_password(browser: Client, user: User) -> None:
    answer = browser.post(reverse("settings_delete_account"), {"password": PASSWORD})
    assert answer.headers["Location"] == reverse("account_login")
    assert not User.objects.exists()
    assert not _signed_in(browser)


def test_the_account_stays_without_the_password(browser: Client, user: User, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 1
    for expected in (b"not your password", b"Too many failed"):
        answer = browser.post(reverse("settings_delete_account"), {"password": "wrong"})
        assert answer.status_code == 422
        assert expected in answer.content
    assert User.objects.filter(pk=user.pk).exists()


# --- the second factor ------------------------------------------------------------------------------------------------


@pytest.fixture
def app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def test_the_secret_of_an_app_is_not_stored_in_the_clear(app: User) -> None:
    assert SECRET not in str(Authenticator.objects.values().get())


def test_tokens_of_an_account_with_two_factors_need_the_code(app: User, anonymous: Api, problem: Problem) -> None:
    assert problem(anonymous.sign_in(), 401)["code"] == "mfa_required"
    assert problem(anonymous.sign_in(code="000000"), 401)["code"] == "mfa_wrong"
    assert anonymous.sign_in(code=_code()).status_code == 200
    assert not TokenFamily.objects.exclude(user=app).exists()


def test_a_code_works_once(app: User, anonymous: Api, problem: Problem) -> None:
    code = _code()
    anonymous.sign_in(code=code)
    problem(anonymous.sign_in(code=code), 401)


def test_a_recovery_code_stands_in_for_the_app(app: User, anonymous: Api, problem: Problem) -> None:
    code = RecoveryCodes.activate(app).generate_codes()[0]
    assert anonymous.sign_in(code=code).status_code == 200
    problem(anonymous.sign_in(code=code), 401)


def test_guessing_the_code_locks_out(app: User, anonymous: Api, problem: Problem, settings: Any) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = 3
    for _ in range(3):
        problem(anonymous.sign_in(code="000000"), 401)
    problem(anonymous.sign_in(code=_code()), 429)


def test_the_browser_asks_for_the_code(app: User) -> None:
    client, answer = _sign_in()
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not _signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": _code()})
    assert _signed_in(client)


def test_secrets_survive_a_new_key_as_long_as_the_old_one_is_known(settings: Any) -> None:
    stored = secrets_at_rest.encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 5
    assert secrets_at_rest.decrypt(stored) == "secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(secrets_at_rest.UnreadableSecret):
        secrets_at_rest.decrypt(stored)


def test_a_qr_code_escapes_nothing_into_the_page() -> None:
    drawing = qr.svg('otpauth://totp/"><script>')
    assert drawing.startswith("<svg")
    assert "script" not in drawing


def test_an_address_nobody_knows_is_no_reason_to_fail() -> None:
    assert AccountAdapter().get_client_ip(HttpRequest()) == NO_ADDRESS


def test_signing_out_without_having_signed_in_is_nothing_to_tell(heard: list[events.Event]) -> None:
    request = HttpRequest()
    request.session = Client().session
    logout(request)
    assert heard == []


def test_an_account_without_a_password_can_set_one(user: User, browser: Client) -> None:
    user.set_unusable_password()
    user.save()
    browser.force_login(user)
    assert b"At least 12 characters" in browser.get(reverse("account_set_password"), follow=True).content
