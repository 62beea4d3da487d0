"""The own account over the API."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from smarthabit.accounts import deletion, services
from smarthabit.accounts.events import AccountDeleted, ProfileChanged
from smarthabit.accounts.models import AuditEvent, User
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import clock, events

pytestmark = pytest.mark.once


def test_the_profile_has_what_the_contract_names(api: Api, user: User) -> None:
    profile = api.get("me/").json()
    expected = {"email": EMAIL, "timezone": "UTC", "day_starts_at": "00:00", "week_starts_on": 1, "id": str(user.pk)}
    assert expected.items() <= profile.items()
    assert profile["today"] == clock.now().date().isoformat()


def test_today_is_the_users_own(api: Api) -> None:
    api.patch("me/", {"timezone": "Pacific/Kiritimati", "day_starts_at": "03:00"})
    wall = clock.now() + dt.timedelta(hours=14 - 3)
    assert api.get("me/").json()["today"] == wall.date().isoformat()


def test_patching_changes_what_is_sent_and_nothing_else(api: Api) -> None:
    changed = api.patch("me/", {"day_starts_at": "03:30", "week_starts_on": 7, "theme": "dark", "language": "de"})
    assert changed.status_code == 200
    expected = {"day_starts_at": "03:30", "week_starts_on": 7, "theme": "dark", "language": "de", "timezone": "UTC"}
    assert expected.items() <= changed.json().items()


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("timezone", "Mars/Olympus", 422),
        ("timezone", "../etc/passwd", 422),
        ("timezone", "", 400),
        ("day_starts_at", "06:01", 422),
        ("day_starts_at", "25:00", 400),
        ("day_starts_at", "3", 400),
        ("day_starts_at", "03:00:01", 400),
        ("day_starts_at", 3, 400),
        ("week_starts_on", 0, 422),
        ("week_starts_on", 8, 422),
        ("week_starts_on", "Monday", 400),
        ("language", "tlh", 422),
        ("theme", "pink", 422),
    ],
)
def test_values_out_of_bounds_are_refused_by_name(
    api: Api, user: User, problem: Problem, field: str, value: Any, status: int
) -> None:
    assert field in problem(api.patch("me/", {field: value}), status)["errors"]
    before = getattr(user, field)
    user.refresh_from_db()
    assert getattr(user, field) == before


def test_the_latest_day_start_is_six(api: Api) -> None:
    assert api.patch("me/", {"day_starts_at": "06:00"}).json()["day_starts_at"] == "06:00"


def test_a_change_is_counted_and_told(
    api: Api, user: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[ProfileChanged] = []
    monkeypatch.setitem(events._subscribers, ProfileChanged, [heard.append])
    with django_capture_on_commit_callbacks(execute=True):
        api.patch("me/", {"timezone": "Asia/Tokyo"}, X_Tab_Id="tab1")
    assert heard == [ProfileChanged(user.pk, 1, ("timezone",), "tab1")]
    assert seq_of(user) == 1


def test_a_patch_that_changes_nothing_is_not_counted(api: Api, user: User) -> None:
    api.patch("me/", {"timezone": "UTC"})
    assert seq_of(user) == 0


def test_the_email_is_not_changed_by_patching(api: Api) -> None:
    assert api.patch("me/", {"email": "eve@example.org"}).json()["email"] == EMAIL


def _rows_naming(user_id: int, email: str) -> list[str]:
    """Every row of every table that still leads to the user: by foreign key, or by its text."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.all().values():
            texts = {str(value).lower() for value in row.values()}
            owned = model is not User and any(
                row.get(field.attname) == user_id for field in model._meta.fields if field.related_model is User
            )
            if owned or any(email in text for text in texts) or (model is User and row["id"] == user_id):
                found.append(f"{model.__name__}: {row}")
    return found


def test_deletion_leaves_no_row_behind(user: User, stranger: User, api: Api) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    api.patch("me/", {"timezone": "Asia/Tokyo"})
    Api().sign_in(password="not the password at all")
    api.post("auth/token/", {"email": EMAIL, "password": PASSWORD}, Idempotency_Key="k1")
    deletion_key = Session.objects.values_list("session_key", flat=True).get()
    assert _rows_naming(user.pk, EMAIL)
    assert api.delete("me/").status_code == 204
    assert _rows_naming(user.pk, EMAIL) == []
    assert not Session.objects.filter(session_key=deletion_key).exists()
    assert User.objects.get() == stranger


def test_deletion_is_logged_without_saying_whose(user: User, api: Api) -> None:
    api.delete("me/")
    event = AuditEvent.objects.get()
    assert event.kind == "account_deleted"
    assert (event.user, event.actor_email, event.address, event.detail) == (None, "", None, {})


def test_deletion_is_told(user: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> None:
    heard: list[AccountDeleted] = []
    user_id = user.pk
    monkeypatch.setitem(events._subscribers, AccountDeleted, [heard.append])
    with django_capture_on_commit_callbacks(execute=True):
        deletion.delete_account(user=user, now=clock.now())
    assert heard == [AccountDeleted(user_id)]


def test_an_old_sign_in_does_not_delete_without_the_password(user: User, now: dt.datetime, problem: Problem) -> None:
    signed_in = Api().sign_in().json()
    clock.shift(dt.timedelta(minutes=61))
    api = Api(Api().post("auth/token/refresh/", {"refresh": signed_in["refresh"]}).json()["access"])
    assert problem(api.delete("me/"), 422)["code"] == "password_needed"
    assert problem(api.delete("me/", {"password": "wrong"}), 422)["code"] == "password_wrong"
    assert User.objects.filter(pk=user.pk).exists()
    assert api.delete("me/", {"password": PASSWORD}).status_code == 204


def test_guessing_the_password_at_deletion_locks_out(user: User, api: Api, problem: Problem, settings: Any) -> None:
    for _ in range(settings.LOCKOUT_ACCOUNT_FAILURES):
        problem(api.delete("me/", {"password": "wrong"}), 422)
    problem(api.delete("me/", {"password": PASSWORD}), 429)


def test_onboarding_is_finished_once(user: User, now: dt.datetime) -> None:
    services.finish_onboarding(user=user, now=now)
    services.finish_onboarding(user=user, now=now + dt.timedelta(days=1))
    user.refresh_from_db()
    assert user.onboarded_at == now


def test_the_browser_has_to_give_the_password_unless_it_just_did(browser: Client, problem: Problem) -> None:
    problem(browser.delete("/api/v1/me/"), 422)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.delete("/api/v1/me/").status_code == 204


def test_a_write_by_the_browser_needs_the_csrf_token(user: User, problem: Problem) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    problem(browser.patch("/api/v1/me/", "{}", content_type="application/json"), 403)
    assert browser.get("/api/v1/me/").status_code == 200
