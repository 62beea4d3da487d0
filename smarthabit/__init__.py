"""SmartHabit: the project package (settings, kernel, accounts and pages)."""

import os

from smarthabit.celery import app as celery_app

# Our matrices are small, and several processes share the machine: threads of numpy's own wait for each other far longer
# than they reckon (20 ms instead of 0.1 for a product on two busy cores). It is read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = ["celery_app"]
