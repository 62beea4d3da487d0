"""A Celery worker and beat as threads of this process."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from celery.worker import WorkController, state
from django.conf import settings
from django.db import connections
from django_celery_beat.schedulers import DatabaseScheduler

from smarthabit.celery import app
from smarthabit.schedule import synchronise

log = logging.getLogger(__name__)

WORKER_THREADS = 2
LONGEST_SLEEP = 5.0
RESTART_SECONDS = 1.0


class Jobs:
    """The two threads; they end with the process, at the latest."""

    def __init__(self) -> None:
        for folder in ("data_folder_in", "control_folder"):
            if path := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(folder):
                Path(str(path)).mkdir(parents=True, exist_ok=True)
        self._ending = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="jobs-beat", daemon=True)
        self._beating.start()
        threading.Thread(target=self._work, name="jobs-worker", daemon=True).start()

    def stop(self, seconds: float) -> bool:
        """Take no more jobs and end those under way; False when they are not done after so many seconds."""
        deadline = time.monotonic() + seconds
        self._ending.set()
        state.should_stop = 0  # the exit code; the worker's thread sees it when it next looks for a message
        self._beating.join(seconds)
        # An idle worker sleeps for up to two seconds between its looks: nobody has to wait for that.
        while state.active_requests and time.monotonic() < deadline:
            time.sleep(0.05)
        return not state.active_requests

    def _work(self) -> None:
        """Work until told to stop. A worker that ends by itself, whatever it stumbled over, has a successor."""
        while not self._ending.is_set():
            worker = WorkController(
                app=app,
                pool="threads",
                concurrency=WORKER_THREADS,
                without_gossip=True,
                without_mingle=True,
                without_heartbeat=True,
            )
            worker.start()
            if not self._ending.wait(RESTART_SECONDS):
                log.error("the worker ended by itself, another one begins")

    def _beat(self) -> None:
        """What celery.beat.Service does, with a sleep that can be cut short."""
        synchronise()
        scheduler = DatabaseScheduler(app=app, max_interval=LONGEST_SLEEP)
        try:
            while not self._ending.wait(self._tick(scheduler)):
                if scheduler.should_sync():
                    scheduler.sync()
        finally:
            scheduler.close()
            connections.close_all()

    def _tick(self, scheduler: DatabaseScheduler) -> float:
        try:
            return float(max(0.0, min(scheduler.tick(), LONGEST_SLEEP)))
        except Exception:
            log.exception("beat failed")
            return LONGEST_SLEEP
