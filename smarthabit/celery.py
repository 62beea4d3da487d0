"""The Celery application. Jobs take ids, are safe to repeat, and find their work in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smarthabit.settings")

app = Celery("smarthabit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
