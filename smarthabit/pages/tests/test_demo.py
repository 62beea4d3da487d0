"""The demo account."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from habits.selectors import habit_views
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.pages import demo

pytestmark = pytest.mark.once


@pytest.mark.django_db
def test_the_demo_is_told_once_and_its_password_opens_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "DAYS", 270)
    with override_settings(EMBEDDED=True):
        call_command("demo")
        password = capsys.readouterr().out.split()[-1]
        user = User.objects.get(email=demo.EMAIL)
        assert user.check_password(password)
        views = habit_views(user, clock.now())
        assert len(views) == len(demo.STORIES)
        assert max(view.snapshot.strength for view in views) > 0.5
        client = Client()
        client.force_login(user)
        assert client.get("/habits/").status_code == 200
        assert b"Read 9,500 pages" in client.get("/goals/").content
        call_command("demo")
        assert "Telling" not in capsys.readouterr().out


@pytest.mark.django_db
def test_there_is_no_demo_where_people_live() -> None:
    with override_settings(EMBEDDED=False), pytest.raises(CommandError):
        call_command("demo")
