"""The Celery application. Jobs take ids, are safe to repeat, and find their work in the database."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smarthabit.settings")

app = Celery("smarthabit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def _write_schedule(**_: object) -> None:
    """Beat reads its schedule from the database: bring that up to date with ours first."""
    from smarthabit.schedule import synchronise  # noqa: PLC0415 - models can be imported only when Django is set up

    synchronise()
