"""What a page costs: the budgets, counted on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from smarthabit.testing.browser import Pages
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = pytest.mark.browser

KB = 1024


def _cost(pages: Pages, session: str, path: str) -> tuple[dict[str, int], int]:
    """Bytes on the wire by kind of resource, and the number of requests, of a first visit."""
    page = pages.context(session=session).new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    kinds: dict[str, str] = {}
    cost: dict[str, int] = {}

    def answered(event: dict[str, Any]) -> None:
        # Chromium draws its own date and time fields from data: addresses, which travel nowhere.
        if not event["response"]["url"].startswith("data:"):
            kinds[event["requestId"]] = event["type"]

    devtools.on("Network.responseReceived", answered)

    def finished(event: dict[str, object]) -> None:
        kind = kinds.get(str(event["requestId"]), "")
        cost[kind] = cost.get(kind, 0) + int(str(event["encodedDataLength"]).partition(".")[0])

    devtools.on("Network.loadingFinished", finished)
    page.goto(path, wait_until="load")
    page.wait_for_timeout(300)
    return cost, len(kinds)


def test_pages_keep_to_their_budget(pages: Pages, site: Site) -> None:
    session = site.sign_in(setup=SETUP)
    for path in ("/", "/habits/", "/habits/new/", "/settings/"):
        _keeps_to_its_budget(*_cost(pages, session, path))


def _keeps_to_its_budget(cost: dict[str, int], requests: int) -> None:
    assert cost["Document"] <= 15 * KB
    assert cost["Script"] <= 28 * KB
    assert cost["Stylesheet"] <= 14 * KB
    assert requests <= 6
