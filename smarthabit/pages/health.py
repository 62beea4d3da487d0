"""Whether the process lives, and whether the product works: for a load balancer and for whoever is woken at night."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from analytics.risk.model import trouble
from smarthabit.kernel import clock, tick

log = logging.getLogger(__name__)


class _NotReadyError(Exception):
    """The message is for the answer; it names no host, user or password."""


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything a write or a nudge needs is there, else 503 and what is missing."""
    checks = {
        "database": _database,
        "migrations": _migrations,
        "redis": _redis,
        "tick": _tick,
        "risk model": _risk_model,
    }
    results = {name: _outcome(name, check) for name, check in checks.items()}
    ready = all(ok for ok, _ in results.values())
    body: dict[str, object] = {
        "status": "ready" if ready else "not ready",
        "checks": {name: text for name, (_, text) in results.items()},
        "tick_age_seconds": _rounded(tick.age(clock.now())),
    }
    return JsonResponse(body, status=200 if ready else 503)


def _outcome(name: str, check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except _NotReadyError as error:
        return False, str(error)
    except Exception:
        log.exception("readiness check failed", extra={"check": name})
        return False, "does not answer"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    if not _up_to_date():
        _up_to_date.cache_clear()
        raise _NotReadyError("some are not applied")
    return "ok"


@cache
def _up_to_date() -> bool:
    """Asked until it is true once: this process's code does not change."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not used"
    from redis import Redis  # noqa: PLC0415 - 5 MiB that one machine has no use for

    with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()
    return "ok"


def _tick() -> str:
    now = clock.now()
    if tick.is_late(now):
        age = tick.age(now)
        raise _NotReadyError("no job has run yet" if age is None else f"no job has run for {age:.0f} s")
    return "ok"


def _risk_model() -> str:
    """Told, but no reason to send people elsewhere: without it everything works but the forecasts."""
    return "not used: the log and `manage.py check` say why" if trouble() else "ok"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
