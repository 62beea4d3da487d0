"""Promise 8 as its user sees it: one person's tabs in one browser, each connected to another socket process.

That they are is asked of the processes themselves: each says how many live connections it holds, and the tabs must make
one more in each. A stranger has Today open meanwhile.
"""

from __future__ import annotations

import json
import re
import statistics
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smarthabit.testing.browser import Pages, chromium
from smarthabit.testing.faults import Figure, all_of, at_most, zero
from smarthabit.testing.load import Person, people, until
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TITLE = "8: two tabs of one person in different socket processes, in a browser; then one of the two is killed"
TOKEN = "asked-by-the-tests-only"  # noqa: S105 - of servers that last as long as the test
SHOWN_SECONDS = 10

_SOCKETS = re.compile(r"^smarthabit_live_sockets (\S+)$", re.MULTILINE)
_PRESSED = """([habit, wanted]) =>
  document.querySelector(`#habit-${habit} button.check`)?.getAttribute("aria-pressed") === wanted"""


def run(folder: Path, *, long: bool) -> list[Figure]:
    """All the product's processes, and Chromium."""
    with Postgres() as postgres, Valkey() as valkey, chromium() as browser:
        whole = Stack(
            folder, postgres.url, valkey.url, web=1, sockets=2, workers=1, beats=1, METRICS_TOKEN=TOKEN
        ).migrate()
        with whole as stack:
            return prove(stack, browser, people(stack, 2, name="tabs"), rounds=20 if long else 4)


def prove(stack: Stack, browser: Browser, persons: Sequence[Person], *, rounds: int) -> list[Figure]:
    """Check in on one tab and watch the other, ``rounds`` times; then once more when its socket process is dead."""
    person, stranger = persons
    until(lambda: not any(_held(stack).values()), 30, "no live connections of others")
    with Pages(browser, stack.url) as pages:
        profile = pages.context(session=person.session)
        here, there = tabs = profile.new_page(), profile.new_page()
        homes = [_opened(stack, tab) for tab in tabs]
        with _heard(pages.context(session=stranger.session).new_page()) as frames:
            took = [_check_in(here, there, person, number) for number in range(rounds)]
            strange = [frame for frame in frames if _names_one_of(frame, person)]
        assert not pages.complaints, pages.complaints
        for tab in tabs:
            tab.evaluate("window.stillHere = true")
        healed = _with_one_less(stack, homes[1], lambda: _check_in(here, there, person, rounds))
        reloads = sum(not tab.evaluate("window.stillHere === true") for tab in tabs)
        pages.complaints.clear()  # the browser complains of the connection that was lost
    return [
        all_of("socket processes that hold one of the two tabs", len(set(homes)), 2),
        all_of("check-ins that the tab of the other process showed", len(took), rounds),
        at_most("seconds until it did, p50", statistics.median(took), SHOWN_SECONDS),
        at_most("seconds until it did, at most", max(took), SHOWN_SECONDS),
        zero(f"of {len(frames)} frames of a stranger's tab, those that name a habit of the person's", len(strange)),
        at_most("seconds until it did with its process killed", healed, SHOWN_SECONDS),
        zero("tabs that had to load again", reloads),
    ]


def _held(stack: Stack) -> dict[str, float]:
    """How many live connections each socket process says it holds."""
    found = {}
    for name, port in stack.ports.items():
        if name.startswith("sockets"):
            headers = {"Authorization": f"Bearer {TOKEN}", "Host": stack.url.removeprefix("http://")}
            request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                [figure] = _SOCKETS.findall(answer.read().decode())
            found[name] = float(figure)
    return found


def _opened(stack: Stack, tab: Page) -> str:
    """Have the tab show Today and listen; the name of the process whose connections that made one more."""
    before = _held(stack)
    with tab.expect_websocket() as opened:
        tab.goto("/")
    opened.value.wait_for_event("framereceived")
    after = _held(stack)
    [home] = [name for name, held in after.items() if held == before[name] + 1]
    assert sum(after.values()) == sum(before.values()) + 1, (before, after)
    return home


@contextmanager
def _heard(tab: Page) -> Iterator[list[dict[str, Any]]]:
    """A tab with Today; what its live connection is sent."""
    frames: list[dict[str, Any]] = []
    tab.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(json.loads(text))))
    with tab.expect_websocket() as opened:
        tab.goto("/")
    if not frames:
        opened.value.wait_for_event("framereceived")
    yield frames


def _names_one_of(frame: dict[str, Any], person: Person) -> bool:
    keys = [*frame.get("fragments", ()), *frame.get("refresh", ())]
    return any(int(number) in person.habits for key in keys for number in re.findall(r"\d+", key))


def _check_in(here: Page, there: Page, person: Person, number: int) -> float:
    """Press a habit's button on one tab; seconds until the other shows it, once this one does, too."""
    habit = person.habits[number % len(person.habits)]
    button = here.locator(f"#habit-{habit} button.check").first
    wanted = "false" if button.get_attribute("aria-pressed") == "true" else "true"
    begun = time.monotonic()
    # Playwright's own click waits for frames, and a tab behind another draws them rarely.
    button.evaluate("button => button.click()")
    for tab in (there, here):
        tab.wait_for_function(_PRESSED, arg=[habit, wanted], timeout=SHOWN_SECONDS * 3000, polling=20)
    return time.monotonic() - begun


def _with_one_less(stack: Stack, name: str, work: Any) -> float:
    """What ``work`` gives while that process is dead; afterwards it is there again."""
    stack.kill(name)
    try:
        return float(work())
    finally:
        stack.start_one(name)
        until(lambda: stack.answers(stack.ports[name]), 60, f"an answer of {name}")
