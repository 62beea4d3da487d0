"""Suggestions in the admin, in the export, and on open screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.events import SuggestionsChanged
from analytics.models import Suggestion
from analytics.suggestions import subscribers
from analytics.suggestions.answering import accept
from analytics.suggestions.making import look
from analytics.suggestions.transfer import SECTION
from analytics.tests.conftest import NOON
from analytics.tests.suggestions.conftest import DAY, TODAY, Tell
from smarthabit.accounts.user import User
from smarthabit.kernel import live


@pytest.fixture
def operator(db: None) -> Client:
    """A browser in which an operator is signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "a long enough secret"))
    return client


def test_operators_look_and_do_not_write(operator: Client, user: User, suggestion: Suggestion, tell: Tell) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    tell(suggestion.habit, [8] * 14, TODAY + 14 * DAY, now=NOON + 14 * DAY)
    look(user, NOON + 15 * DAY)
    for name in ("suggestion", "suggestionclock"):
        assert operator.get(reverse(f"admin:analytics_{name}_changelist") + "?q=ada").status_code == 200
        assert operator.get(reverse(f"admin:analytics_{name}_add")).status_code == 403
    page = operator.get(reverse("admin:analytics_suggestion_changelist") + "?kind__exact=lower").content.decode()
    assert "Read" in page
    change = reverse("admin:analytics_suggestion_change", args=[suggestion.pk])
    assert operator.get(change).status_code == 200
    assert operator.post(reverse("admin:analytics_suggestion_delete", args=[suggestion.pk])).status_code == 403


def test_one_without_an_effect_shows_none(operator: Client, suggestion: Suggestion) -> None:
    assert operator.get(reverse("admin:analytics_suggestion_changelist")).status_code == 200


def test_the_export_tells_them_and_an_import_leaves_them(
    user: User, stranger: User, suggestion: Suggestion, tell: Tell
) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    tell(suggestion.habit, [8] * 14, TODAY + 14 * DAY, now=NOON + 14 * DAY)
    look(user, NOON + 15 * DAY)
    told = list(SECTION.export(user, {suggestion.habit_id: "r"}))
    assert [(one["habit"], one["kind"], one["state"]) for one in told] == [("r", "lower", "accepted")]
    assert told[0]["effects"][0]["done"] == 14
    assert list(SECTION.export(user, {})) == []
    SECTION.restore(stranger, told, {"r": suggestion.habit_id}, NOON)
    assert Suggestion.objects.count() == 1


def test_open_screens_fetch_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(live, "publish", lambda *message: sent.append(message))
    subscribers._tell(SuggestionsChanged(3, 9, "tab", (7,), "accepted"))
    assert sent == [(3, 9, ["suggestions"], "tab", [{"type": "suggestion_accepted", "suggestion": "7"}])]
