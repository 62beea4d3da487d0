"""Promise 20: when the jobs fall silent, the readiness page and the people know within a minute."""

from __future__ import annotations

import time
import urllib.request
from pathlib import Path

from smarthabit.testing.faults import Figure, at_most
from smarthabit.testing.load import Person, people, until
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.site import ready
from smarthabit.testing.stack import Stack

TITLE = "20: beat killed, and Redis started anew: silence is visible, and ends"
BANNER = "Reminders and daily updates are late"

# In the short form the last sign of life is made older instead of waiting for it to grow old.
_AGE = """
import datetime as dt
from smarthabit.kernel import clock, tick
tick.record(clock.now() - dt.timedelta(seconds=tick.LATE_SECONDS - 1))
"""


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Kill beat and watch; in the long form the worker has to survive a restart of Redis, too."""
    with (
        Postgres() as postgres,
        Valkey() as valkey,
        Stack(folder, postgres.url, valkey.url, workers=1, beats=1).migrate() as stack,
    ):
        (person,) = people(stack, 1, habits=1, name="beat")
        figures = prove(stack, person, long=long)
        if long:
            valkey.kill()
            valkey.start()
            heard = until(lambda: ready(stack)[0] == 200, 120, "a sign of life after the restart of Redis")
            figures.append(at_most("seconds until jobs run again after a restart of Redis", heard, 60))
    return figures


def prove(stack: Stack, person: Person, *, long: bool) -> list[Figure]:
    """Wait for the first sign, kill beat, wait for red; in the long form start it again and wait for green."""
    until(lambda: ready(stack)[0] == 200, 90, "the first sign of life")
    told_before = _banner(stack, person)
    stack.kill("beat-1")
    begun = time.monotonic()
    if not long:
        time.sleep(0.5)  # what beat sent last is carried out first
        stack.run(_AGE)
    until(lambda: ready(stack)[0] == 503, 90, "red")
    red = time.monotonic() - begun
    told = _banner(stack, person)
    figures = [
        at_most("seconds until /readyz was red", red, 60),
        Figure("the page said so, and only then", f"{told_before}, {told}", "no, yes", told and not told_before),
    ]
    if long:
        stack.start_one("beat-1")
        green = until(lambda: ready(stack)[0] == 200, 90, "green")
        figures.append(at_most("seconds until it was green after a start", green, 60))
    return figures


def _banner(stack: Stack, person: Person) -> bool:
    request = urllib.request.Request(f"{stack.url}/", headers={"Cookie": f"session={person.session}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return BANNER in answer.read().decode()
