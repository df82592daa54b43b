"""Imports point one way: the contracts of pyproject.toml hold, cover every package, and can fail."""

import tomllib

import pytest
from importlinter.cli import lint_imports

from runtime.settings import TREE

PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = PROJECT["tool"]["importlinter"]
PACKAGES = {path.parent.name for path in TREE.glob("*/__init__.py")}
OUTSIDE = {"simulator"}
"""No layer of ours: a contract of its own lets it import the kernel only."""

WRONG = """
[importlinter]
root_packages =
    forms
    onething
    records

[importlinter:contract:1]
name = The form engine never sees the kernel
type = forbidden
source_modules = forms
forbidden_modules = onething
"""


@pytest.fixture(autouse=True)
def at_the_top_of_the_tree(monkeypatch):
    monkeypatch.chdir(TREE)
    monkeypatch.syspath_prepend(str(TREE))


def test_every_contract_holds(capsys):
    broken = lint_imports(no_cache=True, no_logo=True)
    assert broken == 0, capsys.readouterr().out


def test_a_contract_that_does_not_hold_is_noticed(tmp_path, capsys):
    config = tmp_path / "wrong.ini"
    config.write_text(WRONG, encoding="utf-8")
    assert lint_imports(str(config), no_cache=True, no_logo=True) == 1
    assert "The form engine never sees the kernel BROKEN" in capsys.readouterr().out


def test_every_package_is_linted_and_has_its_layer():
    layers = next(contract for contract in LINTER["contracts"] if contract["type"] == "layers")["layers"]
    named = {name.strip() for layer in layers for name in layer.replace("|", ":").split(":")}
    assert set(LINTER["root_packages"]) == PACKAGES
    assert named == PACKAGES - OUTSIDE
    for name in OUTSIDE:
        assert any(name in contract.get("source_modules", ()) for contract in LINTER["contracts"])


def test_only_the_composition_roots_stand_outside_a_package():
    assert {path.name for path in TREE.glob("*.py")} == {"cli.py", "worker.py"}
