"""The short form of what ``scripts/faults`` counts: real workers, really killed, with all that may be due at once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.db import connection

from nudges.models import Nudge
from smarthabit.testing.faults.nudge_kills import on_postgres
from smarthabit.testing.nudge_faults import Ledger, provider
from smarthabit.testing.nudging import seed
from smarthabit.testing.receivers import Received, Reply

pytestmark = [pytest.mark.services, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
FRESH, STALE = 40, 100


def bad(got: Received) -> Reply:
    if got.body == b"poison hang":
        time.sleep(3)
    return Reply(status=500 if got.body == b"poison 500" else 200)


def test_killed_workers_lose_nothing_send_nothing_stale_and_outlive_poison(tmp_path: Path) -> None:
    seed(STALE, late_hours=480)  # all but a few of them are too late
    seed(FRESH, poison=True)
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    ledger = on_postgres(tmp_path, f"{url}/{connection.settings_dict['NAME']}")
    ledger = Ledger({**ledger.env, "NUDGE_SEND_SECONDS": "1"}, tmp_path)
    words = ["--workers", "3", "--kill", "--failpoints", "0.05", "--lease", "2", "--backoff", "0.2"]
    with provider(bad) as (address, counted), ledger.workers(address, *words) as workers:
        ledger.wait(lambda: len(counted.keys) >= FRESH / 2, 20)
        workers.spare()
        ledger.wait(lambda: not ledger.waiting(), 60)
        kills = len(workers.kills())
    poison = Nudge.objects.filter(habit__name__startswith="poison")
    sent = Nudge.objects.exclude(pk__in=poison).filter(state="sent")
    wanted = set(sent.values_list("message_key", flat=True))
    assert kills
    assert ledger.waiting() == 0
    assert len(wanted) >= FRESH - 3
    assert wanted <= counted.keys  # what is marked as sent arrived
    repeated = sum(count - 1 for key, count in counted.by_key().items() if key in wanted)
    assert repeated <= kills
    assert counted.stale == 0
    assert Nudge.objects.filter(state="expired").count() == STALE + FRESH - len(wanted) - 3
    assert {(row.state, row.attempts <= 5, bool(row.last_error)) for row in poison} == {("dead", True, True)}
    assert max(counted.by_key().values()) <= 5
