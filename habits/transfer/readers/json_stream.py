"""JSON as a stream of events, with a hand on its memory: bounded texts, bounded nesting, bounded numbers of values."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import ijson

from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError

Event = tuple[str, Any]
_CHUNK: Final = 65_536
_OPENS: Final = {"start_map": "{", "start_array": "["}


def events_of(stream: io.BufferedIOBase | BinaryIO, limits: Limits) -> Iterator[Event]:
    """The parse events of a document. Raises FileRefusedError where it stops being JSON.

    Whole numbers beyond 64 bits are refused with `use_float`; without it they crash ijson's C parser (3.6).
    """
    ready = ijson.sendable_list()
    parser = ijson.basic_parse_coro(ready, use_float=True)
    silent = 0
    try:
        while chunk := stream.read(_CHUNK):
            silent += len(chunk)
            if silent > limits.text:
                raise FileRefusedError("text_too_long", limits.text // 2**20)
            parser.send(chunk)
            if ready:
                silent = 0
                yield from ready
                del ready[:]
        parser.close()
    except (ijson.JSONError, ValueError) as error:
        raise FileRefusedError("bad_json", " ".join(str(error).split())[:120]) from error


def fields(events: Iterator[Event]) -> Iterator[str]:
    """The names of the object that comes next; the caller takes each value before it asks for the next name."""
    expect(next(events), "start_map")
    yield from rest_of_fields(events)


def items(events: Iterator[Event]) -> Iterator[Event]:
    """The first event of each item of the list that comes next; the caller takes the rest of each."""
    expect(next(events), "start_array")
    while (event := next(events))[0] != "end_array":
        yield event


def rest_of_fields(events: Iterator[Event]) -> Iterator[str]:
    """Like `fields`, of an object whose beginning has been taken."""
    while (event := next(events))[0] != "end_map":
        yield event[1]


def skip(events: Iterator[Event]) -> bool:
    """Pass over the value that comes next, whatever it is; says whether there was anything in it."""
    level = passed = 0
    while True:
        kind, _ = next(events)
        level += kind.startswith("start_") - kind.startswith("end_")
        passed += 1
        if level <= 0:
            return passed > 2


def expect(event: Event, kind: str) -> None:
    """Refuse the document unless `event` is of this kind."""
    if event[0] != kind:
        raise FileRefusedError("unexpected_json", _OPENS.get(kind, kind))


class Builder:
    """Makes plain Python values of events, up to `most` of them and `depth` deep."""

    def __init__(self, most: int, depth: int) -> None:
        self._left = most
        self._depth = depth

    def build(self, event: Event, events: Iterator[Event], level: int = 0) -> Any:
        """The value that begins with `event`."""
        kind, value = event
        self._left -= 1
        if self._left < 0:
            raise FileRefusedError("too_many_values")
        if level > self._depth:
            raise FileRefusedError("too_deep", self._depth)
        if kind == "start_map":
            return {name: self.build(next(events), events, level + 1) for name in rest_of_fields(events)}
        if kind == "start_array":
            return self._list(events, level)
        return value

    def _list(self, events: Iterator[Event], level: int) -> list[Any]:
        found = []
        while (event := next(events))[0] != "end_array":
            found.append(self.build(event, events, level + 1))
        return found
