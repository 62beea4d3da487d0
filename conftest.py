"""What every test may lean on, and what none may do: talk to anything but this machine."""

from __future__ import annotations

import datetime as dt
import gc
import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import settings

from smarthabit.kernel import clock
from smarthabit.kernel.kept import forget_everything
from smarthabit.testing.emptying import delete_instead_of_truncating

pytest_plugins = ["smarthabit.testing.fixtures"]

# Modules and tests stay for good: looking through them again and again takes a tenth of the time.
gc.set_threshold(200_000, 20, 100)

_ON_SERVICES = bool(os.environ.get("DATABASE_URL"))
_EVERYTHING = bool(os.environ.get("EVERYTHING"))
# Properties are tried on a third as many examples as Hypothesis would; CI takes its own number.
settings.register_profile("third", max_examples=33)
settings.load_profile("default" if _EVERYTHING else "third")
# Fixtures by which a test shows that it depends on the database, the cache or a socket.
_STATEFUL = {"db", "transactional_db", "django_db_setup", "live_site", "services"}
# Fixtures that start the product in a process, or a browser: once for all tests that use them, in a run of their own.
_DEAR = {"site", "_chromium"}


if _ON_SERVICES:
    delete_instead_of_truncating()


class OutsideWorldError(Exception):
    """A test tried to reach another machine."""


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in {"localhost", ""} and not _is_loopback(address[0]):
        raise OutsideWorldError(f"tests stay on this machine: {address[0]}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


sys.addaudithook(_refuse_outside)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Spare the run on PostgreSQL the import of modules of which it takes nothing."""
    if not _ON_SERVICES or _EVERYTHING or not collection_path.name.startswith("test_"):
        return None
    return True if "pytest.mark.once" in collection_path.read_text(encoding="utf-8") else None


@pytest.hookimpl(tryfirst=True)  # before pytest looks at -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose what this run proves: with servers, all that keeps state; without, all that needs none."""
    chosen: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        (chosen if _belongs_here(item) else left).append(item)
    items[:] = chosen
    for item in chosen:
        if not _DEAR.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.product)
    config.hook.pytest_deselected(items=left)


def _belongs_here(item: pytest.Item) -> bool:
    if item.get_closest_marker("thorough") and not _EVERYTHING:
        return False
    if item.get_closest_marker("services"):
        return _ON_SERVICES
    if not _ON_SERVICES:
        return True
    if item.get_closest_marker("browser") or (item.get_closest_marker("once") and not _EVERYTHING):
        return False
    return bool(item.get_closest_marker("django_db")) or not _STATEFUL.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def _fresh_start() -> Any:
    """No test sees what another left in the cache or in the process, or a clock that another has moved."""
    cache.clear()
    forget_everything()
    yield
    clock.shift(dt.timedelta(0))
