"""What is learnt over night: the recalibration from everybody's outcomes and, with data enough, new weights.

New weights are kept only if they do better on people they were not fitted on. What nobody looks at any more is
forgotten.
"""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.db.models import Max

from analytics.domain.risk_fit import Examples, TooLittleError, examples, fit
from analytics.domain.risk_model import log_odds
from analytics.domain.risk_reliability import learnt_from
from analytics.domain.risk_weights import Weights
from analytics.models import RiskAlert, RiskDay, RiskModel, RiskRecord
from analytics.risk.logs import own_logs
from analytics.risk.model import as_recalibration, current_model, stored_form

log = logging.getLogger(__name__)

SETTLED: Final = 4
"""Days after which the outcomes of a day are in, wherever on earth it was."""
KEEP: Final = 0.97
"""How much of its certainty the recalibration keeps each day: about a month counts."""
REFIT_AFTER: Final = timedelta(days=7)
FEWEST_USERS: Final = 50
FEWEST_UNITS: Final = 20_000
MOST_UNITS: Final = 60_000
"""Days that were asked for which are fitted on; more need more memory than a worker should take."""
BETTER: Final = 0.002
"""By which share the log loss on the held-out people has to fall."""
_ALERTS, _DAYS, _RECORDS = timedelta(days=60), timedelta(days=400), timedelta(days=750)
_MODELS: Final = 8


def learn(now: datetime) -> None:
    """Everything there is to learn at the moment. Repeating it changes nothing."""
    recalibrate(now)
    refit(now)
    forget(now)


@transaction.atomic
def recalibrate(now: datetime) -> int:
    """Learn from the days that are settled and were not learnt from yet, oldest first; gives back how many."""
    last = now.astimezone(UTC).date() - timedelta(days=SETTLED)
    model = _in_use(now)
    days = list(RiskDay.objects.select_for_update().filter(learnt=False, day__lte=last).order_by("day"))
    recalibration = as_recalibration(model.recalibration)
    for day in days:
        found = learnt_from(recalibration.loosened(KEEP), bytes(day.odds))
        recalibration = found if found.is_sound else recalibration
    if days:
        model.recalibration = stored_form(recalibration)
        model.save(update_fields=["recalibration"])
        RiskDay.objects.filter(pk__in=[day.pk for day in days]).update(learnt=True)
    return len(days)


def refit(now: datetime) -> bool:
    """Fit new weights once a week where there is data enough; whether they were better, and are used from now on."""
    if RiskModel.objects.filter(revision__gt=0, fitted_at__gt=now - REFIT_AFTER).exists():
        return False
    current = current_model()
    revision = (RiskModel.objects.aggregate(last=Max("revision"))["last"] or 0) + 1
    logs = list(own_logs(now, seed=revision, most_units=MOST_UNITS))
    units = sum(row.due for rows in logs for row in rows)
    if current is None or len(logs) < FEWEST_USERS or units < FEWEST_UNITS:
        return False
    held_out = examples(logs[::5])
    try:
        found = fit([rows for at, rows in enumerate(logs) if at % 5], revision)
    except TooLittleError as error:
        log.info("the risk model was not refitted: %s", error)
        return False
    before, after = _loss(current.weights, held_out), _loss(found, held_out)
    better = bool(after < before * (1 - BETTER))
    report = {"users": len(logs), "units": units, "log_loss_before": round(before, 5), "log_loss": round(after, 5)}
    _keep(revision, found, report, better=better, now=now)
    return better


@transaction.atomic
def _keep(revision: int, weights: Weights, report: dict[str, Any], *, better: bool, now: datetime) -> None:
    """Remember the attempt, and use it if it is better; its recalibration begins afresh."""
    _in_use(now)
    if better:
        RiskModel.objects.filter(in_use=True).update(in_use=False)
    RiskModel.objects.create(
        revision=revision,
        weights=weights.to_text() if better else "",
        report={**report, "kept": better},
        in_use=better,
        fitted_at=now,
    )


def _loss(weights: Weights, found: Examples) -> float:
    """Mean log loss of the morning's forecasts."""
    z = np.clip(log_odds(found.inputs, weights).astype(np.float64), -12, 12)
    return float(np.mean(np.logaddexp(0, np.where(found.missed, -z, z))))


def _in_use(now: datetime) -> RiskModel:
    """The row of the model in use, locked; that of the shipped weights when there is none yet."""
    row = RiskModel.objects.select_for_update().filter(in_use=True).first()
    return row or RiskModel.objects.get_or_create(revision=0, defaults={"in_use": True, "fitted_at": now})[0]


def forget(now: datetime) -> None:
    """Delete what is older than anybody looks at."""
    today: date = now.astimezone(UTC).date()
    RiskAlert.objects.filter(raised_at__lt=now - _ALERTS).delete()
    RiskDay.objects.filter(day__lt=today - _DAYS).delete()
    RiskRecord.objects.filter(month__lt=today - _RECORDS).delete()
    newest = RiskModel.objects.order_by("-revision").values_list("revision", flat=True)[:_MODELS]
    RiskModel.objects.filter(in_use=False, revision__gt=0).exclude(revision__in=list(newest)).delete()
