"""What operators can count: requests, live connections and messages of this process, and jobs of all of them.

Nothing is counted - and the library that counts is not loaded - unless METRICS_TOKEN is set. Each server process
answers for itself and is asked by itself, as Prometheus would have it. Workers answer no requests, so the figures of
jobs lie in the cache, where every server process finds them; an emptied cache starts them at 0 again, which Prometheus
understands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.cache import cache

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_COUNTERS = {
    "requests": ("HTTP requests answered.", ("method", "view", "status")),
    "live_publishes": ("Live updates: sent, delayed (tried again), forgotten.", ("outcome",)),
    "live_frames": ("Frames sent to live connections.", ()),
    "live_closes": ("Live connections closed by the server, by code.", ("code",)),
}
_SHARED = {
    "nudge_sends": ("Messages handed to a channel, by what came of it.", ("channel", "outcome")),
}
_JOBS = {
    "runs": "Runs of a job that ended well.",
    "failures": "Runs of a job that raised.",
    "run_ms": "Milliseconds spent in a job.",
    "wait_ms": "Milliseconds that wake-ups of a job waited in the queue.",
}
_KEPT_SECONDS = 30 * 86400

T = TypeVar("T")
Labelled = Mapping[tuple[str, ...], float]
"""Figures by the values of their labels; one without labels has the key ()."""
_measures: dict[str, tuple[str, tuple[str, ...], Callable[[], Labelled]]] = {}


def once(make: Callable[[], T]) -> Callable[[], T]:
    """``make``, called by whichever thread is first; the others wait. What registers itself must not be made twice."""
    lock, made = RLock(), list[T]()

    @wraps(make)
    def get() -> T:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get


def enabled() -> bool:
    """Whether anybody may ask for figures."""
    return bool(settings.METRICS_TOKEN)


def measure(name: str, help_text: str, labels: tuple[str, ...], figures: Callable[[], Labelled]) -> None:
    """Have ``figures`` asked for at every scrape, as the gauge ``smarthabit_<name>``; for ``AppConfig.ready``."""
    _measures[name] = (help_text, labels, figures)


def count(name: str, *labels: str, by: float = 1) -> None:
    """Add to one of the counters of this process."""
    if enabled():
        counter = _instruments()[name]
        (counter.labels(*labels) if labels else counter).inc(by)


def count_request(method: str, view: str, status: int, seconds: float) -> None:
    """One answered request; ``view`` is the name of its address, so that ids in paths make no series of their own."""
    if enabled():
        count("requests", method, view, str(status))
        _instruments()["seconds"].labels(view).observe(seconds)


def count_job(task: str, *, ok: bool, seconds: float, waited: float | None) -> None:
    """One run of a job, in whatever process; ``waited``: how long its wake-up lay in the queue, if that is known."""
    if not enabled():
        return
    _know("jobs", task)
    _add(task, "runs" if ok else "failures", 1)
    _add(task, "run_ms", round(seconds * 1000))
    if waited is not None:
        _add(task, "wait_ms", round(max(0.0, waited) * 1000))


def count_anywhere(name: str, *labels: str) -> None:
    """Add one to a counter of all processes, workers among them; labels are few and never contain a colon."""
    if enabled():
        series = ":".join(labels)
        _know(name, series)
        _add(name, series, 1)


def text() -> bytes:
    """Everything, as Prometheus reads it."""
    from prometheus_client import generate_latest  # noqa: PLC0415 - loaded only where somebody counts

    return generate_latest(_registry())


def _know(what: str, series: str) -> None:
    # Two that write at the same moment lose one of them until its next run: it is missing from a scrape, not uncounted.
    known = set(cache.get(f"metrics:{what}") or ())
    if series not in known:
        cache.set(f"metrics:{what}", sorted(known | {series}), timeout=None)


def _add(what: str, series: str, by: int) -> None:
    key = f"metrics:{what}:{series}"
    if not cache.add(key, by, timeout=_KEPT_SECONDS):
        try:
            cache.incr(key, by)
        except ValueError:  # it ended between the two
            cache.set(key, by, timeout=_KEPT_SECONDS)


@once
def _registry() -> CollectorRegistry:
    from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry  # noqa: PLC0415

    registry = CollectorRegistry()
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR, _AtScrape()):
        registry.register(collector)
    return registry


@once
def _instruments() -> dict[str, Any]:
    from prometheus_client import Counter, Histogram  # noqa: PLC0415

    made: dict[str, Any] = {
        name: Counter(f"smarthabit_{name}", help_text, labels, registry=_registry())
        for name, (help_text, labels) in _COUNTERS.items()
    }
    made["seconds"] = Histogram(
        "smarthabit_request_seconds",
        "Time to answer a request.",
        ("view",),
        buckets=REQUEST_BUCKETS,
        registry=_registry(),
    )
    return made


class _AtScrape:
    """What is looked up when it is asked for; a figure that cannot be had now is left out."""

    def describe(self) -> list[Any]:
        """Nothing ahead of time: the registry would ask for everything at once."""
        return []

    def collect(self) -> Any:
        """Jobs, and what apps measure."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415

        tasks: list[str] = cache.get("metrics:jobs") or []
        for figure, help_text in _JOBS.items():
            family = CounterMetricFamily(f"smarthabit_job_{figure}", help_text, labels=("job",))
            found = cache.get_many([f"metrics:{task}:{figure}" for task in tasks])
            for task in tasks:
                family.add_metric((task,), found.get(f"metrics:{task}:{figure}", 0))
            yield family
        for name, (help_text, names) in _SHARED.items():
            counter = CounterMetricFamily(f"smarthabit_{name}", help_text, labels=names)
            for series in cache.get(f"metrics:{name}") or []:
                counter.add_metric(series.split(":"), cache.get(f"metrics:{name}:{series}", 0))
            yield counter
        for name, (help_text, labels, figures) in _measures.items():
            gauge = GaugeMetricFamily(f"smarthabit_{name}", help_text, labels=labels)
            for values, found_now in figures().items():
                gauge.add_metric(values, found_now)
            yield gauge
