"""Pages by cursor."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from smarthabit.kernel.api.pagination import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _groups() -> None:
    Group.objects.bulk_create(Group(name=f"{n:03}") for n in range(250))


def _page(query: str = "", *ordering: str) -> Page:
    request = Request(APIRequestFactory().get(f"/api/v1/groups/{query}"))
    return Page(request, Group.objects.all(), *(ordering or ("id",)))


def _body(page: Page) -> Any:
    return page.respond([group.name for group in page.rows]).data


def test_all_pages_together_are_the_list() -> None:
    names, query = [], "?limit=100"
    while query:
        body = _body(_page(query))
        names += body["results"]
        query = f"?{body['next'].partition('?')[2]}" if body["next"] else ""
    assert names == [f"{n:03}" for n in range(250)]


@pytest.mark.parametrize(("limit", "rows"), [("", 50), ("?limit=7", 7), ("?limit=100000", 200), ("?limit=x", 50)])
def test_a_page_is_bounded(limit: str, rows: int) -> None:
    assert len(_page(limit).rows) == rows


def test_the_way_back_leads_to_the_same_page() -> None:
    first = _body(_page("?limit=5", "-name"))
    second = _body(_page(f"?{first['next'].partition('?')[2]}", "-name"))
    back = _body(_page(f"?{second['previous'].partition('?')[2]}", "-name"))
    assert (first["previous"], back["results"]) == (None, first["results"])


@pytest.mark.parametrize("cursor", ["nonsense", "cD14", "cD0lMDA="])
def test_a_cursor_we_did_not_make_is_a_404(cursor: str) -> None:
    with pytest.raises(NotFound):
        _page(f"?cursor={cursor}")
