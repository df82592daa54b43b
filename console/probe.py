"""Asks ports: in goes a number, out comes whether something well listens there or something could."""

import contextlib
import http.client
import socket
from dataclasses import dataclass

from runtime.health import PROCESS_HEADER


@dataclass(frozen=True, slots=True)
class Probe:
    """How to ask a child whether it is healthy: a TCP connection, and a 200 from `path` when there is one."""

    port: int
    path: str | None = None
    host: str = "127.0.0.1"

    def passes(self, process: int | None = None) -> bool:
        """Ask once; never waits longer than two seconds. Given a `process` id, only its own 200 counts."""
        try:
            with socket.create_connection((self.host, self.port), timeout=2):
                pass
            return self.path is None or self._answers(self.path, process)
        except (OSError, http.client.HTTPException):
            return False

    def _answers(self, path: str, process: int | None) -> bool:
        line = http.client.HTTPConnection(self.host, self.port, timeout=2)
        with contextlib.closing(line):
            line.request("GET", path)
            answer = line.getresponse()
            ours = process is None or answer.getheader(PROCESS_HEADER) == str(process)
            return ours and answer.status == http.client.OK


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now; one in its closing wait counts as free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
