"""Promise 11: on a full disk nothing is promised that is not kept, and room makes everything well again."""

from __future__ import annotations

import http.client
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from smarthabit.testing.faults import Figure, zero
from smarthabit.testing.load import Book, Person, Writers, people, stored, until
from smarthabit.testing.site import Site

SETTINGS = "smarthabit.testing.small_disk"
TITLE = "11: a full disk is answered with 503, and heals without a restart"


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Fill the disk under load, see that it is said, and make room."""
    with Site(folder, DJANGO_SETTINGS_MODULE=SETTINGS) as site:
        return prove(site, refusals=200 if long else 20)


def prove(site: Site, *, refusals: int) -> list[Figure]:
    """``site`` has SETTINGS."""
    persons = people(site, 2, name="disk")
    pages = (site.folder / "smarthabit.sqlite3").stat().st_size // 4096
    (site.folder / "disk").write_text(str(pages))  # room for what fits into pages that are there
    with Writers(site.port, persons) as writers:
        until(lambda: writers.book.statuses.count(503) >= refusals, 120, "answers of a full disk")
        said = [*_problem(site, persons[0]), *_page(site, persons[0])]
        (site.folder / "disk").unlink()
        writers.wait(refusals)
    return [*_figures(site, writers.book), *said]


def _figures(site: Site, book: Book) -> list[Figure]:
    strange = sorted({status for status in book.statuses if not (200 <= status < 300 or status == 503)})
    with closing(sqlite3.connect(site.folder / "smarthabit.sqlite3")) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    return [
        zero(f"acknowledged but missing of {len(book.acknowledged)}", book.missing(stored(site))),
        zero(f"answers other than 2xx or 503 {strange or ''}".strip(), len(strange)),
        zero("writes that were not answered", book.unanswered),
        Figure("integrity of the file", verdict, "ok", verdict == "ok"),
    ]


def _problem(site: Site, person: Person) -> list[Figure]:
    """What the API says while nothing more fits: a long note needs pages that are not there."""
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"}
    path = f"/api/v1/habits/{person.habits[0]}/entries/{person.today}/"
    status, kind, _ = _ask(site, "PUT", path, json.dumps({"value": 1, "note": "n" * 2000}), headers)
    return [Figure("a write is refused with", f"{status} {kind}", "503 problem", (status, kind) == (503, _PROBLEM))]


def _page(site: Site, person: Person) -> list[Figure]:
    """The same through the page's form; and reading goes on."""
    token = "a" * 32
    cookie = {"Cookie": f"session={person.session}; csrf={token}", "X-CSRFToken": token}
    form = {**cookie, "Content-Type": "application/x-www-form-urlencoded"}
    path = f"/habits/{person.habits[1]}/entries/{person.today}/"
    status, _, _ = _ask(site, "POST", path, f"value=1&note={'n' * 2000}", form)
    read, _, text = _ask(site, "GET", "/", "", cookie)
    return [
        Figure("a form is refused with", status, "503", status == 503),
        Figure("the page is shown meanwhile", read, "200", read == 200 and "Habit 0" in text),
    ]


_PROBLEM = "application/problem+json"


def _ask(site: Site, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)) as connection:
        connection.request(method, path, body, {"Host": f"localhost:{site.port}", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
