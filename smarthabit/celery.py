"""The Celery application. Jobs take ids, are safe to repeat, and find their work in the database."""

import os
import time
from typing import Any

from celery import Celery
from celery.signals import beat_init, before_task_publish, heartbeat_sent, task_postrun, task_prerun
from kombu.transport import TRANSPORT_ALIASES

from smarthabit.serving import alive

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smarthabit.settings")

TRANSPORT_ALIASES["folder"] = "smarthabit.serving.queue:Transport"
app = Celery("smarthabit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def _write_schedule(**_: object) -> None:
    """Beat reads its schedule from the database: bring that up to date with ours first."""
    from smarthabit.schedule import synchronise  # noqa: PLC0415 - models can be imported only when Django is set up

    synchronise()
    before_task_publish.connect(_show_beat)


def _show_beat(**_: object) -> None:
    alive.show("beat")


@heartbeat_sent.connect
def _show_worker(**_: object) -> None:
    alive.show("worker")


@before_task_publish.connect
def _say_when(headers: dict[str, Any] | None = None, **_: object) -> None:
    """Let whoever takes the job know how long it waited."""
    if headers is not None:
        headers["sent_at"] = time.time()


@task_prerun.connect
def _begin(task: Any, **_: object) -> None:
    task.request.begun_at = time.time()


@task_postrun.connect
def _end(task: Any, state: str | None = None, **_: object) -> None:
    from smarthabit.kernel import metrics  # noqa: PLC0415 - it asks the settings

    begun, sent = getattr(task.request, "begun_at", None), task.request.get("sent_at")
    if begun is not None:
        waited = begun - sent if sent else None
        metrics.count_job(task.name, ok=state == "SUCCESS", seconds=time.time() - begun, waited=waited)
