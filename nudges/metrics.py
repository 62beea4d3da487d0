"""What Prometheus is told of the ledger: what waits, for how long, and how the latest rows ended."""

from __future__ import annotations

from nudges.selectors import standing
from smarthabit.kernel import clock, metrics


def connect() -> None:
    """Say what is measured here; called once, when the app is ready."""
    metrics.measure("nudges_waiting", "Nudges of the ledger that are to go out, by state.", ("state",), _waiting)
    metrics.measure("nudge_lag_seconds", "For how long the longest waiting nudge has been due.", (), _lag)
    metrics.measure(
        "nudges_latest", "The latest rows of the ledger, by channel and state.", ("channel", "state"), _latest
    )


def _waiting() -> metrics.Labelled:
    return {(state,): count for state, count in standing.waiting().items()}


def _lag() -> metrics.Labelled:
    return {(): standing.lag(clock.now())}


def _latest() -> metrics.Labelled:
    return standing.latest()
