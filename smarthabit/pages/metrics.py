"""``/metrics``: figures for Prometheus, for whoever has the token."""

from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from smarthabit.kernel import clock, live, metrics, tick
from smarthabit.pages import hub

log = logging.getLogger(__name__)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Everything this process knows; there is no such page unless METRICS_TOKEN is set."""
    if not metrics.enabled():
        raise Http404
    given = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse("Bring the token.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def connect() -> None:
    """Say what is measured here; called once, when the apps are ready."""
    metrics.measure("live_sockets", "Open live connections of this process.", (), lambda: {(): hub.open_sockets()})
    metrics.measure("live_queue", "Live updates not sent yet by this process.", (), lambda: {(): live.queue_length()})
    metrics.measure("tick_age_seconds", "Since beat and a worker were last seen alive.", (), _tick_age)
    metrics.measure("queue_length", "Wake-ups that wait for a worker.", (), _queue_length)


def _tick_age() -> metrics.Labelled:
    age = tick.age(clock.now())
    return {} if age is None else {(): age}


def _queue_length() -> metrics.Labelled:
    if not settings.REDIS_URL:
        return {}
    from redis import Redis, RedisError  # noqa: PLC0415 - 5 MiB that one machine has no use for

    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            return {(): float(client.llen("celery"))}
    except RedisError:
        log.warning("queue length unknown", exc_info=True)
        return {}
