"""Having the job score soon, when days have just been closed: one message for however many users."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from celery import current_app
from django.core.cache import cache

log = logging.getLogger(__name__)

TASK = "analytics.score"
_KEY = "risk:woken"
_DELAY = 5
"""Seconds in which further days may close and are scored along."""
_messenger = ThreadPoolExecutor(max_workers=1, thread_name_prefix="risk-wake")


def score_soon() -> None:
    """Wake the job once in a while. The message may be lost: the hourly run does the same."""
    if cache.add(_KEY, 1, timeout=_DELAY):
        _messenger.submit(_send)


def _send() -> None:
    try:
        current_app.send_task(TASK, countdown=_DELAY, ignore_result=True)
    except Exception:
        log.exception("the scoring job was not woken")
