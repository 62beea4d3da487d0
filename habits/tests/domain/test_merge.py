"""Whatever order statements arrive in, one state comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from habits.domain.merge import NOTHING, Content, Merged, Statement, merge

_FIELDS = {"value": st.integers(0, 2), "skipped": st.booleans(), "note": st.sampled_from(["", "a", "b"])}


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    """Up to six statements with stamps of their own."""
    stamps = draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy")), unique=True, max_size=6))
    made = []
    for index, (instant, device) in enumerate(stamps):
        values: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=_FIELDS))
        stamp = (f"2026-01-0{instant + 1}", device, str(index))
        made.append(Statement(values, stamp, delete=draw(st.booleans())))
    return made


def applied(told: list[Statement]) -> Content:
    content = Content()
    for statement in told:
        content = merge(content, statement, override=False).content
    return content


def visible(content: Content) -> dict[str, Any] | None:
    return dict(content.values) if content.exists else None


def by_definition(told: list[Statement]) -> dict[str, Any] | None:
    """Each field as last stated, a deletion stating them all; nothing if the last word was a deletion."""
    if not told or max(told, key=lambda one: one.stamp).delete:
        return None
    values = dict(NOTHING)
    for one in sorted(told, key=lambda one: one.stamp):
        values.update(NOTHING if one.delete else one.values)
    return values


@given(statements(), st.randoms())
def test_every_order_ends_where_the_definition_says(told: list[Statement], random: Any) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)
    assert visible(applied(shuffled)) == by_definition(told)


@given(statements())
def test_the_same_statement_twice_is_the_same_as_once(told: list[Statement]) -> None:
    assert visible(applied([*told, *told])) == visible(applied(told))


@given(statements(), st.fixed_dictionaries({}, optional=_FIELDS), st.booleans())
def test_a_writer_who_saw_everything_wins(told: list[Statement], values: dict[str, Any], delete: bool) -> None:
    before = applied(told)
    statement = Statement(values, ("2020-01-01", "", ""), delete=delete)
    merged = merge(before, statement, override=True)
    assert merged.stands
    expected = None if delete else {**(visible(before) or NOTHING), **values}
    assert visible(merged.content) == expected


def test_a_statement_that_loses_says_so() -> None:
    newer = Statement({"value": 1}, ("2026-01-02", "", ""))
    older = Statement({"value": 2}, ("2026-01-01", "", ""))
    content = merge(Content(), newer, override=False).content
    assert merge(content, older, override=False) == Merged(content, stands=False)


def test_an_older_statement_of_the_same_thing_stands() -> None:
    newer = Statement({"value": 1}, ("2026-01-02", "", ""))
    content = merge(Content(), newer, override=False).content
    assert merge(content, Statement({"value": 1}, ("2026-01-01", "", "")), override=False).stands
