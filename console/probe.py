"""Asks ports: in goes a number, out comes whether something well listens there or something could."""

import contextlib
import http.client
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probe:
    """How to ask a child whether it is healthy: a TCP connection, and a 200 from `path` when there is one."""

    port: int
    path: str | None = None
    host: str = "127.0.0.1"

    def passes(self) -> bool:
        """Ask once; never waits longer than two seconds."""
        try:
            with socket.create_connection((self.host, self.port), timeout=2):
                pass
            return self.path is None or self._answers(self.path)
        except (OSError, http.client.HTTPException):
            return False

    def _answers(self, path: str) -> bool:
        line = http.client.HTTPConnection(self.host, self.port, timeout=2)
        with contextlib.closing(line):
            line.request("GET", path)
            return line.getresponse().status == http.client.OK


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now; one in its closing wait counts as free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
