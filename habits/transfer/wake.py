"""Telling a worker that there is something to do, without waiting for whoever carries the message.

The message may be lost: the sweep finds the job. So it is sent from a thread of its own, where a broker that does not
answer holds up nobody's request.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

TASK = "habits.run_import"
_messenger = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wake")


def wake(job_id: int) -> None:
    """Have a worker look at the job once the transaction has committed."""
    transaction.on_commit(lambda: _later(job_id), robust=True)


def _later(job_id: int) -> None:
    _messenger.submit(_send, job_id)


def _send(job_id: int) -> None:
    try:
        current_app.send_task(TASK, [job_id], ignore_result=True)
    except Exception:
        log.exception("worker not woken", extra={"job": job_id})
