from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

from smarthabit.kernel import details


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "_details", defaultdict(dict))


def doubled(_user_id: int, events: Sequence[details.Event]) -> list[Any]:
    return [event["n"] * 2 for event in events]


def test_events_of_the_type_get_the_field_and_others_stay_as_they_are() -> None:
    details.register("entry", "double", doubled)
    events: list[dict[str, Any]] = [{"type": "entry", "n": 1}, {"type": "goal"}, {"type": "entry", "n": 3}]
    assert details.wanted(events)
    assert details.filled(7, events) == [
        {"type": "entry", "n": 1, "double": 2},
        {"type": "goal"},
        {"type": "entry", "n": 3, "double": 6},
    ]
    assert events[0] == {"type": "entry", "n": 1}


def test_nothing_is_worked_out_where_no_event_wants_it() -> None:
    details.register("entry", "double", doubled)
    assert not details.wanted([{"type": "goal"}, {}])
    assert details.filled(7, [{"type": "goal"}]) == [{"type": "goal"}]


def test_what_fails_is_null_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    details.register("entry", "double", doubled)
    assert details.filled(7, [{"type": "entry"}]) == [{"type": "entry", "double": None}]
    assert "could not be worked out" in caplog.text
