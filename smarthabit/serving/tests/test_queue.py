"""The queue in a folder, and the worker that reads from it."""

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu.connection import Connection

from smarthabit.serving import jobs


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    connect: Any = Connection
    with connect("folder://", transport_options=folders) as opened:
        yield opened


def test_what_is_put_is_taken_whole_while_more_is_put(connection: Any) -> None:
    queue = connection.SimpleQueue("jobs")
    words = ["word" * 500] * 300

    def put() -> None:
        with connection.clone() as another:
            sending = another.SimpleQueue("jobs")
            for word in words:
                sending.put(word)

    putting = threading.Thread(target=put)
    putting.start()
    taken = [queue.get(timeout=20).payload for _ in words]
    putting.join()
    assert taken == words
    with pytest.raises(Empty):
        queue.get_nowait()


def test_a_message_cut_short_is_passed_over(connection: Any, tmp_path: Path) -> None:
    queue = connection.SimpleQueue("others")
    (tmp_path / "0_cut.others.msg").write_text("")
    with pytest.raises(Empty):
        queue.get_nowait()
    queue.put("whole")
    assert queue.get(timeout=5).payload == "whole"


def test_a_worker_that_ends_by_itself_has_a_successor(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded = object.__new__(jobs.Jobs)
    embedded._ending = threading.Event()
    begun: list[int] = []

    class Worker:
        def __init__(self, **_: Any) -> None: ...

        def start(self) -> None:
            begun.append(1)
            if len(begun) == 3:
                embedded._ending.set()

    monkeypatch.setattr(jobs, "WorkController", Worker)
    monkeypatch.setattr(jobs, "RESTART_SECONDS", 0)
    embedded._work()
    assert len(begun) == 3
