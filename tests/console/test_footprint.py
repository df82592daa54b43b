"""What processes weigh: their own and all that they started, in megabytes."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from console.footprint import pss_mb, ready_seconds

PARENT = """
import subprocess, sys
held = bytearray(30_000_000)
held[::4096] = b"x" * len(held[::4096])
child = subprocess.Popen([sys.executable, "-S", "-c", "import sys; h = bytearray(b'x') * 50_000_000;"
    "print('ready', flush=True); sys.stdin.read()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def process():
    argv = [sys.executable, "-S", "-c", PARENT]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, process_group=0) as running:
        running.stdout.readline()
        yield running
        running.stdin.close()
        running.wait()


def test_a_process_weighs_what_it_and_its_own_processes_hold(process):
    weighed = pss_mb({"worker": process.pid})
    assert 80 < weighed["worker"] < 130


def test_a_process_that_does_not_run_weighs_nothing(process):
    weighed = pss_mb({"worker": process.pid, "api": 0})
    assert weighed["api"] == 0
    assert weighed["worker"] > 0


def test_the_seconds_until_ready_count_the_start_and_leave_it_to_the_caller_to_stop():
    class Slow:
        """A stack whose start takes as long as a process does."""

        left = False

        def __enter__(self) -> None:
            subprocess.run([sys.executable, "-S", "-c", ""], check=True)

        def __exit__(self, *_told: object) -> None:
            self.left = True

    slow = Slow()
    with ExitStack() as opened:
        assert ready_seconds(opened, slow) > 0
        assert not slow.left
    assert slow.left
