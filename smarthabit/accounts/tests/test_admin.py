"""Operators: what they see, what they may change, and that it is logged."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from smarthabit.accounts import services
from smarthabit.accounts.events import UserDeactivated
from smarthabit.accounts.models import AuditEvent, TokenFamily, User
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import clock, events

MINE = sorted(m._meta.model_name or "" for m in admin.site._registry if m._meta.app_label == "accounts")
OPERATOR = "operator@example.org"

pytestmark = pytest.mark.once


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(OPERATOR, PASSWORD))
    return client


def _act(operator: Client, model: str, action: str, *rows: Any) -> Any:
    url = reverse(f"admin:accounts_{model}_changelist")
    return operator.post(url, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)


@pytest.mark.parametrize("model", MINE)
def test_every_list_opens_and_can_be_searched(operator: Client, model: str, pair: dict[str, str]) -> None:
    url = reverse(f"admin:accounts_{model}_changelist")
    assert operator.get(url).status_code == 200
    assert operator.get(url, {"q": "ada"}).status_code == 200


@pytest.mark.parametrize("model", ["user", "tokenfamily", "auditevent"])
def test_a_list_costs_the_same_for_many_rows(
    operator: Client, model: str, user: User, django_assert_max_num_queries: Any
) -> None:
    now = clock.now()
    for n in range(15):
        other = User.objects.create_user(f"u{n}@example.org", PASSWORD)
        TokenFamily.objects.create(user=other, created_at=now, last_used_at=now)
        AuditEvent.objects.create(kind="sign_in", at=now, user=other)
    with django_assert_max_num_queries(9):
        operator.get(reverse(f"admin:accounts_{model}_changelist"))


def test_switching_off_ends_tokens_and_is_told_and_logged(
    transactional_db: None, operator: Client, user: User, api: Api, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[events.Event] = []
    monkeypatch.setitem(events._subscribers, UserDeactivated, [heard.append])
    _act(operator, "user", "deactivate", user)
    problem(api.get("me/"), 401)
    assert heard == [UserDeactivated(user.pk)]
    assert AuditEvent.objects.get(kind="deactivated").actor_email == OPERATOR
    _act(operator, "user", "activate", user)
    assert Api().sign_in().status_code == 200


def test_operators_do_not_switch_themselves_off(operator: Client) -> None:
    _act(operator, "user", "deactivate", User.objects.get(email=OPERATOR))
    assert User.objects.get(email=OPERATOR).is_active


def test_a_user_is_added_with_their_clock(operator: Client) -> None:
    fields = {"email": "New@example.org", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    operator.post(reverse("admin:accounts_user_add"), fields)
    made = User.objects.get(email="new@example.org")
    assert made.clock.seq == 0
    assert AuditEvent.objects.filter(kind="admin_change", actor_email=OPERATOR, detail__change="added").exists()


def test_a_password_set_by_an_operator_ends_tokens(operator: Client, user: User, api: Api, problem: Problem) -> None:
    new = {"usable_password": "true", "password1": "another passphrase", "password2": "another passphrase"}
    operator.post(reverse("admin:auth_user_password_change", args=[user.pk]), new)
    problem(api.get("me/"), 401)
    assert AuditEvent.objects.filter(kind="password_changed", user=user).exists()


@pytest.mark.parametrize("how", ["page", "action"])
def test_an_operator_deletes_an_account_with_everything(operator: Client, user: User, api: Api, how: str) -> None:
    if how == "page":
        operator.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    else:
        url = reverse("admin:accounts_user_changelist")
        operator.post(url, {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"})
    assert not User.objects.filter(email=EMAIL).exists()
    assert AuditEvent.objects.filter(kind="account_deleted").count() == 1


def test_tokens_are_revoked_by_an_operator(operator: Client, api: Api, problem: Problem) -> None:
    _act(operator, "tokenfamily", "revoke", TokenFamily.objects.get())
    problem(api.get("me/"), 401)
    assert AuditEvent.objects.filter(kind="admin_change", actor_email=OPERATOR).exists()


@pytest.mark.parametrize("model", [model for model in MINE if model != "user"])
def test_what_the_product_writes_nobody_edits(operator: Client, model: str) -> None:
    assert operator.get(reverse(f"admin:accounts_{model}_add")).status_code == 403


def test_operators_sign_in_on_the_common_page(db: None) -> None:
    answer = Client().get(reverse("admin:login"))
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_people_are_no_operators(browser: Client) -> None:
    assert browser.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_change_of_preferences_is_counted_for_their_screens(operator: Client, user: User) -> None:
    services.bump_seq(user.pk)
    page = operator.get(reverse("admin:accounts_user_change", args=[user.pk]))
    form = page.context["adminform"].form
    fields = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    operator.post(reverse("admin:accounts_user_change", args=[user.pk]), {**fields, "timezone": "Asia/Tokyo"})
    user.refresh_from_db()
    assert (user.timezone, user.clock.seq) == ("Asia/Tokyo", 2)
