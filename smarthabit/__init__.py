"""SmartHabit: the project package (settings, kernel, accounts and pages)."""

from smarthabit.celery import app as celery_app

__all__ = ["celery_app"]
