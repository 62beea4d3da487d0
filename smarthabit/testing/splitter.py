"""What the proxy does in production, for one machine: one address in front of several web and socket processes.

    python -m smarthabit.testing.splitter 8000 --web 8001 8002 --sockets 8003 8004

Each connection goes by the path of its first request: ``/ws/`` to the sockets in turn, all else to the web processes in
turn. That is enough for browsers, which open a connection of its own for every socket.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress

HEAD_BYTES = 64 * 1024
BLOCK_BYTES = 64 * 1024


class Splitter:
    """Takes connections and passes them on; one that finds its process gone tries the next."""

    def __init__(self, web: Sequence[int], sockets: Sequence[int]) -> None:
        self._counts = {"web": len(web), "sockets": len(sockets)}
        self._turns: dict[str, Iterator[int]] = {"web": itertools.cycle(web), "sockets": itertools.cycle(sockets)}

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n")
            kind = "sockets" if head.split(b" ", 2)[1].startswith(b"/ws/") else "web"
            there = await self._connect(kind)
            if there is not None:
                there[1].write(head)
                await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))
        writer.close()

    async def _connect(self, kind: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(self._counts[kind]):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", next(self._turns[kind]), limit=HEAD_BYTES)
        return None


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await reader.read(BLOCK_BYTES):
            writer.write(block)
            await writer.drain()
    with suppress(OSError):
        writer.close()


async def serve(host: str, port: int, web: Sequence[int], sockets: Sequence[int]) -> None:
    """Listen until cancelled."""
    server = await asyncio.start_server(Splitter(web, sockets), host, port, limit=HEAD_BYTES, backlog=4096)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Read the ports and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--web", type=int, nargs="+", required=True)
    parser.add_argument("--sockets", type=int, nargs="+", required=True)
    chosen = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.host, chosen.port, chosen.web, chosen.sockets))


if __name__ == "__main__":
    main()
