"""The pulse of the jobs: the last moment at which beat and a worker were both seen alive."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache

LATE_SECONDS = 45
"""Whoever watches is to know within a minute, and the last sign may be ten seconds older than the end of the jobs."""

_KEY = "kernel:tick"


def record(now: dt.datetime) -> None:
    """Note that the jobs ran at ``now``."""
    cache.set(_KEY, now.timestamp(), timeout=None)


def age(now: dt.datetime) -> float | None:
    """Seconds since the jobs last ran; None when nobody has seen them run."""
    seen = cache.get(_KEY)
    return None if seen is None else max(0.0, now.timestamp() - seen)


def has_stopped(now: dt.datetime) -> bool:
    """Whether the jobs were seen running and have gone silent since; people are told then, not while all starts up."""
    seconds = age(now)
    return seconds is not None and seconds > LATE_SECONDS


def is_late(now: dt.datetime) -> bool:
    """Whether the jobs have been silent for too long: rollovers and nudges would be late too."""
    seconds = age(now)
    return seconds is None or seconds > LATE_SECONDS
