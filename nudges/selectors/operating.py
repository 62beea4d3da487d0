"""What operators are shown: how the queue stands, why nudges were not sent, what failed, and what nudging brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Min, Q
from numpy.typing import NDArray

from nudges.domain import offpolicy
from nudges.models import Decision, Nudge

LATELY = timedelta(days=7)
MOST_ESTIMATED = 5_000
"""Decisions that estimates are made from, the latest."""
MOST_LINES = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Queue:
    """The ledger right now. ``lag``: for how long the longest waiting row has been due, in seconds."""

    waiting: int
    leased: int
    lag: float
    retrying: int
    dead: int
    expired: int


@dataclass(frozen=True, slots=True)
class Line:
    """A reason or an error, and how often it came up."""

    what: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a policy would bring: the share of days on which the habit is done, by three estimators."""

    policy: str
    ips: offpolicy.Estimate
    snips: offpolicy.Estimate
    dr: offpolicy.Estimate


def queue(now: datetime) -> Queue:
    """How the queue stands; failures and expiries of the last days are counted."""
    since = now - LATELY
    waiting = Q(state=Nudge.State.DUE, next_attempt_at__lte=now)
    found = Nudge.objects.filter(Q(state__in=(Nudge.State.DUE, Nudge.State.LEASED)) | Q(due_at__gte=since)).aggregate(
        waiting=Count("pk", filter=waiting),
        leased=Count("pk", filter=Q(state=Nudge.State.LEASED)),
        first=Min("next_attempt_at", filter=waiting),
        retrying=Count("pk", filter=Q(state=Nudge.State.DUE, attempts__gt=0)),
        dead=Count("pk", filter=Q(state=Nudge.State.DEAD)),
        expired=Count("pk", filter=Q(state=Nudge.State.EXPIRED)),
    )
    first = found.pop("first")
    return Queue(**found, lag=(now - first).total_seconds() if first else 0.0)


def silences(now: datetime) -> list[Line]:
    """Why nothing was sent lately: decisions against it, and rows that were called off before they went out."""
    decided = Decision.objects.filter(made_at__gte=now - LATELY, action="no_send")
    called_off = Nudge.objects.filter(
        due_at__gte=now - LATELY, state__in=(Nudge.State.CANCELLED, Nudge.State.EXPIRED, Nudge.State.DEAD)
    )
    silent = decided.values("reason").annotate(n=Count("pk"))
    stopped = called_off.order_by().values("state", "reason").annotate(n=Count("pk"))
    lines = [
        *(Line(row["reason"], "", row["n"]) for row in silent),
        *(Line(row["reason"], str(Nudge.State(row["state"]).label), row["n"]) for row in stopped),
    ]
    return sorted(lines, key=lambda line: -line.count)[:MOST_LINES]


def failures(now: datetime) -> list[Line]:
    """What channels said when they failed lately, the most frequent first."""
    failed = Nudge.objects.filter(due_at__gte=now - LATELY).exclude(last_error="")
    rows = failed.order_by().values("channel", "last_error").annotate(n=Count("pk")).order_by("-n")[:MOST_LINES]
    return [Line(row["channel"], row["last_error"], row["n"]) for row in rows]


def estimates() -> list[Estimates]:
    """What silence, and a nudge at every chance, would have brought where draws decided; empty without such draws."""
    drawn = Decision.objects.filter(randomised=True, settled_at__isnull=False).order_by("-pk")[:MOST_ESTIMATED]
    log = [_Logged.of(row) for row in drawn if _counts(row)]
    if not log:
        return []
    policies: dict[str, Callable[[_Logged], float]] = {
        "as_decided": lambda one: 1 - one.silent,
        "never": lambda _one: 0.0,
        "always": lambda _one: 1.0,
    }
    lift = _lift(log)
    return [_estimate(name, log, [send(one) for one in log], lift) for name, send in policies.items()]


@dataclass(frozen=True, slots=True)
class _Logged:
    """One drawn decision: ``silent`` is the probability of saying nothing, ``base`` that it is done without a word."""

    user: int
    sent: bool
    done: float
    silent: float
    base: float

    @classmethod
    def of(cls, row: Decision) -> _Logged:
        hazard = np.asarray(row.features["hazard"][row.slot :], float)
        return cls(
            user=row.user_id,
            sent=row.action != "no_send",
            done=float(row.outcome["done_that_day"]),
            silent=float(row.propensities["no_send"]),
            base=1 - float(np.prod(1 - hazard)),
        )


def _counts(row: Decision) -> bool:
    """A nudge that never went out was neither sent nor held back."""
    outcome: dict[str, Any] = row.outcome or {}
    return bool(row.features) and bool(outcome) and (row.action == "no_send" or bool(outcome["delivered"]))


def _lift(log: Sequence[_Logged]) -> float:
    """How much more often it was done after a nudge than the day's own hours made likely."""
    beyond = [one.done - one.base for one in log if one.sent]
    return float(np.mean(beyond)) if beyond else 0.0


def _estimate(policy: str, log: Sequence[_Logged], send: Sequence[float], lift: float) -> Estimates:
    """The wording keeps the shares it had, so sending or not is the whole action."""
    sent = np.array([one.sent for one in log])
    silent = np.array([one.silent for one in log])
    target_send = np.array(send)
    base = np.array([one.base for one in log])
    after = np.clip(base + lift, 0, 1)
    told = offpolicy.Log(
        user=np.array([one.user for one in log]),
        reward=np.array([one.done for one in log]),
        logged=np.where(sent, 1 - silent, silent),
        target=np.where(sent, target_send, 1 - target_send),
        predicted=np.where(sent, after, base),
        predicted_target=target_send * after + (1 - target_send) * base,
    )
    return Estimates(policy, offpolicy.ips(told), offpolicy.snips(told), offpolicy.dr(told))
