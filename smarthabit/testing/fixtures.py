"""Fixtures that start something real: the server within this process, the product in its own, a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from smarthabit.testing import processes
from smarthabit.testing.live import LiveSite
from smarthabit.testing.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from smarthabit.testing.browser import Pages


@pytest.fixture(scope="session")
def live_site(django_db_setup: None) -> Iterator[LiveSite]:  # noqa: ARG001 - the database comes first, and goes last
    """The real server on the test database, in a thread: what a test writes is seen by sockets and pages."""
    site = LiveSite(processes.free_port())
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real product, embedded, in a process and a data folder of its own."""
    with Site(tmp_path_factory.mktemp("site")) as running:
        yield running


def _as_long_as_it_may(fixture_name: str, config: pytest.Config) -> Literal["session", "module"]:  # noqa: ARG001 - pytest's
    """A browser is dear, but its event loop bars the thread to asynchronous tests: with those about it ends early."""
    return "session" if str(config.option.markexpr).startswith("product") else "module"


@pytest.fixture(scope=_as_long_as_it_may)
def _chromium() -> Iterator[Browser]:
    from smarthabit.testing.browser import chromium

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with chromium() as browser:
            yield browser


@pytest.fixture
def pages(_chromium: Browser, site: Site) -> Iterator[Pages]:
    """Opens pages of ``site`` in a browser, and fails the test when one of them complained on its console."""
    from smarthabit.testing.browser import Pages

    with Pages(_chromium, site.url) as opened:
        yield opened
