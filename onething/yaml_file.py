"""YAML 1.2 read fast: in goes a file's text, out come mappings, lists and values, or where it goes wrong.

The parser is libyaml's; what plain words mean follows YAML 1.2's core schema, not 1.1's: `no`, `off` and
`12:30` stay text. Days are days. A key that stands twice is a mistake; it is not the last one that wins.
"""

import re
from typing import Any, Final

import yaml

YamlFault = yaml.YAMLError
"""What is wrong with a file."""


def place_of(fault: yaml.YAMLError) -> tuple[str, int | None]:
    """What is wrong, and the line (from 1) where that can be told."""
    mark = getattr(fault, "problem_mark", None)
    return str(getattr(fault, "problem", None) or fault), mark.line + 1 if mark else None


def parse_yaml(text: str) -> Any:
    """Read one document; raises YamlFault."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with another schema  # nosec B506


def line_of(text: str, *keys: str | int) -> int | None:
    """The line (from 1) of the entry under `keys`, or of its nearest parent; None for a file that is none."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return None
    line: int | None = None
    for key in keys:
        entry = _entry(node, key)
        if entry is None:
            break
        mark, node = entry
        line = mark.line + 1
    return line


def _entry(node: Any, key: str | int) -> tuple[Any, Any] | None:
    """Where the entry under a key stands, and its node."""
    if isinstance(node, yaml.MappingNode):
        return next(((one.start_mark, value) for one, value in node.value if one.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark, node.value[key]
    return None


class _Loader(yaml.CSafeLoader):
    """libyaml's parser with YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT002 - its base's
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_PLAIN: Final = (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
)
"""Kind, pattern and first letters of plain words that are no text (YAML 1.2.2, section 10.3.2), and days."""


def _int(loader: Any, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    for mark, base in (("0o", 8), ("0x", 16)):
        if text.startswith(mark):
            return int(text[2:], base)
    return int(text)


for _kind, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}",
        re.compile(f"^(?:{_pattern})$"),
        [*_first, *([""] if _kind == "null" else [])],
    )
_Loader.add_constructor("tag:yaml.org,2002:int", _int)
