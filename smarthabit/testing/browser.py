"""Chromium by Playwright, and pages that watch their own console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import axe_core_python
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}

_ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_AXE = Path(axe_core_python.__file__).with_name("axe.min.js")


_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
"""Chromium without its windows: the same pages in a third of the time, but nowhere to show a notification."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def program(*, whole: bool = False) -> str | None:
    """The browser: CHROMIUM, or what is on the PATH; a ``whole`` one shows notifications."""
    names = (os.environ.get("CHROMIUM", ""), *(() if whole else _SHELLS), *_BROWSERS)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def chromium(*, whole: bool = False) -> Iterator[Browser]:
    """A browser; without one the test is skipped, or fails where REQUIRE_BROWSER=1."""
    path = _found(whole=whole)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_arguments())
        yield browser
        browser.close()


@contextmanager
def whole(browser: Browser) -> Iterator[Browser]:
    """A browser that shows notifications, beside one that may not."""
    path = _found(whole=True)
    if path == program():
        yield browser
        return
    another = browser.browser_type.launch(executable_path=path, args=_arguments())
    yield another
    another.close()


def _found(*, whole: bool) -> str:
    path = program(whole=whole)
    if path is not None:
        return path
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise RuntimeError("REQUIRE_BROWSER is set, and there is no Chromium (set CHROMIUM to its path)")
    pytest.skip("there is no Chromium (set CHROMIUM to its path)")


def _arguments() -> list[str]:
    return [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


class Pages:
    """Opens pages; when it closes, complaints on their consoles (errors, blocked by the policy) fail the test."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        if kind is None and self.complaints:
            raise AssertionError("the browser complained:\n" + "\n".join(self.complaints))

    def context(
        self,
        *,
        session: str = "",
        size: Literal["phone", "desktop"] = "desktop",
        scheme: Literal["light", "dark"] = "light",
        **options: Any,
    ) -> BrowserContext:
        """A browser profile of its own, signed in by a session's cookie value when one is given."""
        options.setdefault("service_workers", "block")  # one would answer for the server, which most tests are about
        viewport: Any = PHONE if size == "phone" else DESKTOP
        context = self._browser.new_context(
            viewport=viewport, color_scheme=scheme, has_touch=size == "phone", base_url=self.url, **options
        )
        self._contexts.append(context)
        if session:
            context.add_cookies([{"name": "session", "value": session, "url": self.url}])
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def open(self, path: str = "/", **options: Any) -> Page:
        """A page at ``path`` in a profile of its own; see ``context`` for the options."""
        page = self.context(**options).new_page()
        page.goto(path)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on the page as it is now, one line a fault."""
    # Through the debugger, not a script tag: the page's policy allows no inline scripts.
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    # Naming the results wanted spares axe the writing up of every rule that is kept.
    options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']} ({', '.join(str(node['target']) for node in violation['nodes'][:5])})"
        for violation in result["violations"]
    ]
