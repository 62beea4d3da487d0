"""What a visitor feels: largest paint, shifts of the layout and answers to presses, on a phone four times too slow.

The product as its user starts it, with the demo's two years of data; Chromium with a phone's window, nothing cached and
its processor slowed down to a quarter (by the debugger). Each page is opened and used a few times.

    .venv/bin/python benchmarks/vitals.py [REPEATS]

LCP and INP in milliseconds, CLS without a unit: the median and the worst of the repeats. INP is the longest of all
presses of a visit, from the press to the next paint. Aims: LCP 1,200, INP 100, CLS .02.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page

from smarthabit.testing.browser import PHONE, chromium
from smarthabit.testing.site import Site

REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SLOWER = 4
WATCH = """
globalThis.felt = { lcp: 0, cls: 0, inp: 0, slowest: "" };
const watch = (type, see, options = {}) => new PerformanceObserver((list) => list.getEntries().forEach(see))
  .observe({ type, buffered: true, ...options });
watch("largest-contentful-paint", (entry) => { felt.lcp = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) felt.cls += entry.value; });
watch("event", (entry) => {
  if (entry.interactionId && entry.duration > felt.inp) {
    felt.inp = entry.duration;
    felt.slowest = `${entry.name} ${entry.target?.getAttribute?.("class") ?? ""}`;
  }
}, { durationThreshold: 16 });
"""
DEMO = """
from smarthabit.pages import demo
from habits.selectors import habit_views
if not habit_views(user, clock.now(), limit=1):
    demo.tell(user, clock.now())
"""


def use_today(page: Page) -> None:
    """Check in and take it back, one more, the sheet, the menu."""
    check = page.locator("[data-row] .check[name=value]").first
    check.click()
    page.wait_for_timeout(600)
    page.locator("[data-undo]").click()
    page.wait_for_timeout(600)
    for _ in range(3):
        page.locator("[data-row] .check--count").first.click()
    page.wait_for_timeout(900)
    page.locator(".row__more").first.click()
    page.wait_for_timeout(600)
    page.keyboard.press("Escape")
    page.get_by_label("Account").click()


def use_tables(page: Page) -> None:
    """Open what can be opened."""
    for summary in page.locator("main details > summary").all()[:5]:
        summary.click()
        page.wait_for_timeout(150)


PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "Today": ("/", use_today),
    "Habit": ("/habits/{habit}/", use_tables),
    "Insights": ("/insights/", use_tables),
}


def visit(browser: Any, site: Site, session: str, path: str, use: Callable[[Page], None]) -> dict[str, Any]:
    """What one visitor felt."""
    context = browser.new_context(viewport=PHONE, has_touch=True, base_url=site.url, service_workers="block")
    context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    context.add_init_script(WATCH)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(path, wait_until="load")
    page.wait_for_timeout(700)
    lcp = page.evaluate("felt.lcp")  # before the first press, which ends what counts
    use(page)
    page.wait_for_timeout(700)
    felt: dict[str, Any] = page.evaluate("felt")
    context.close()
    return {**felt, "lcp": lcp}


def main() -> None:
    """Print one line a page."""
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder)) as site, chromium(whole=True) as browser:
        session = site.sign_in(setup=DEMO)
        habit = site.run("from habits.models import Habit; print(Habit.objects.order_by('position')[2].pk)")
        print(f"{'page':<10}{'LCP':>18}{'INP':>14}{'CLS':>16}   (median / worst of {REPEATS})")
        for name, (path, use) in PAGES.items():
            visits = [visit(browser, site, session, path.format(habit=habit), use) for _ in range(REPEATS + 1)][1:]
            told = {key: sorted(one[key] for one in visits) for key in ("lcp", "inp", "cls")}
            lcp, inp, cls = (f"{statistics.median(found):.3f}/{found[-1]:.3f}" for found in told.values())
            worst = max(visits, key=lambda one: float(one["inp"]))
            lcp, inp = (text.replace(".000", "") for text in (lcp, inp))
            print(f"{name:<10}{lcp:>18}{inp:>14}{cls:>16}   longest: {worst['slowest']}")


if __name__ == "__main__":
    main()
