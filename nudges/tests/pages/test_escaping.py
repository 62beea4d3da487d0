"""Whatever a habit is called stays text, on every page."""

from __future__ import annotations

import pytest
from django.test import Client

from nudges.services.tokens import action_token
from nudges.tests.channels.messages import PAYLOAD
from nudges.tests.conftest import MakeHabit, MakeNudge
from nudges.tests.pages.visits import learned, send, visit
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def test_whatever_a_habit_is_called_stays_text(
    browser: Client, user: User, make_habit: MakeHabit, make_nudge: MakeNudge
) -> None:
    habit = make_habit(PAYLOAD[:100].replace("\r\n", " "), cue="<b onclick=alert(1)>x</b>")
    nudge = send(make_nudge, habit)
    learned(user, habit)
    paths = ("", "rows/", "bell/", "preferences/", "times/", f"action/{action_token(nudge.pk, 'done')}/")
    for path in paths:
        page = visit(browser, path)
        assert "&lt;script&gt;" in page, path
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b onclick" not in page
