"""Documentation that cannot rot: what has a name in the code has its heading in the docs, and links lead."""

import ast
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer.main

import cli
import onething.errors
from onething.errors import OneThingError
from onething.sentence import ERRORS
from runtime.settings import TREE, Settings, variable

DOCS = TREE / "docs"
PAGES = sorted([*TREE.glob("*.md"), *DOCS.rglob("*.md")])
PACKAGES = [path.parent for path in TREE.glob("*/__init__.py")]
HEADING = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
VARIABLE = re.compile(r"\"(ONCE_[A-Z_]*[A-Z])\"")
ADR = re.compile(r"adr-\d{4}-[a-z-]+\.md")
FENCE = re.compile(r"^(?:`[^`\n]+`\n\n)?```.*?^```", re.MULTILINE | re.DOTALL)
"""A block of code, with the name of the file that it shows above it if there is one."""


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def sections(name):
    """Each heading of the page in code marks, with the text below it."""
    parts = re.split(r"^#{2,4} `([^`]+)`.*$", page(name), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def codes():
    """Every error code that the tree declares, read without importing anything."""
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and node.bases:
                    yield from (value for value in map(code_of, node.body) if value)


def code_of(statement):
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if not any(isinstance(target, ast.Name) and target.id == "code" for target in targets):
        return None
    return statement.value.value if isinstance(getattr(statement, "value", None), ast.Constant) else None


def kernel_errors():
    """Every class of the kernel's drawn tree."""
    found = [value for value in vars(onething.errors).values() if isinstance(value, type)]
    return [error for error in found if issubclass(error, OneThingError)]


def commands(command=None, words=()):
    """Every `once` command that the help shows, as it is typed."""
    command = command or typer.main.get_command(cli.app)
    for name, below in command.commands.items():
        if hasattr(below, "commands"):
            yield from commands(below, (*words, name))
        elif not below.hidden:
            yield " ".join((*words, name)), below


def test_every_setting_has_its_heading_and_says_what_it_is_for():
    found = sections("reference/settings.md")
    for name, field in Settings.model_fields.items():
        assert variable(name) in found, f"docs/reference/settings.md lacks ### `{variable(name)}`"
        assert field.description in " ".join(found[variable(name)].split()), name


def test_every_variable_that_any_part_reads_has_its_heading_and_no_other():
    sources = [*(path for package in PACKAGES for path in package.rglob("*.py")), TREE / "once"]
    read = {name for path in sources for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    known = {variable(name) for name in Settings.model_fields}
    assert set(sections("reference/settings.md")) == known | read


def test_every_error_code_has_its_heading():
    found = sections("reference/errors.md")
    for code in sorted({*codes(), OneThingError.code}):
        assert code in found, f"docs/reference/errors.md lacks ### `{code}`"


@pytest.mark.parametrize("error", kernel_errors(), ids=lambda error: error.code)
def test_every_error_of_the_kernel_stands_with_its_status_and_its_sentence(error):
    text = " ".join(sections("reference/errors.md")[error.code].split())
    sentence = ERRORS[error.code]
    assert sentence.zh in text
    assert sentence.en in text
    assert f"HTTP {error.http_status}" in text
    assert ("retried" in text) == error.retryable


def test_no_heading_names_an_error_that_does_not_exist():
    assert set(sections("reference/errors.md")) <= {*codes(), OneThingError.code}


def test_every_command_and_every_option_of_it_stands_in_the_reference():
    found = {name.removeprefix("./once "): text for name, text in sections("reference/cli.md").items()}
    for name, command in commands():
        heading = next((key for key in found if key == name or key.startswith(f"{name} ")), None)
        assert heading is not None, f"docs/reference/cli.md lacks ### `./once {name}`"
        for option in (
            option for param in command.params for option in param.opts if option.startswith("--")
        ):
            assert option in heading + found[heading], (name, option)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TREE)))
def test_every_link_leads_somewhere(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / unquote(target)).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TREE)))
def test_every_path_in_code_marks_exists(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    roots = {folder.name for folder in PACKAGES} | {"catalog", "docs", "tests", "examples"}
    for name in re.findall(r"`([\w./-]+/[\w./-]+\.(?:py|yaml|yml|md|json|jinja|css))`", text):
        if name.split("/")[0] in roots:
            assert (TREE / name).exists(), name


def test_the_map_names_every_page():
    linked = {(DOCS / target).resolve() for target in LINK.findall(page("README.md"))}
    assert {path.resolve() for path in DOCS.rglob("*.md")} - linked == {(DOCS / "README.md").resolve()}


def test_each_decision_is_one_page_of_context_decision_and_consequences():
    pages = sorted((DOCS / "why").glob("*.md"))
    assert [int(path.name[4:8]) for path in pages] == list(range(1, len(pages) + 1))
    for path in pages:
        assert ADR.fullmatch(path.name)
        text = path.read_text(encoding="utf-8")
        assert HEADING.findall(text) == ["Context", "Decision", "Consequences"], path.name
        assert len(re.findall(r"^> ", text, re.MULTILINE)) >= 1, f"{path.name}: the decision is quotable"
        assert len(text.splitlines()) <= 60, path.name


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_two_commands_stand_in_the_first_screen(name):
    first = "\n".join((TREE / name).read_text(encoding="utf-8").splitlines()[:30])
    assert "./once up" in first
    assert "./once test" in first


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_first_page_counts_the_stories_of_every_life_event(name):
    rows = re.findall(
        r"^\| [^|]+ \| `(\w+)` \| (\d+) \|", (TREE / name).read_text(encoding="utf-8"), re.MULTILINE
    )
    bundles = (TREE / "catalog" / "bundles").glob("*/bundle.yaml")
    counted = {path.parent.name: len([*path.parent.glob("scenarios/*.yaml")]) for path in bundles}
    assert {bundle: int(stories) for bundle, stories in rows} == counted


def test_the_reading_path_leads_to_files_that_are_there():
    for name in ("README.md", "README.zh.md"):
        text = (TREE / name).read_text(encoding="utf-8")
        for target in (
            "catalog/bundles/bereavement/bundle.yaml",
            "onething/case.py",
            "forms/merge.py",
            "workflows/bundle_case.py",
            "activities/agencies/http.py",
        ):
            assert f"]({target})" in text, (name, target)


def test_no_page_names_a_package_registry_or_shows_a_badge():
    for path in [*PAGES, TREE / "Dockerfile", TREE / "docker-compose.yml", TREE / "publiccode.yml"]:
        text = path.read_text(encoding="utf-8")
        for host in (
            "py" + "pi.org",
            "python" + "hosted.org",
            "npm" + "js.org",
            "shields" + ".io",
            "ghcr" + ".io",
        ):
            assert host not in text, (path.name, host)


def test_the_changelog_says_one_sentence_a_line():
    text = (TREE / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line.startswith("- ")]
    assert entries
    assert [line for line in entries if not line.endswith((".", "。")) or ". " in line[:-1]] == []
    assert Path(TREE / "LICENSE").is_file()
