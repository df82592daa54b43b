"""A process's sign of life: in goes a port, out comes `GET /healthz` on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_REPLY: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n"
    b'connection: close\r\n\r\n{"status":"ok"}'
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
        writer.write(_REPLY)
        await writer.drain()
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return
    finally:
        writer.close()
