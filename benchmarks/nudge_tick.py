"""What a tick costs: the same number of people due among ever more people who are not.

    scripts/services .venv/bin/python benchmarks/nudge_tick.py [--due 200] [--people 1000 10000]
    .venv/bin/python benchmarks/nudge_tick.py                    on SQLite, in a folder of its own

Every round makes the same people due again and lets one tick decide and send; the figure is the median of the rounds,
which alternate between decided and idle ticks.
"""

# ruff: noqa: E402 - Django has to be set up before its models can be imported
from __future__ import annotations

import argparse
import statistics
import time
from datetime import timedelta

import bench

bench.set_up(NUDGE_SEND_SECONDS="0")

from nudges import channels
from nudges.channels import Delivered, Message, Outcome
from nudges.models import Decision, Nudge, NudgePreferences
from nudges.selectors import moments
from nudges.services import decide_due, deliver_due
from smarthabit.kernel import clock
from smarthabit.testing.nudging import people, zone_at


class Nowhere:
    """A channel that costs nothing."""

    kind = "nowhere"

    def available(self, _user: object) -> bool:
        return True

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:  # noqa: ARG002 - the interface's signature
        return Delivered()


def one_round(due: list[int]) -> tuple[float, float]:
    """Seconds of a tick in which these people are due, and of the next one, in which nobody is."""
    Nudge.objects.all().delete()
    Decision.objects.all().delete()
    now = clock.now()
    NudgePreferences.objects.filter(pk__in=due).update(next_slot_at=now - timedelta(seconds=1))
    begun = time.perf_counter()
    decide_due(now)
    deliver_due(now)
    busy = time.perf_counter() - begun
    begun = time.perf_counter()
    decide_due(now)
    deliver_due(now)
    return busy, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--due", type=int, default=200)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    bench.migrate()
    channels.register(Nowhere())
    moments.ON_TIME = timedelta(hours=3)
    due: list[int] = []
    made, first = 0, 0.0
    for total in args.people:
        now = clock.now()
        users, _habits = people(total - made, zone_at(17, now), now)
        rows = [
            NudgePreferences(user=user, channels=["nowhere"], next_slot_at=now + timedelta(days=1)) for user in users
        ]
        NudgePreferences.objects.bulk_create(rows, batch_size=500)
        made, due = total, due or [user.pk for user in users[: args.due]]
        one_round(due)
        rounds = [one_round(due) for _ in range(args.rounds)]
        busy, idle = (statistics.median(times) for times in zip(*rounds, strict=True))
        first = first or busy
        print(
            f"{total:>7} people, {args.due} due: {busy * 1000:7.0f} ms ({busy / first:.2f}x), "
            f"{busy / args.due * 1000:.1f} ms each; nobody due: {idle * 1000:.1f} ms"
        )


if __name__ == "__main__":
    main()
