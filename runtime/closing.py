"""The end of a serving process: nothing in, a flag that long answers look at, and a server that raises it.

A server waits for its open answers before it ends; a live page's answer would never end by itself.
"""

from threading import Event
from types import FrameType
from typing import Final

import uvicorn

CLOSING: Final = Event()
"""Set once this process was asked to stop."""
_NOT_STARTED: Final = 3
"""What uvicorn itself exits with."""


class ClosingServer(uvicorn.Server):
    """A server that says so when it is asked to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Raise the flag, then stop as ever."""
        CLOSING.set()
        super().handle_exit(sig, frame)


def serve(config: uvicorn.Config) -> int:
    """Serve until asked to stop; 0 when it had started."""
    server = ClosingServer(config)
    server.run()
    return 0 if server.started else _NOT_STARTED
