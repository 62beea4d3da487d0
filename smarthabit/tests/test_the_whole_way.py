"""The main job from end to end, on the real product: sign up, import, check in, and every open view knows."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from websockets.sync.client import connect

from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.site import Site

pytestmark = pytest.mark.browser

PASSWORD = "a pass phrase for tests only"
DAYS = 60


def loop_zip() -> bytes:
    """An export as Loop writes it: two habits, done every day but today."""
    today = dt.datetime.now(dt.UTC).date()  # noqa: TID251 - the product in its own process has no other clock either
    days = [today - dt.timedelta(days=back) for back in range(1, DAYS + 1)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "Habits.csv",
            "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,"
            "Target Value,Archived?\n"
            "001,Meditate,YES_NO,,,1,1,#00897B,,,,false\n"
            "002,Walk,NUMERICAL,,,1,1,#1976D2,km,AT_LEAST,3.0,false\n",
        )
        for folder, value in (("001 Meditate", "YES_MANUAL"), ("002 Walk", "3500")):
            lines = "".join(f"{day},{value},\n" for day in days)
            archive.writestr(f"{folder}/Checkmarks.csv", f"Date,Value,Notes\n{lines}")
    return buffer.getvalue()


def sign_up(pages: Pages, email: str) -> Page:
    page = pages.context(timezone_id="UTC").new_page()
    page.goto("/accounts/signup/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", PASSWORD)
    page.click("main button[type=submit], main button:not([type])")
    expect(page).to_have_url(re.compile(r"/welcome/$"))
    return page


def import_file(page: Page, folder: Path) -> None:
    path = folder / "Loop Habits CSV.zip"
    path.write_bytes(loop_zip())
    page.goto("/habits/import/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Look into the file").click()
    page.get_by_role("button", name=re.compile("Import")).click(timeout=30_000)
    expect(page.get_by_text("120 days were stored.")).to_be_visible(timeout=30_000)


def flame(page: Page, name: str) -> Any:
    return page.locator("[data-row]", has_text=name).locator(".flame span[aria-hidden]")


def api(site: Site, method: str, path: str, body: Any = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{site.url}/api/v1/{path}", data, headers, method=method)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own address
        return json.loads(answer.read() or "null")


def hear(socket: Any, kind: str) -> dict[str, Any]:
    """The next event of a kind on a script's socket."""
    while True:
        message = json.loads(socket.recv(timeout=20))
        for event in message.get("events", []):
            if event["type"] == kind:
                return dict(event)


class Line:
    """The live socket of a page, which the test can cut and mend."""

    def __init__(self, page: Page) -> None:
        self.cut = False
        self._open: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws/live/"), self._route)

    def _route(self, route: WebSocketRoute) -> None:
        if self.cut:
            route.close(code=4000, reason="cut")
            return
        self._open.append(route)
        route.connect_to_server()

    def down(self) -> None:
        """Cut it, and every attempt to connect again."""
        self.cut = True
        for route in self._open:
            route.close(code=4000, reason="cut")
        self._open.clear()


def test_every_open_view_of_a_person_knows_of_a_check_in_and_nobody_else_s(
    pages: Pages, site: Site, tmp_path: Path
) -> None:
    a = sign_up(pages, "ada@example.net")
    import_file(a, tmp_path)
    a.goto("/")
    expect(flame(a, "Meditate")).to_have_text(str(DAYS))
    assert accessibility_faults(a) == []

    b = a.context.new_page()
    line = Line(b)
    b.goto("/")
    stranger = sign_up(pages, "eve@example.net")
    stranger.goto("/habits/")
    expect(stranger.get_by_text("Meditate")).to_have_count(0)

    token = api(site, "POST", "auth/token/", {"email": "ada@example.net", "password": PASSWORD})["access"]
    ticket = api(site, "POST", "live/ticket/", {}, token)["ticket"]
    address = f"ws://localhost:{site.port}/ws/live/?format=json&ticket={ticket}"
    with connect(address) as socket:
        assert json.loads(socket.recv(timeout=20))["type"] == "hello"
        a.get_by_role("button", name=re.compile("^Meditate")).first.click()
        told = hear(socket, "entry")
        assert told["streak"] == DAYS + 1
        expect(flame(b, "Meditate")).to_have_text(str(DAYS + 1))
        expect(flame(a, "Meditate")).to_have_text(str(DAYS + 1))

        line.down()
        today = dt.datetime.now(dt.UTC).date()  # noqa: TID251 - see above
        api(site, "PUT", f"habits/{told['habit']}/entries/{today}/", {"value": 0}, token)
        expect(flame(a, "Meditate")).to_have_text(str(DAYS))
        expect(flame(b, "Meditate")).to_have_text(str(DAYS + 1))
        line.cut = False
        expect(flame(b, "Meditate")).to_have_text(str(DAYS), timeout=30_000)
    expect(stranger.get_by_text("Meditate")).to_have_count(0)
    strange = api(site, "POST", "auth/token/", {"email": "eve@example.net", "password": PASSWORD})["access"]
    assert api(site, "GET", "habits/", token=strange)["results"] == []
