"""From a press in one tab to the new streak in another tab, and in a script's socket: 50 check-ins, p50 and p95.

    .venv/bin/python benchmarks/latency.py [check-ins]

The real product on SQLite, two pages of Today in one Chromium, and a JSON socket.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from smarthabit.testing.browser import chromium
from smarthabit.testing.site import Site

SETUP = """
import datetime as dt
from habits.services import EntryChange, EntryWrite, HabitDraft, create_habit, write_entries
from habits.models import Habit
from smarthabit.accounts.selectors import today_of
now = clock.now()
daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
today = today_of(user, now)
if not Habit.objects.owned_by(user).exists():
    for name in [f"Habit {n}" for n in range(20)]:
        draft = HabitDraft(name, daily, 1000, started_on=today - dt.timedelta(days=365))
        habit = create_habit(user=user, draft=draft, now=now)
        days = [today - dt.timedelta(days=back) for back in range(1, 300)]
        write_entries(user=user, writes=[EntryWrite(habit.pk, day, EntryChange(1000)) for day in days], now=now)
"""
WATCH = """() => {
  window.seen = [];
  const list = document.querySelector("#day-rows");
  new MutationObserver(() => window.seen.push(Date.now())).observe(list, {childList: true, subtree: true});
}"""


def _hear(url: str, heard: list[float]) -> None:
    with suppress(ConnectionClosed), connect(url) as socket:
        heard.append(0.0)
        while True:
            if json.loads(socket.recv()).get("events"):
                heard.append(time.time() * 1000)


def _token(site: Site) -> str:
    code = """
from smarthabit.accounts import tokens
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
print(tokens.issue(user=User.objects.get(email="ada@example.org"), now=clock.now()).access)
"""
    return site.run(code).splitlines()[-1]


def _ticket(site: Site, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{site.url}/api/v1/live/ticket/", b"{}", headers, method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(json.loads(answer.read())["ticket"])


def _press(a: Page, b: Page, number: int, heard: list[float]) -> tuple[float, float]:
    """Milliseconds from the press until the other page, and until the socket, showed it."""
    b.evaluate("() => { window.seen.length = 0; }")
    known = len(heard)
    pressed: Any = a.evaluate(
        "n => { const at = Date.now(); document.querySelectorAll('[data-row] .check')[n].click(); return at; }",
        number % 20,
    )
    deadline = time.monotonic() + 20
    while len(heard) == known or not b.evaluate("() => window.seen.length"):
        if time.monotonic() > deadline:
            raise SystemExit("a check-in was not seen within 20 s")
        time.sleep(0.02)
    return b.evaluate("() => window.seen[0]") - pressed, heard[known] - pressed


def main() -> None:
    """Serve, press, print."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with Site(Path(tempfile.mkdtemp())) as site, chromium(whole=True) as browser:
        session = site.sign_in(setup=SETUP)
        context = browser.new_context(base_url=site.url, timezone_id="UTC")
        context.add_cookies([{"name": "session", "value": session, "url": site.url}])
        a, b = context.new_page(), context.new_page()
        for page in (a, b):
            page.goto("/")
        b.evaluate(WATCH)
        heard: list[float] = []
        ticket = _ticket(site, _token(site))
        url = f"ws://localhost:{site.port}/ws/live/?format=json&ticket={ticket}"
        threading.Thread(target=_hear, args=(url, heard), daemon=True).start()
        while not heard:
            time.sleep(0.05)
        time.sleep(1)
        found = [_press(a, b, number, heard) for number in range(times)]
    for name, took in zip(("another tab", "a script's socket"), zip(*found, strict=True), strict=True):
        p95 = statistics.quantiles(took, n=20)[-1]
        print(f"{name:18s} p50 {statistics.median(took):6.0f} ms   p95 {p95:6.0f} ms   of {times} check-ins")


if __name__ == "__main__":
    main()
