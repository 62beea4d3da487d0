"""What benchmarks share: the product set up on data of its own, and medians of runs that take turns.

Import it before anything of the product: it makes the apps beside this folder importable.
"""

from __future__ import annotations

import atexit
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def environment(**more: str) -> Path:
    """Set the environment of the product, and with it of the processes that are started: quiet logs, keys of no worth.

    Its data is where DATABASE_URL says, else in the folder that is given back; that goes with this process.
    """
    folder = Path(tempfile.mkdtemp(prefix="smarthabit-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for missed in ("static", "queue/tasks"):  # by WhiteNoise, and by whoever wakes a job
        (folder / missed).mkdir(parents=True)
    os.environ.update(DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="smarthabit.settings", LOG_LEVEL="ERROR", **more)
    os.environ.setdefault("SECRET_KEY", "benchmark-" * 6)
    os.environ.setdefault("JWT_SIGNING_KEY", "kramhcneb-" * 6)
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    return folder


def set_up(**more: str) -> None:
    """The environment, and Django in it: models can be imported from now on."""
    environment(**more)
    import django  # noqa: PLC0415 - numpy, which it may bring, reads the environment

    django.setup()


def migrate() -> None:
    """Make the tables."""
    from django.core.management import call_command  # noqa: PLC0415 - Django's settings are there only now

    call_command("migrate", verbosity=0)


def milliseconds(work: Callable[[], Any]) -> float:
    """What one run takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def medians(works: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The median of the runs of each, in milliseconds; they take turns, so that a busy minute is nobody's alone."""
    runs: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            runs[name].append(milliseconds(work))
    return {name: statistics.median(times) for name, times in runs.items()}
