"""The tick's second half: claim what is due, look again whether it may go out, send it, and say what became of it.

Each message is sent and marked before the next one is begun, so that a kill can leave only one that is out and not
marked; its next attempt carries the same key.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from nudges import channels
from nudges.channels import Delivered, Gone, Outcome, Retry
from nudges.events import NudgesChanged
from nudges.models import Nudge
from nudges.selectors.refusals import Situation, refusal_of, situation
from nudges.services import claims
from nudges.services.composing import compose, spoken_to
from nudges.services.patience import Patience, TookTooLong
from smarthabit.accounts.services import bump_seq
from smarthabit.kernel import metrics
from smarthabit.kernel.events import publish

AT_ONCE = 20
"""Messages claimed together, so that what they need is looked up together."""
SLOW = 2.0
"""Seconds after which a worker leaves the rest of its batch to others, for it may have met a provider that hangs. It
need not be over by then: who waits for an answer gives the others back while waiting."""
FRESH = timedelta(seconds=1)
"""For how long what was looked up for a batch is taken for the moment of sending; then it is for all that are left."""
_SHOWN_IN_APP = "in_app"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """One worker's turn: its clock, and what became of the messages it had."""

    started: datetime
    patience: Patience
    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    expired: int = 0
    dead: int = 0
    _since: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._since

    @property
    def now(self) -> datetime:
        """The instant at which it started, moved on by the time that has passed."""
        return self.started + timedelta(seconds=self.seconds)


def deliver_due(now: datetime, *, seconds: float = 50) -> Run:
    """Send what is due until nothing is left or ``seconds`` have passed; any number of workers may do so at once."""
    run = Run(now, Patience(settings.NUDGE_SEND_SECONDS))
    try:
        run.expired, run.dead = claims.sweep(now)
        while run.seconds < seconds:
            token, rows = claims.claim(run.now, most=AT_ONCE)
            if not rows:
                break
            _send_batch(run, token, rows)
    finally:
        run.patience.close()
    return run


def _send_batch(run: Run, token: uuid.UUID, rows: Sequence[Nudge]) -> None:
    """Send the claimed messages in turn; those of others are given back as soon as one turns out to be slow.

    What failed before comes last, so that nobody waits behind what is likely to fail again.
    """
    messages: defaultdict[str, list[Nudge]] = defaultdict(list)
    for row in rows:
        messages[row.message_key].append(row)
    waiting = sorted(messages.values(), key=lambda message: message[0].attempts > 0)
    seen = _seen(rows, run.now)

    def let_go() -> None:
        if waiting:
            claims.give_back(token, [row.pk for message in waiting for row in message])
            waiting.clear()

    while waiting:
        begun = run.seconds
        if seen is not None and run.now - seen.now > FRESH:
            seen = _seen([row for message in waiting for row in message], run.now)
        _send_or_fail(run, token, waiting.pop(0), seen, let_go)
        if run.seconds - begun > SLOW:
            let_go()


def _seen(rows: Sequence[Nudge], now: datetime) -> Situation | None:
    """What all of them depend on; None when one of them cannot be looked up: then each is, by itself."""
    try:
        return situation(rows, now)
    except Exception:
        log.exception("a batch of nudges could not be looked up")
        return None


def _send_or_fail(
    run: Run, token: uuid.UUID, rows: list[Nudge], seen: Situation | None, when_slow: Callable[[], None]
) -> None:
    """One message; whatever goes wrong with it is its own failure."""
    if not claims.begin(token, rows, run.now):
        log.warning("a lease was lost", extra={"nudge": rows[0].pk})
        return
    try:
        if seen is None or run.now - seen.now > FRESH:
            seen = situation(rows, run.now)
        outcome = _sent(run, token, rows, seen, when_slow)
    except TookTooLong as error:
        outcome = Retry(str(error))
    except Exception as error:
        log.exception("a nudge could not be sent", extra={"nudge": rows[0].pk})
        outcome = Retry(f"{type(error).__name__}: {error}")
    _mark(run, token, rows, outcome)


def _sent(
    run: Run, token: uuid.UUID, rows: list[Nudge], seen: Situation, when_slow: Callable[[], None]
) -> Outcome | None:
    """What came of sending the rows that may still go out, which are left in ``rows``; None when none may."""
    refused: defaultdict[str, list[int]] = defaultdict(list)
    for row in list(rows):
        if reason := refusal_of(row, seen):
            refused[reason].append(row.pk)
            rows.remove(row)
    for reason, ids in refused.items():
        claims.mark_cancelled(token, ids, reason)
        run.cancelled += 1
    if not rows:
        return None
    return run.patience.call(_delivery(rows, seen, run.now), slow=SLOW, when_slow=when_slow)


def _delivery(rows: Sequence[Nudge], seen: Situation, now: datetime) -> Callable[[], Outcome]:
    first = rows[0]
    channel = channels.channel(first.channel)
    if channel is None:
        return lambda: Gone("no such channel")
    with spoken_to(first.user):
        message = compose(rows, seen.standings, seen.preferences[first.user_id].tone)

    def deliver() -> Outcome:
        with spoken_to(first.user):
            return channel.deliver(message, key=message.key, window_left=first.expires_at - now)

    return deliver


def _mark(run: Run, token: uuid.UUID, rows: Sequence[Nudge], outcome: Outcome | None) -> None:
    ids = [row.pk for row in rows]
    if outcome is not None:
        metrics.count_anywhere("nudge_sends", rows[0].channel, type(outcome).__name__.lower())
    match outcome:
        case None:
            return
        case Delivered():
            run.sent += 1
            held = _mark_sent(token, rows, run.now)
        case Gone(reason):
            run.failed += 1
            held = claims.mark_dead(token, ids, reason, "gone")
        case _:
            run.failed += 1
            held = claims.mark_failed(token, rows, outcome.reason, run.now, outcome.after)
    if not held:
        log.warning("a lease was lost", extra={"nudge": ids[0]})


def _mark_sent(token: uuid.UUID, rows: Sequence[Nudge], now: datetime) -> int:
    ids = [row.pk for row in rows]
    if rows[0].channel != _SHOWN_IN_APP:
        return claims.mark_sent(token, ids, now)
    with transaction.atomic():
        held = claims.mark_sent(token, ids, now)
        publish(NudgesChanged(rows[0].user_id, bump_seq(rows[0].user_id), "", "sent", tuple(ids)))
    return held
