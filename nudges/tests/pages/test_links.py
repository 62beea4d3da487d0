"""The pages behind the links in messages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from habits.models import Entry
from nudges.services import dismiss, enrol
from nudges.services.tokens import action_token, unsubscribe_token
from nudges.tests.conftest import NOON, MakeNudge
from nudges.tests.pages.visits import send, visit
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def test_a_link_only_shows_and_its_button_acts_signed_in_or_not(make_nudge: MakeNudge) -> None:
    nudge = send(make_nudge)
    path = f"action/{action_token(nudge.pk, 'done')}/"
    anybody = Client(enforce_csrf_checks=True)
    for _ in range(2):
        page = visit(anybody, path)
        assert "Mark it as done" in page
    assert not Entry.objects.exists()
    for _ in range(2):
        assert "Recorded" in anybody.post(f"/nudges/{path}").content.decode()
    assert Entry.objects.count() == 1
    answer = anybody.get(f"/nudges/{path}")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("kind", "asked", "said"), [("snooze", "in an hour?", "in an hour."), ("dismiss", "No more", "All right")]
)
def test_the_other_actions_ask_and_answer_too(make_nudge: MakeNudge, kind: str, asked: str, said: str) -> None:
    path = f"action/{action_token(send(make_nudge).pk, kind)}/"
    assert asked in visit(Client(), path)
    assert said in Client().post(f"/nudges/{path}").content.decode()


def test_links_that_lead_nowhere_or_cannot_act_say_so(make_nudge: MakeNudge, user: User) -> None:
    nudge = send(make_nudge)
    for path in ("action/abc/", "unsubscribe/abc/", f"unsubscribe/{action_token(nudge.pk, 'done')}/"):
        for answer in (Client().get(f"/nudges/{path}"), Client().post(f"/nudges/{path}")):
            assert answer.status_code == 404
    dismiss(user=user, nudge_id=nudge.pk, now=NOON)
    answer = Client().post(f"/nudges/action/{action_token(nudge.pk, 'snooze')}/")
    assert (answer.status_code, b"done with" in answer.content) == (422, True)
    assert Client().put(f"/nudges/action/{action_token(nudge.pk, 'done')}/").status_code == 405


def test_the_page_behind_a_link_speaks_the_users_language(make_nudge: MakeNudge, user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="ar")
    path = f"action/{action_token(send(make_nudge).pk, 'done')}/"
    assert 'dir="rtl"' in visit(Client(), path)
    enrol(user, NOON)
    path = f"unsubscribe/{unsubscribe_token(user.pk, 'email')}/"
    assert 'dir="rtl"' in visit(Client(), path)


def test_a_link_that_is_too_old_says_so(user: User, monkeypatch: pytest.MonkeyPatch, make_nudge: MakeNudge) -> None:
    make_nudge()
    monkeypatch.setattr("nudges.services.tokens.UNSUBSCRIBE_FOR", dt.timedelta(seconds=-1))
    answer = Client().get(f"/nudges/unsubscribe/{unsubscribe_token(user.pk, 'email')}/")
    assert (answer.status_code, b"too old" in answer.content) == (422, True)
