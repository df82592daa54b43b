"""A process's sign of life: in goes a port, out comes `GET /healthz` on loopback."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

PROCESS_HEADER: Final = "once-process"
"""The header of each `/healthz` in which the answering process gives its id: a port may be another's."""

_REPLY: Final = (
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n"
    '%s: %d\r\nconnection: close\r\n\r\n{"status":"ok"}'
)


@asynccontextmanager
async def serve_health(port: int) -> AsyncIterator[None]:
    """Answer every request with 200 while the event loop turns; that it turns is what is asked."""
    server = await asyncio.start_server(_answer, "127.0.0.1", port)
    async with server:
        yield


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), timeout=5)
        writer.write((_REPLY % (PROCESS_HEADER, os.getpid())).encode())
        await writer.drain()
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return
    finally:
        writer.close()
