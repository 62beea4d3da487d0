"""The tick's first half: decide for every user whose slot begins, and write down what is to go out.

A user comes up when the indexed instant ``next_slot_at`` has passed. Decisions, ledger rows and the next instant are
written in one transaction, so a kill leaves either all of it or nothing, and the next tick does it again.
"""

from __future__ import annotations

import logging
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from nudges.domain import policy, state, why
from nudges.domain.moment import Moment
from nudges.models import Decision, Nudge, NudgePool, NudgePreferences
from nudges.selectors.memories import pool_now, rows_for
from nudges.selectors.moments import Question, asker_of, joining, moment_json, questions, start_slot
from nudges.selectors.preferences import limits_of
from nudges.services.schedule import next_slot

USERS_AT_ONCE = 200
_LATER = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run came to: users looked at, questions answered, ledger rows written."""

    users: int = 0
    decisions: int = 0
    nudges: int = 0

    def __add__(self, other: Decided) -> Decided:
        return Decided(self.users + other.users, self.decisions + other.decisions, self.nudges + other.nudges)


def decide_due(now: datetime, *, most: int = 10_000) -> Decided:
    """Decide for the users whose next slot has begun, the longest due first, at most ``most`` of them."""
    total = Decided()
    while total.users < most:
        done = _decide_batch(now, min(USERS_AT_ONCE, most - total.users))
        total += done
        if done.users < USERS_AT_ONCE:
            break
    return total


def _decide_batch(now: datetime, most: int) -> Decided:
    """A batch in one transaction; when it fails, one by one, so that one bad account does not hold up the others."""
    try:
        with transaction.atomic():
            return _decide(_due(now, most), now)
    except Exception:
        log.exception("a batch could not be decided")
    ids = [row.pk for row in _due(now, most, lock=False)]
    total = Decided()
    for user_id in ids:
        try:
            with transaction.atomic():
                total += _decide(_due(now, 1, user_id=user_id), now)
        except Exception:
            log.exception("a user could not be decided for", extra={"user": user_id})
            NudgePreferences.objects.filter(pk=user_id).update(next_slot_at=now + _LATER)
            total += Decided(users=1)
    return total


def _due(now: datetime, most: int, *, lock: bool = True, user_id: int | None = None) -> list[NudgePreferences]:
    rows = NudgePreferences.objects.filter(next_slot_at__lte=now).select_related("user").order_by("next_slot_at")
    if user_id is not None:
        rows = rows.filter(pk=user_id)
    return list((rows.select_for_update(skip_locked=True, of=("self",)) if lock else rows)[:most])


def _decide(due: Sequence[NudgePreferences], now: datetime) -> Decided:
    askers = [asker for row in due if (asker := asker_of(row, now)) is not None]
    pool, shared = pool_now()
    asked = questions(askers, now)
    rows = rows_for({int(each.moment.habit_id): start_slot(each.moment.chosen_slot) for each in asked})
    answers: list[_Answer] = []
    by_slot: defaultdict[int, list[Question]] = defaultdict(list)
    for each in asked:
        by_slot[each.asker.slot].append(each)
    for those in by_slot.values():
        answers += _answers(those, rows, shared)
    written = _write(answers, pool, shared, now)
    for row in due:
        row.next_slot_at = next_slot(row.user, row, now)
    NudgePreferences.objects.bulk_update(due, ["next_slot_at"], batch_size=200)
    return Decided(len(due), len(answers), written)


@dataclass(frozen=True, slots=True)
class _Answer:
    question: Question
    moment: Moment
    row: state.Row
    decision: policy.Decision


def _answers(asked: Sequence[Question], rows: dict[int, state.Row], shared: state.Row) -> list[_Answer]:
    """Ask for one slot's users in turns, a habit each, so that later habits know whether a message is open already."""
    by_user: defaultdict[int, list[Question]] = defaultdict(list)
    for each in asked:
        by_user[each.asker.user.pk].append(each)
    answers: list[_Answer] = []
    speaking: set[int] = set()
    for turn in zip_longest(*by_user.values()):
        now_asked = [each for each in turn if each is not None]
        given = _turn(now_asked, speaking, rows, shared)
        speaking |= {each.question.asker.user.pk for each in given if each.decision.send}
        answers += given
    return answers


def _turn(
    asked: Sequence[Question], speaking: set[int], rows: dict[int, state.Row], shared: state.Row
) -> list[_Answer]:
    """One question a user. Those with other limits or without experiments are batches of their own."""
    batches: defaultdict[tuple[Any, ...], list[tuple[Question, Moment]]] = defaultdict(list)
    answers = []
    for each in asked:
        moment = joining(each) if each.asker.user.pk in speaking else each.moment
        if each.rarely:
            answers.append(_Answer(each, moment, rows[int(moment.habit_id)], _RARELY))
            continue
        wishes = each.asker.preferences
        batches[wishes.daily_budget, wishes.weekly_budget, wishes.no_experiments].append((each, moment))
    for batch in batches.values():
        wishes = batch[0][0].asker.preferences
        stack = [rows[int(moment.habit_id)] for _, moment in batch]
        decisions = policy.decide_many(
            [moment for _, moment in batch],
            np.concatenate(stack),
            shared,
            seed=settings.NUDGE_SEED,
            experiments=not wishes.no_experiments,
            limits=limits_of(wishes),
        )
        for (each, moment), row, decision in zip(batch, stack, decisions, strict=True):
            answers.append(_Answer(each, moment, row, decision))
    return answers


_RARELY = policy.Decision(send=False, style=None, propensities={"no_send": 1.0}, reason="rarely", features=None)


def _write(answers: Sequence[_Answer], pool: NudgePool | None, shared: state.Row, now: datetime) -> int:
    decisions = [_decision(each, pool, now) for each in answers]
    Decision.objects.bulk_create(decisions, batch_size=500)
    nudges = [
        _nudge(each, decision, kind, shared, now)
        for each, decision in zip(answers, decisions, strict=True)
        if each.decision.send
        for kind in each.question.asker.kinds
    ]
    Nudge.objects.bulk_create(nudges, batch_size=500, ignore_conflicts=True)  # whatever came before, each key is once
    return len(nudges)


def _decision(answer: _Answer, pool: NudgePool | None, now: datetime) -> Decision:
    said, asker = answer.decision, answer.question.asker
    silent = said.propensities["no_send"]
    row = Decision(
        user_id=asker.user.pk,
        habit_id=answer.question.standing.habit.pk,
        day=asker.day,
        slot=asker.slot,
        made_at=now,
        reason=said.reason,
        action=said.style or "no_send",
        randomised=0 < silent < 1,
        propensities=said.propensities,
    )
    if said.features is not None:
        row.moment = moment_json(answer.moment)
        row.features = asdict(said.features)
        row.model_version = said.features.version
        row.seed = settings.NUDGE_SEED
        row.experiments = not asker.preferences.no_experiments
        row.limits = asdict(limits_of(asker.preferences))
        row.memory = zlib.compress(state.pack(answer.row), 6)
        row.pool = pool
    return row


def _nudge(answer: _Answer, decision: Decision, kind: str, shared: state.Row, now: datetime) -> Nudge:
    asker, habit = answer.question.asker, answer.question.standing.habit
    facts = why.facts(answer.row, shared, answer.moment, daily_budget=asker.preferences.daily_budget)
    return Nudge(
        user_id=asker.user.pk,
        habit_id=habit.pk,
        day=asker.day,
        slot=asker.slot,
        channel=kind,
        style=decision.action,
        decision=decision,
        why=[asdict(fact) for fact in facts],
        message_key=f"{asker.user.pk}:{asker.day:%Y%m%d}:{asker.slot}:{kind}",
        due_at=asker.starts_at,
        next_attempt_at=now,
        expires_at=asker.ends_at,
        created_at=now,
    )
