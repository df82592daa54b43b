"""The guide's life event is true: a copy of the catalog follows the page, block by block, to its end."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from ruamel.yaml import YAML

from console import demo_story, forms
from console.act import perform
from console.skip_server import start_environment
from console.stage import Stage, Undrawn
from onething.calendar import load_calendar
from onething.catalog import load_catalog
from onething.definition import Scenario
from records.archive import open_archive
from records.receipt import receipts_of
from records.timeline import timeline_of
from runtime.keyring import KeyRing
from runtime.settings import TREE, Settings
from tests.workflows.test_scenario import said, standing, stands_in_order

GUIDE = (TREE / "docs" / "guides" / "add-a-life-event.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```([a-z ]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\S+/\S+\.\w+)\n")
GIT = ("git", "-c", "user.name=guide", "-c", "user.email=guide@localhost", "-c", "commit.gpgsign=false")
LEAST = 0.25
"""At most this share of what is filled in when filing separately may still be typed."""


@dataclass(frozen=True)
class Reader:
    """Somebody at a fresh checkout who does what the page says and reads what comes back."""

    tree: Path
    said: Callable[[], str]

    def write(self, name: str, text: str) -> None:
        path = self.tree / name
        assert not path.exists(), f"{name} would replace a file of the catalog"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_all(self) -> None:
        for name, text in files():
            self.write(name, text)

    def run(self, command: str) -> str:
        """The command's output; its exit code is 0."""
        match command.split():
            case ["./once", "forms", "check", *bundle]:
                assert forms.check(*bundle) == 0, self.said()
            case ["./once", "forms", "report", bundle]:
                assert forms.report(bundle, None, False, False) == 0, self.said()
            case ["./once", "demo", bundle, "--out", out]:
                self.demo(bundle, None, out)
            case ["./once", "demo", bundle, "--scenario", scenario, "--out", out]:
                self.demo(bundle, scenario, out)
            case ["git", "status", "--short"]:
                return self.git("status", "--short")
            case _:
                pytest.fail(f"the guide shows a command that nobody here knows: {command}")
        return self.said()

    def demo(self, bundle: str, scenario: str | None, out: str) -> None:
        """The demonstration in the story's own time, where nothing has to be started first."""
        catalog = load_catalog(self.tree / "catalog")
        ways = (self.tree / out, Console(width=200))
        story = catalog.scenario(bundle, scenario)
        assert demo_story.run(catalog, bundle, story, Settings(), ways) == 0
        assert (self.tree / out / "receipt.json").is_file()

    def git(self, *words: str) -> str:
        done = subprocess.run([*GIT, *words], cwd=self.tree, check=True, capture_output=True, text=True)
        return done.stdout


@pytest.fixture
def reader(tmp_path, monkeypatch, capsys) -> Reader:
    tree = tmp_path / "checkout"
    shutil.copytree(TREE / "catalog", tree / "catalog")
    shutil.copy(TREE / ".gitignore", tree)
    monkeypatch.setenv("ONCE_CATALOG_DIR", str(tree / "catalog"))
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(demo_story, "_renderer", Undrawn)
    return Reader(tree, lambda: capsys.readouterr().out)


def blocks() -> Iterator[tuple[str, str]]:
    """Each block of the page in its order: its language and its text."""
    for found in FENCE.finditer(GUIDE):
        yield found[1], found[2]


def files() -> list[tuple[str, str]]:
    """Every file of the page: its path and its text."""
    found = [(NAMED.match(text), text) for language, text in blocks() if language == "yaml"]
    return [(name[1], text) for name, text in found if name]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_whoever_follows_the_guide_sees_what_it_shows(reader):
    reader.git("init", "--quiet")
    reader.git("add", ".")
    reader.git("commit", "--quiet", "--message", "as it was")
    output, commands = "", 0
    for language, text in blocks():
        if language == "yaml" and (name := NAMED.match(text)):
            reader.write(name[1], text)
        elif language == "sh":
            output = "".join(reader.run(line) for line in text.splitlines())
            commands += 1
        elif language == "text":
            for line in text.splitlines():
                assert flat(line) in flat(output), line
    assert commands == 8
    shown = [text for language, text in blocks() if language == "text"]
    assert shown[-1] == reader.run("git status --short")


def test_adding_a_life_event_takes_data_and_no_program():
    names = [Path(name) for name, _ in files()]
    assert {name.parts[0] for name in names} == {"catalog"}
    assert {name.suffix for name in names} == {".yaml"}
    assert [name.name for name in names].count("bundle.yaml") == 1
    assert [name.name for name in names].count("agency.yaml") == 1


def test_the_mistake_that_the_guide_makes_is_told_in_the_words_it_shows(reader):
    reader.write_all()
    path = reader.tree / "catalog" / "concepts" / "retirement.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("register: personnel_file\n", "register: personel_file\n"), encoding="utf-8")
    assert forms.check() == 1
    shown = next(text for language, text in blocks() if language == "text misspelt")
    assert flat(shown) in flat(reader.said()).replace(f"{reader.tree}/", "")


def test_the_share_that_is_still_typed_is_the_one_the_guide_quotes_and_small(reader):
    reader.write_all()
    output = reader.run("./once forms report retirement")
    separate, once = map(int, re.search(r"填写项 fields +│ +(\d+) │ +(\d+)", output).groups())
    assert once / separate <= LEAST
    assert f"{once} of {separate} fields are still typed, {once / separate:.0%}" in flat(GUIDE)


async def test_its_stories_end_as_they_say(reader, tmp_path):
    reader.write_all()
    catalog = load_catalog(reader.tree / "catalog")
    ring = KeyRing.load_or_create(tmp_path / "keys")
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    async with start_environment(ring) as environment, open_archive(url, ring, tmp_path / "blobs") as archive:
        calendar = load_calendar(reader.tree / "catalog" / "calendars")
        stage = Stage(environment, archive, catalog, calendar, Undrawn(), tmp_path / "keys")
        smooth = await played(stage, catalog.scenario("retirement"))
        crooked = await played(stage, catalog.scenario("retirement", "correction"))
    assert set(catalog.scenarios["retirement"]) == {"smooth", "correction"}
    for receipts in (smooth, crooked):
        told = [(receipt.revision, receipt.reason) for receipt in receipts]
        assert told == [(1, "accepted"), (2, "completed")]


async def played(stage: Stage, story: Scenario):
    """Play the story to the end that it says; its receipts."""
    async with stage.play(story, bundle="retirement") as under_way:
        state = await perform(under_way)
        effects = under_way.effects()
    assert standing(state, story.expect) == said(story.expect)
    assert {slot: effects.get(slot, 0) for slot in story.expect.effects} == story.expect.effects
    lines = await timeline_of(stage.archive, state.number)
    assert stands_in_order(story.expect.timeline, [line.kind for line in lines])
    return await receipts_of(stage.archive, state.number)


def test_the_worker_that_the_guide_shows_is_like_the_others():
    stack = (TREE / "docker-compose.yml").read_text(encoding="utf-8")
    block = next(text for language, text in blocks() if language == "yaml" and not NAMED.match(text))
    services = YAML(typ="safe").load(stack.replace("services:\n", f"services:\n{block}", 1))["services"]
    shown, other = services["worker-ageing-office"], services["worker-health"]
    assert {**shown, "command": None} == {**other, "command": None}
    assert shown["command"] == [*other["command"][:-1], "agency:ageing_office"]
