"""YAML is read by version 1.2, fast: the same as by the reference reader, and mistakes have their line."""

import pytest
from ruamel.yaml import YAML

from onething.yaml_file import YamlFault, line_of, parse_yaml, place_of
from runtime.settings import TREE

FILES = sorted((TREE / "catalog").rglob("*.yaml"))


def test_every_file_of_the_catalog_reads_as_the_reference_reads_it():
    assert len(FILES) > 100
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert parse_yaml(text) == YAML(typ="safe", pure=True).load(text), path


@pytest.mark.parametrize("word", ["no", "off", "on", "y", "12:30", "1_000", "2026-03-02T09:30:00+08:00"])
def test_words_that_older_readers_take_for_something_else_stay_text(word):
    assert parse_yaml(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("~", None), ("", None), ("017", 17), ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0)],
)
def test_plain_values_are_those_of_the_core_schema(word, value):
    assert parse_yaml(f"a: {word}") == {"a": value}


@pytest.mark.parametrize(("text", "line"), [("a: 1\na: 2", 2), ("a: [1\nb: 2", 2), ("a: 1\n\tb: 2", 2)])
def test_a_mistake_has_its_line(text, line):
    with pytest.raises(YamlFault) as caught:
        parse_yaml(text)
    what, where = place_of(caught.value)
    assert what
    assert where == line


@pytest.mark.parametrize(
    ("keys", "line"),
    [(("a",), 1), (("a", 1), 3), (("a", 1, "c"), 4), (("a", 7), 1), (("nowhere",), None), ((), None)],
)
def test_an_entry_or_its_nearest_parent_is_found(keys, line):
    assert line_of("a:\n  - b\n  - d: 1\n    c: 2\n", *keys) == line
