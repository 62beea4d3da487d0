"""Waking a worker."""

from typing import Any

import pytest
from celery import current_app

from habits.transfer import wake


def test_the_message_names_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: sent.append((name, args)))
    wake._messenger.submit(lambda: None).result()
    wake._later(7)
    wake._messenger.submit(lambda: None).result()
    assert sent == [("habits.run_import", [7])]


def test_a_broker_that_is_away_harms_nobody(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refusing(*_: Any, **__: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(current_app, "send_task", refusing)
    wake._send(7)
    assert "worker not woken" in caplog.text
