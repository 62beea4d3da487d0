"""Nudges under fault: a provider that counts, people with something due, and workers that are killed.

python -m smarthabit.testing.nudging seed --count 1000        people with one nudge due each
python -m smarthabit.testing.nudging work --workers 3 --kill  workers that send to PROVIDER_URL, killed every 50-200 ms

The database is that of the environment.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from nudges.channels import Message, Outcome

KIND = "provider"
FAILPOINTS = ("after claim", "before send", "after send", "before mark")
_FROM_HOUR = 17  # local time of the people: the slot from 17 to 20 h has begun


class Provider:
    """The channel to the provider that counts: one POST a message, with its key."""

    kind = KIND

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._line: http.client.HTTPConnection | None = None

    def available(self, _user: Any) -> bool:
        """Always."""
        return True

    def deliver(self, message: Message, *, key: str, window_left: dt.timedelta) -> Outcome:
        """Post it; names of habits say what goes wrong on our side."""
        from nudges.channels import Delivered, Retry

        if message.title == "poison template":
            raise SyntaxError("an unclosed tag")
        headers = {"Idempotency-Key": key, "X-Window": f"{window_left.total_seconds():.3f}"}
        status = self._post(message.title.encode(), headers)
        return Delivered(str(status)) if status < 300 else Retry(f"answered {status}")

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        line = self._line or http.client.HTTPConnection(self._address.hostname or "", self._address.port)
        self._line = None
        line.request("POST", "/", body, headers)
        answer = line.getresponse()
        answer.read()
        self._line = line
        return answer.status


def register() -> None:
    """Make the provider a channel of this process, which may also decide late: it is never the full hour in a test."""
    from nudges import channels
    from nudges.selectors import moments

    if url := os.environ.get("PROVIDER_URL"):
        channels.register(Provider(url))
        moments.ON_TIME = dt.timedelta(hours=3)


# --- people -----------------------------------------------------------------------------------------------------------


def zone_at(hour: int, now: dt.datetime) -> str:
    """A zone without clock changes in which it is ``hour`` o'clock now."""
    shift = (hour - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-shift:+d}" if shift else "Etc/GMT"


def seed(count: int, *, late_hours: int = 0, poison: bool = False, decide: bool = False) -> None:
    """Make ``count`` people with one habit each, for which a nudge is due.

    With ``late_hours`` they have been due over so many hours, the latest just now. With ``decide`` nothing is in the
    ledger yet: the slot of all of them begins now, and the policy sends whatever may be sent.
    """
    from nudges.models import Nudge, NudgePreferences
    from smarthabit.kernel import clock

    now = clock.now()
    zone = zone_at(_FROM_HOUR, now)
    users, habits = people(count, zone, now)
    if poison:
        for habit, kind in zip(habits, ("template", "500", "hang"), strict=False):
            habit.name = f"poison {kind}"
            habit.save(update_fields=["name"])
    due = now if decide else None
    NudgePreferences.objects.bulk_create(
        [NudgePreferences(user=user, channels=[KIND], next_slot_at=due) for user in users], batch_size=500
    )
    if not decide:
        rows = [
            _nudge(habit, now - dt.timedelta(hours=late_hours) * (n / count), now) for n, habit in enumerate(habits)
        ]
        Nudge.objects.bulk_create(rows, batch_size=500)


def people(count: int, zone: str, now: dt.datetime) -> tuple[list[Any], list[Any]]:
    """So many users of one zone, with a daily habit each."""
    from habits.models import Habit, HabitState, Plan
    from smarthabit.accounts.models import UserClock
    from smarthabit.accounts.user import User

    start = User.objects.count()
    users = User.objects.bulk_create(
        [User(email=f"n{start + n}@example.org", password="!", timezone=zone) for n in range(count)], batch_size=500
    )
    UserClock.objects.bulk_create([UserClock(user=user) for user in users], batch_size=500)
    began = now.date() - dt.timedelta(days=7)
    habits = Habit.objects.bulk_create(
        [Habit(user=user, name=f"Read {user.pk}", started_on=began, created_at=now) for user in users], batch_size=500
    )
    daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
    plans = [Plan(user_id=h.user_id, habit=h, effective_from=began, schedule=daily, target_milli=1000) for h in habits]
    Plan.objects.bulk_create(plans, batch_size=500)
    HabitState.objects.bulk_create([HabitState(habit=h, user_id=h.user_id) for h in habits], batch_size=500)
    return users, habits


def _nudge(habit: Any, due: dt.datetime, now: dt.datetime) -> Any:
    from nudges.domain.clockwork import slot_at, slot_span
    from nudges.models import Nudge

    zone = habit.user.zone
    day, slot = slot_at(due, zone) or (due.astimezone(zone).date(), 5)
    span = slot_span(day, slot, zone)
    assert span is not None
    return Nudge(
        user_id=habit.user_id, habit=habit, day=day, slot=slot, channel=KIND, style="plan", due_at=due,
        next_attempt_at=due, expires_at=span[1], created_at=now, message_key=f"{habit.user_id}:{day:%Y%m%d}:{slot}",
    )  # fmt: skip


# --- workers ----------------------------------------------------------------------------------------------------------


def work(workers: int, *, kill: bool, failpoints: float, folder: Path) -> None:
    """Keep so many workers going until SIGTERM; SIGUSR1 ends the killing. Every death is a line in ``kills``.

    The workers are forks of this process, which has loaded everything, so that a killed one is back in milliseconds.
    """
    killing, ending = [kill or failpoints > 0], [False]
    signal.signal(signal.SIGUSR1, lambda *_: killing.clear())
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    alive: set[int] = set()
    with (folder / "kills").open("a") as deaths:  # whoever sees the file knows that the work begins
        while len(ending) == 1:
            while len(alive) < workers:
                alive.add(_fork(failpoints if killing else 0))
            time.sleep(random.uniform(0.05, 0.2))  # noqa: S311 - no secret
            if killing and kill:
                os.kill(random.choice([*alive]), signal.SIGKILL)  # noqa: S311 - no secret
            while alive and (gone := os.waitpid(-1, os.WNOHANG)[0]):
                alive.discard(gone)
                deaths.write(f"{time.time()}\n")
                deaths.flush()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _fork(failpoints: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    random.seed(os.getpid() ^ time.time_ns())
    _arm(failpoints)
    parent = os.getppid()
    from nudges.services import decide_due, deliver_due
    from smarthabit.kernel import clock

    while os.getppid() == parent:
        try:
            decide_due(clock.now())
            deliver_due(clock.now(), seconds=5)
        except Exception as error:  # noqa: BLE001 - a database that is away comes back
            print(f"worker: {error!r}", file=sys.stderr, flush=True)
            time.sleep(0.5)
        time.sleep(0.1)
    os._exit(0)


def _arm(probability: float) -> None:
    """Make this process kill itself now and then at each of ``FAILPOINTS``."""
    from nudges.services import claims

    def die() -> None:
        if random.random() < probability:  # noqa: S311 - no secret
            os.kill(os.getpid(), signal.SIGKILL)

    def before(function: Any) -> Any:
        def armed(*words: Any, **named: Any) -> Any:
            die()
            return function(*words, **named)

        return armed

    def after(function: Any) -> Any:
        def armed(*words: Any, **named: Any) -> Any:
            result = function(*words, **named)
            die()
            return result

        return armed

    if probability:
        claims.claim = after(claims.claim)
        claims.mark_sent = before(claims.mark_sent)
        Provider.deliver = after(before(Provider.deliver))  # type: ignore[method-assign]  # that is the point


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    does = parser.add_subparsers(dest="does", required=True)
    sowing = does.add_parser("seed")
    sowing.add_argument("--count", type=int, default=1000)
    sowing.add_argument("--late-hours", type=int, default=0)
    sowing.add_argument("--poison", action="store_true")
    sowing.add_argument("--decide", action="store_true")
    working = does.add_parser("work")
    working.add_argument("--workers", type=int, default=3)
    working.add_argument("--kill", action="store_true")
    working.add_argument("--failpoints", type=float, default=0)
    working.add_argument("--lease", type=float, default=0, help="seconds, if not the usual ones")
    working.add_argument("--backoff", type=float, default=0, help="seconds between attempts, if not the usual ones")
    working.add_argument("--folder", type=Path, required=True)
    told = parser.parse_args()
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # until there is somebody to spare

    import django

    django.setup()
    register()
    if told.does == "seed":
        seed(told.count, late_hours=told.late_hours, poison=told.poison, decide=told.decide)
        return
    from nudges.services import claims

    if told.lease:
        claims.LEASE = dt.timedelta(seconds=told.lease)
    if told.backoff:
        claims.BACKOFF = (dt.timedelta(seconds=told.backoff),) * len(claims.BACKOFF)
    work(told.workers, kill=told.kill, failpoints=told.failpoints, folder=told.folder)


if __name__ == "__main__":
    main()
