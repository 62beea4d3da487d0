"""The pages of sign-in, security and settings: they render in our layout and keep the content security policy."""

import datetime as dt
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from smarthabit.accounts.models import TokenFamily
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD
from smarthabit.accounts.user import User
from smarthabit.accounts.views import LISTED
from smarthabit.kernel import clock

pytestmark = pytest.mark.once

SIGNED_OUT = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
)
SIGNED_IN = (
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "settings",
    "settings_security",
    "settings_data",
    "settings_delete_account",
)
WITH_FACTORS = (
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_reauthenticate",
    "settings_security",
)


def _shows(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code, response.headers.get("Location"))
    html = response.content.decode()
    assert "css/app.css" in html, "not our layout"
    assert html.count("<h1") == 1
    assert re.search(r"<title>\s*\S.* · SmartHabit</title>", html, re.DOTALL)
    assert " style=" not in html
    assert "<style" not in html
    for attributes, inline in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert "src=" in attributes or 'type="application/json"' in attributes or not inline.strip()
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    return html


@pytest.fixture
def fresh(browser: Client) -> Client:
    """A browser whose user has just typed the password."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


@pytest.fixture
def with_factors(fresh: Client, user: User) -> Client:
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "passwordless": True, "credential": {}}
    )
    return fresh


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_OUT)
def test_pages_for_strangers_are_ours(name: str) -> None:
    _shows(Client(), reverse(name))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_for_people_are_ours(name: str, fresh: Client) -> None:
    _shows(fresh, reverse(name))


@pytest.mark.parametrize("name", WITH_FACTORS)
def test_pages_of_second_factors_are_ours(name: str, with_factors: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda _user: [])
    _shows(with_factors, reverse(name))


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_the_pages_of_one_passkey_are_ours(name: str, with_factors: Client) -> None:
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    _shows(with_factors, reverse(name, args=[key.pk]))


def test_the_second_step_of_signing_in_is_ours(user: User, with_factors: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda _user: [])
    client = Client()
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    _shows(client, reverse("mfa_authenticate"))


@pytest.mark.django_db
def test_a_confirmation_link_that_does_not_hold_gets_a_page() -> None:
    _shows(Client(), reverse("account_confirm_email", args=["nonsense"]))


@pytest.mark.django_db
def test_a_reset_link_that_does_not_hold_gets_a_page() -> None:
    _shows(Client(), reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-def"}))


@pytest.mark.django_db
def test_closed_sign_up_gets_a_page(settings: Any) -> None:
    settings.REGISTRATION_OPEN = False
    html = _shows(Client(), reverse("account_signup"))
    assert "<form" not in html
    assert reverse("account_signup") not in _shows(Client(), reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["settings", "settings_security", "settings_data", "settings_delete_account"])
def test_settings_ask_strangers_to_sign_in(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_the_qr_code_is_an_inline_drawing(fresh: Client) -> None:
    html = _shows(fresh, reverse("mfa_activate_totp"))
    assert '<svg class="qr" role="img"' in html
    assert "data:image" not in html


@pytest.mark.parametrize("name", ["settings", "settings_security", "account_email", "mfa_index"])
def test_private_pages_are_stored_nowhere(name: str, fresh: Client) -> None:
    assert "no-store" in fresh.get(reverse(name)).headers["Cache-Control"]


def test_who_signs_in_again_and_again_is_listed_in_part_and_told_so(fresh: Client, user: User) -> None:
    now = clock.now()
    for number in range(LISTED + 1):
        used = now - dt.timedelta(minutes=number)
        TokenFamily.objects.create(user=user, created_at=used, last_used_at=used, user_agent=f"script-{number}-")
    html = _shows(fresh, reverse("settings_security"))
    assert f"the latest {LISTED} are listed" in html
    assert "script-0-" in html
    assert f"script-{LISTED}-" not in html
    TokenFamily.objects.get(user_agent="script-0-").delete()
    assert "are listed" not in _shows(fresh, reverse("settings_security"))
