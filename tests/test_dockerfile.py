"""The image holds the code, the libraries and the font that the launcher installs; it is not built for it."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

from console.setup import LIBRARIES
from runtime.settings import TREE

DOCKERFILE = (TREE / "Dockerfile").read_text(encoding="utf-8")


def entry_point(secrets):
    """The image's entry point, looking for secrets in another folder."""
    shell, option, script, name = json.loads(re.search(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)[1])
    assert script.count("/run/secrets/") == 1
    return [shell, option, script.replace("/run/secrets", str(secrets)), name]


def test_the_entry_point_fills_the_variable_that_a_secret_is_named_after(tmp_path):
    (tmp_path / "PGPASSWORD").write_text("it's $ecret\n", encoding="utf-8")
    (tmp_path / "FUND_TOKEN").write_text("another", encoding="utf-8")
    argv = [*entry_point(tmp_path), "printenv", "PGPASSWORD", "FUND_TOKEN"]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert shown == "it's $ecret\nanother\n"


def test_the_entry_point_does_without_secrets_and_ends_as_its_command_ends(tmp_path):
    argv = [*entry_point(tmp_path / "none"), "/bin/sh", "-c", "exit 7"]
    assert subprocess.run(argv, check=False).returncode == 7


def test_the_image_holds_what_the_wheel_holds_and_nothing_else_of_the_tree():
    project = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])
    lines = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {word for line in lines for word in line.split()}
    ignore = (TREE / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == wheel | {"LICENSE", "requirements.lock", "requirements-static.lock"}
    assert {line[1:] for line in ignore if line.startswith("!")} == copied
    assert ignore[1] == "*"


def test_the_image_has_the_system_libraries_that_the_launcher_installs():
    installed = re.search(r"--no-install-recommends ([^\\]+)", DOCKERFILE)[1].split()
    assert installed == [need.package for need in LIBRARIES]


def test_the_image_runs_as_nobody_in_particular_on_the_python_of_the_locks():
    assert re.search(r"^FROM python:3\.11-", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.index("\nUSER once") < DOCKERFILE.index("\nENTRYPOINT")
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    fonts = Path(re.search(r"ONCE_FONTS_DIR=(\S+)", DOCKERFILE)[1])
    assert fonts.is_relative_to("/app")  # in the image, which containers may not write to
