"""What people call things for short: a search word in, itself and what it stands for in titles out."""

from collections.abc import Iterator, Mapping
from typing import Final

_MEANT: Final[Mapping[str, tuple[str, ...]]] = {
    "医保": ("医疗保险", "医疗保障"),
    "社保": ("社会保险", "社会保障"),
    "低保": ("最低生活保障",),
    "养老金": ("养老保险",),
    "残疾证": ("残疾人证",),
    "驾照": ("驾驶证",),
    "房产": ("不动产",),
}
"""Words of everyday speech, which titles of items and agencies write out in full."""
ABBREVIATIONS: Final = tuple(_MEANT)


def meanings(term: str) -> Iterator[str]:
    """The term as typed, then with each short form in it written out."""
    yield term
    for short, written_out in _MEANT.items():
        if short in term:
            yield from (term.replace(short, one) for one in written_out)
