"""The kernel is pure: it asks no clock, no chance, no environment, and opens no file but the catalog's."""

import ast

import pytest

from runtime.settings import TREE

MODULES = sorted((TREE / "onething").glob("*.py"))
READERS = {"catalog_file.py", "calendar.py", "rule_file.py"}
"""The only modules that read: the catalog folder, its calendars and its rules."""
IMPURE = {"random", "secrets", "uuid", "os", "socket", "subprocess", "time", "tempfile", "asyncio"}
NOW = {"now", "utcnow", "today", "getenv", "urandom", "uuid4", "uuid1"}
READING = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "glob", "rglob", "iterdir"}


def impurities(source, *, reads=False):
    """Every place where a module asks what it was not given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in IMPURE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in IMPURE:
            yield node.module
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in NOW or (name in READING and not reads):
                yield name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_of_the_kernel_asks_for_nothing_it_was_not_given(path):
    assert list(impurities(path.read_text(encoding="utf-8"), reads=path.name in READERS)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import random",
        "from uuid import uuid4",
        "import os\nos.environ",
        "open('x')",
        "from pathlib import Path\nPath('x').read_text()",
        "from datetime import date\ndate.today()",
    ],
)
def test_what_is_impure_is_noticed(source):
    assert list(impurities(source)) != []
