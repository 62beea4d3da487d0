"""The queue of the embedded mode: messages are files in a folder, taken by the threads of the one process.

It is kombu's file system transport, but that a message appears in the folder whole, or not at all: there a consumer can
find a file between its making and its writing, and a worker that reads an empty message ends for good.
"""

from __future__ import annotations

import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)

_text_of: Any = dumps


class Channel(filesystem.Channel):
    """Puts messages by renaming them, and passes over what cannot be read."""

    def _put(self, queue: Any, payload: Any, **_: Any) -> None:  # type: ignore[override]  # its two forebears disagree
        file = Path(self.data_folder_out) / f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        unfinished = file.with_suffix(".part")  # no consumer looks for such names
        try:
            unfinished.write_text(_text_of(payload), encoding="utf-8")
            unfinished.replace(file)
        except OSError as error:
            raise ChannelError(f"cannot add {file} to the queue") from error

    def _get(self, queue: Any, timeout: Any = None) -> Any:  # noqa: ARG002 - kombu's signature
        try:
            return super()._get(queue)  # type: ignore[no-untyped-call]
        except ValueError:  # half a message, as a power cut may leave one; it is out of the folder by now
            log.warning("a message of the queue could not be read", exc_info=True)
            raise Empty from None


class Transport(filesystem.Transport):
    """``folder://``, see ``smarthabit.celery``."""

    Channel = Channel
