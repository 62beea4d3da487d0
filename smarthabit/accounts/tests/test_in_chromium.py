"""Signing up, passkeys and settings in a real browser: what scripts do, and that the policy allows it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD
from smarthabit.accounts.user import User
from smarthabit.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this module."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with chromium() as opened:
            yield opened


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page in Berlin, with a built-in authenticator; what the content security policy blocked fails the test."""
    context = browser.new_context(base_url=live_server.url, timezone_id="Europe/Berlin")
    opened = context.new_page()
    blocked: list[str] = []
    opened.on("console", lambda line: blocked.append(line.text) if "Content Security Policy" in line.text else None)
    devtools = context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield opened
    context.close()
    assert blocked == []


def _sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/welcome/**")


def test_the_browser_names_its_time_zone_at_sign_up(page: Page) -> None:
    _sign_up(page)
    assert User.objects.get().timezone == "Europe/Berlin"


def test_a_passkey_is_added_and_signs_in(page: Page) -> None:
    _sign_up(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery Codes")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.goto("/settings/security/")
    expect(page.get_by_text("1 passkey.")).to_be_visible()


def test_a_passkey_that_is_not_there_is_said_in_the_page(page: Page) -> None:
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey did not work")


def test_pages_run_under_the_policy(page: Page) -> None:
    _sign_up(page)
    for path in ("settings/", "settings/security/", "settings/data/", "accounts/2fa/", "accounts/email/", "docs/"):
        page.goto(f"/{path}")
        expect(page.get_by_role("main").first).to_be_visible()
