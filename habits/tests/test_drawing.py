"""A row's HTML: drawn once, and yet always that of the row, the language, the change and the page at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from habits.drawing import row_html
from habits.rows import Row, rows_of
from habits.selectors import habit_views
from habits.tests.conftest import NOON

if TYPE_CHECKING:
    from habits.tests.conftest import MakeHabit
    from smarthabit.accounts.user import User


@pytest.fixture
def row(make_habit: MakeHabit, user: User) -> Row:
    make_habit(name="Read <b>", unit="min", target_milli=30_000)
    return rows_of(user, habit_views(user, NOON))[0]


@pytest.mark.django_db
def test_each_page_gets_its_own_token_and_the_socket_none(row: Row) -> None:
    assert row_html(row, "first").count('name="csrfmiddlewaretoken" value="first"') == 2
    assert row_html(row, "second").count('name="csrfmiddlewaretoken" value="second"') == 2
    assert "csrfmiddlewaretoken" not in row_html(row)


@pytest.mark.django_db
def test_the_same_row_after_another_change_tells_the_number_of_that(row: Row) -> None:
    assert 'data-version="7"' in row_html(replace(row, version=7))
    assert 'data-version="8"' in row_html(replace(row, version=8))


@pytest.mark.django_db
def test_a_row_that_says_something_else_is_drawn_anew_and_in_the_reader_s_language(row: Row) -> None:
    assert "Read &lt;b&gt;" in row_html(row)
    assert "Write" in row_html(replace(row, name="Write"))
    with translation.override("de"):
        assert "Menge für Read" in row_html(row)
    assert "Amount for Read" in row_html(row)
