"""The one distribution: what its wheel holds is what we name, and nobody else owns any of those names."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import PurePosixPath

import pytest

from runtime.settings import TREE

PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))
NAMED = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=TREE, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {PurePosixPath(name) for name in archive.namelist()}


def top_level(wheel):
    return {path.parts[0] for path in wheel if not path.parts[0].endswith(".dist-info")}


@pytest.mark.slow
def test_the_wheel_holds_exactly_the_names_that_the_project_lists(wheel):
    assert top_level(wheel) == NAMED


@pytest.mark.slow
def test_each_top_level_name_has_exactly_one_owner(wheel):
    owners = packages_distributions()
    ours = {name.removesuffix(".py") for name in top_level(wheel)}
    assert {name: owners[name] for name in ours if set(owners.get(name, ())) - {"onething"}} == {}
    assert owners["pydantic"] == ["pydantic"]  # the map knows what is installed


@pytest.mark.slow
def test_the_wheel_carries_the_data_that_the_code_reads(wheel):
    files = {str(path) for path in wheel}
    for name in (
        "catalog/bundles/bereavement/bundle.yaml",
        "activities/rendering/receipt.html.jinja",
        "activities/rendering/receipt.css",
        "records/migrations/script.py.mako",
    ):
        assert name in files


@pytest.mark.slow
def test_nothing_but_code_and_data_of_the_tree_is_in_the_wheel(wheel):
    assert not [path for path in wheel if "__pycache__" in path.parts or path.suffix == ".pyc"]
    assert not [path for path in wheel if path.parts[0] in {"tests", "docs", "examples", ".once"}]


def test_the_distribution_can_not_be_uploaded_by_mistake():
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == {
        name for name in NAMED if not name.endswith(".py")
    }
