"""Weekly reviews through the API, and for operators."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import Review
from analytics.tests.conftest import Log, MakeHabit
from habits.tests.api.conftest import Script, noon, script, strange_script
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["noon", "script", "strange_script"]

WEEK = "2026-03-09"  # a Monday; noon is on Wednesday of the week after


def _ask(script: Script, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
    answer = script(method, path, body, **headers)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_review_is_begun_written_finished_read_and_deleted(script: Script, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit("Walk")
    log(habit, 10, 11)
    begun = _ask(script, "POST", "reviews/", {"week": WEEK, "wins": "Two walks"}, 201)
    assert (begun["week"], begun["last"], begun["wins"], begun["finished_at"]) == (
        WEEK,
        "2026-03-15",
        "Two walks",
        None,
    )
    assert begun["figures"]["habits"][0]["now"] == {"kept": 2, "units": 7, "rate": "0.285714"}
    told = _ask(script, "PATCH", f"reviews/{WEEK}/", {"change": "Earlier", "habit": str(habit.pk)})
    assert (told["wins"], told["change"], told["habit"]) == ("Two walks", "Earlier", str(habit.pk))
    put = _ask(script, "PUT", f"reviews/{WEEK}/", {"misses": "Rain"})
    assert (put["wins"], put["misses"], put["change"], put["habit"]) == ("", "Rain", "", None)
    done = _ask(script, "POST", f"reviews/{WEEK}/finish/", {})
    assert done["finished_at"] == _ask(script, "POST", f"reviews/{WEEK}/finish/", {})["finished_at"] is not None
    log(habit, 12)
    read = _ask(script, "GET", f"reviews/{WEEK}/")
    assert (read["figures"]["now"]["kept"], read["figures_now"]["now"]["kept"]) == (2, 3)
    _ask(script, "DELETE", f"reviews/{WEEK}/", status=204)
    _ask(script, "GET", f"reviews/{WEEK}/", status=404)


def test_the_list_comes_in_pages_the_latest_week_first(script: Script, user: User) -> None:
    weeks = ["2026-02-23", "2026-03-02", WEEK]
    for week in weeks:
        _ask(script, "PUT", f"reviews/{week}/", {"wins": week})
    page = _ask(script, "GET", "reviews/?limit=2")
    assert [one["week"] for one in page["results"]] == weeks[:0:-1]
    rest = _ask(script, "GET", page["next"].partition("/api/v1/")[2])
    assert ([one["week"] for one in rest["results"]], rest["next"]) == (weeks[:1], None)


def test_the_same_post_twice_is_one_and_beginning_again_writes_into_it(script: Script, user: User) -> None:
    body = {"week": WEEK, "wins": "x"}
    first, again = (_ask(script, "POST", "reviews/", body, 201, HTTP_IDEMPOTENCY_KEY="one") for _ in range(2))
    assert first == again
    other = _ask(script, "POST", "reviews/", {"week": WEEK, "misses": "y"}, 201)
    assert (other["wins"], other["misses"], Review.objects.count()) == ("x", "y", 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "reviews/", {"week": "2026-03-16"}, 422),  # not over
        ("POST", "reviews/", {"week": "2026-03-10"}, 422),  # no first day of a week
        ("POST", "reviews/", {"wins": "x"}, 400),
        ("POST", "reviews/", {"week": WEEK, "wins": "x" * 2001}, 400),
        ("POST", "reviews/", {"week": WEEK, "habit": "987654321"}, 422),
        ("PUT", "reviews/2026-03-10/", {}, 422),
        ("PATCH", f"reviews/{WEEK}/", {"wins": "x"}, 404),
        ("DELETE", f"reviews/{WEEK}/", None, 404),
        ("POST", "reviews/2026-03-10/finish/", {}, 422),
        ("GET", "reviews/2026-02-30/", None, 404),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    script: Script, user: User, method: str, path: str, body: Any, status: int
) -> None:
    assert "detail" in _ask(script, method, path, body, status)
    assert not Review.objects.exists()


def test_a_stranger_finds_nothing(script: Script, strange_script: Script, make_habit: MakeHabit) -> None:
    habit = make_habit("Walk")
    _ask(script, "PUT", f"reviews/{WEEK}/", {"wins": "mine"})
    assert _ask(strange_script, "GET", "reviews/")["results"] == []
    _ask(strange_script, "GET", f"reviews/{WEEK}/", status=404)
    _ask(strange_script, "DELETE", f"reviews/{WEEK}/", status=404)
    _ask(strange_script, "PUT", f"reviews/{WEEK}/", {"habit": str(habit.pk)}, 422)
    assert _ask(script, "GET", f"reviews/{WEEK}/")["wins"] == "mine"


def test_operators_see_when_but_not_what_was_written(script: Script, user: User, admin_client: Client) -> None:
    _ask(script, "PUT", f"reviews/{WEEK}/", {"wins": "nobody else's words"})
    found = Review.objects.get()
    listed = admin_client.get(reverse("admin:analytics_review_changelist"))
    one = admin_client.get(reverse("admin:analytics_review_change", args=[found.pk]))
    assert (listed.status_code, one.status_code) == (200, 200)
    assert user.email in str(listed.content)
    assert "nobody else's words" not in f"{listed.content!r}{one.content!r}".replace("\\'", "'")
    assert "nobody else&#x27;s words" not in f"{listed.content!r}{one.content!r}"
