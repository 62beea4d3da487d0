"""Publishing never fails and never holds up the one who publishes."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from smarthabit.kernel import live


class Recorder:
    """A layer that remembers what it was sent, and can be made to fail or to hang."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.fails = 0
        self.hangs = False
        self.got = threading.Event()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.hangs:
            await asyncio.sleep(3600)
        if self.fails:
            self.fails -= 1
            raise ConnectionError("away")
        self.sent.append((group, message))
        self.got.set()

    def wait_for(self, count: int, seconds: float = 5) -> None:
        deadline = time.monotonic() + seconds
        while len(self.sent) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.sent) >= count


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """The layer of a publisher that only this test uses."""
    recorder = Recorder()
    monkeypatch.setattr(live, "get_channel_layer", lambda: recorder)
    monkeypatch.setattr(live, "_current", None)
    monkeypatch.setattr(live, "SEND_SECONDS", 0.2)
    yield recorder
    recorder.hangs = False


def test_a_change_goes_to_the_users_group_as_ids_and_numbers(layer: Recorder) -> None:
    live.publish(7, 12, ["habit:3"], "tab1", [{"type": "check_in", "habit": 3}])
    layer.wait_for(1)
    assert layer.sent == [
        (
            "live.user.7",
            {
                "type": "live.update",
                "user": 7,
                "seq": 12,
                "keys": ["habit:3"],
                "tab": "tab1",
                "events": [{"type": "check_in", "habit": 3}],
            },
        )
    ]


def test_changes_keep_their_order(layer: Recorder) -> None:
    for seq in range(500):
        live.publish(7, seq, [])
    layer.wait_for(500)
    assert [message["seq"] for _, message in layer.sent] == list(range(500))


class ManyAtOnce(Recorder):
    """A layer that takes many in one journey."""

    journeys = 0

    async def group_send_many(self, messages: list[tuple[str, dict[str, Any]]]) -> None:
        self.journeys += 1
        await asyncio.sleep(0.05)
        for group, message in messages:
            await self.group_send(group, message)


def test_a_burst_goes_out_in_few_journeys_and_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = ManyAtOnce()
    monkeypatch.setattr(live, "get_channel_layer", lambda: recorder)
    monkeypatch.setattr(live, "_current", None)
    for seq in range(250):
        live.publish(7, seq, [])
    recorder.wait_for(250)
    assert [message["seq"] for _, message in recorder.sent] == list(range(250))
    assert recorder.journeys <= 10


def test_a_journey_that_fails_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = ManyAtOnce()
    recorder.fails = 1
    monkeypatch.setattr(live, "get_channel_layer", lambda: recorder)
    monkeypatch.setattr(live, "_current", None)
    for seq in range(3):
        live.publish(7, seq, [])
    recorder.wait_for(3)
    assert sorted({message["seq"] for _, message in recorder.sent}) == [0, 1, 2]


def test_a_failing_layer_is_tried_again_without_the_writer_noticing(layer: Recorder) -> None:
    layer.fails = 3
    live.publish(7, 1, [])
    live.publish(7, 2, [])
    layer.wait_for(2)
    assert [message["seq"] for _, message in layer.sent] == [1, 2]


def test_a_layer_that_hangs_holds_up_nobody(layer: Recorder) -> None:
    layer.hangs = True
    begun = time.monotonic()
    for seq in range(1000):
        live.publish(7, seq, [])
    assert time.monotonic() - begun < 0.5
    time.sleep(0.3)
    layer.hangs = False
    layer.wait_for(1000)


def test_what_a_dead_layer_could_not_take_is_dropped_after_a_while(
    layer: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT_SECONDS", 0.0)
    layer.fails = 1
    live.publish(7, 1, [])
    live.publish(7, 2, [])
    layer.wait_for(1)
    assert [message["seq"] for _, message in layer.sent] == [2]


def test_a_queue_that_overflows_keeps_the_latest(layer: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "QUEUE_LENGTH", 10)
    layer.hangs = True
    for seq in range(100):
        live.publish(7, seq, [])
    time.sleep(0.3)
    layer.hangs = False
    layer.wait_for(10)
    time.sleep(0.1)
    assert [message["seq"] for _, message in layer.sent] == list(range(90, 100))


def test_an_error_of_our_own_is_logged_and_not_raised(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Any:
        raise RuntimeError("cannot start a thread")

    monkeypatch.setattr(live, "_publisher", broken)
    with caplog.at_level(logging.ERROR):
        live.publish(7, 1, [])
    assert "live update not sent" in caplog.text


def test_spread_changes_arrive_within_the_time_given(layer: Recorder) -> None:
    for user_id in range(20):
        live.publish(user_id, 1, [], spread_seconds=0.4)
    time.sleep(0.1)
    early = len(layer.sent)
    layer.wait_for(20)
    assert early < 20


def test_a_change_of_many_users_goes_to_everybody_in_a_few_messages(
    layer: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "USERS_AT_ONCE", 2)
    alike = live.Change([(1, 11), (2, 12), (3, 13)], ["list"], [{"n": 1}])
    others = [live.Change([(pk, pk + 10)], ["list"], [{"n": pk}]) for pk in (4, 5)]
    live.publish_to_many([alike, *others], spread_seconds=3)
    live.publish_to_many([live.Change([], ["list"], [])], spread_seconds=3)
    layer.wait_for(3)
    assert {group for group, _ in layer.sent} == {"live.everyone"}
    assert [message["changes"] for _, message in layer.sent] == [
        [[[(1, 11), (2, 12)], ["list"], [{"n": 1}]]],
        [[[(3, 13)], ["list"], [{"n": 1}]], [[(4, 14)], ["list"], [{"n": 4}]]],
        [[[(5, 15)], ["list"], [{"n": 5}]]],
    ]


def test_closing_names_a_session_by_its_hash_only(layer: Recorder) -> None:
    live.close_sockets(7, "very-secret-session-key")
    live.close_sockets(7)
    layer.wait_for(2)
    assert layer.sent[0][1]["sign_in"] == live.sign_in_label("very-secret-session-key")
    assert "secret" not in str(layer.sent)
    assert layer.sent[1][1]["sign_in"] is None


def test_a_forked_process_gets_a_publisher_of_its_own(layer: Recorder) -> None:
    live.publish(7, 1, [])
    layer.wait_for(1)
    live._forget_after_fork()
    live.publish(7, 2, [])
    layer.wait_for(2)
