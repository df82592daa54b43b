"""Whether a storm left harm: in go cases as the door shows them and the agencies' ledgers, out come wrongs.

Both are read from outside, over HTTP: what our own records believe is not what is believed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from console.filing import Counter

_GRANTING: Final = frozenset({"granted", "partly_granted"})


class Wrong(StrEnum):
    """What can be wrong between the cases and what the agencies did."""

    NOT_ENDED = "not_ended"
    EFFECT_MISSING = "effect_missing"
    EFFECT_TWICE = "effect_twice"
    EFFECT_UNWANTED = "effect_unwanted"
    FILED_TWICE = "filed_twice"
    NOBODYS_FILING = "nobodys_filing"
    RECEIPT_MISSING = "receipt_missing"


@dataclass(frozen=True, slots=True)
class Harm:
    """One thing wrong: the case, and its slot or ledger key; never anything personal."""

    wrong: Wrong
    case: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one agency's ledger holds under one key (`case/slot/round/operation`)."""

    agency: str
    key: str
    filings: int
    effects: int

    @property
    def case(self) -> str:
        """The case that the key names."""
        return self.key.partition("/")[0]

    @property
    def slot(self) -> str:
        """The slot that the key names."""
        return self.key.partition("/")[2].partition("/")[0]


def examine(counter: Counter, numbers: Iterable[str], *, ended: bool = True) -> tuple[Harm, ...]:
    """Read the cases and every ledger of a running installation, and judge them.

    `numbers` are all the cases that were ever promised to somebody: a filing for any other is a wrong.
    With `ended` false a case may still be under way.
    """
    return judge([counter.case(number) for number in numbers], read_ledgers(counter), ended=ended)


def judge(
    cases: Sequence[Mapping[str, Any]], lines: Sequence[Line], *, ended: bool = True
) -> tuple[Harm, ...]:
    """Compare cases, as `GET /cases/{number}` shows them, with the ledgers' lines."""
    found = [harm for case in cases for harm in _judge_case(case, lines, ended)]
    known = {(case["number"], slot["slot"]) for case in cases for slot in case["slots"]}
    for line in lines:
        if (line.case, line.slot) not in known:
            found.append(Harm(Wrong.NOBODYS_FILING, line.case, line.key))
        if line.filings > 1:
            found.append(Harm(Wrong.FILED_TWICE, line.case, line.key))
    return tuple(found)


def read_ledgers(counter: Counter) -> tuple[Line, ...]:
    """Read every line of every stand-in agency's ledger."""
    found = []
    for agency in counter.ledger("")["agencies"]:
        answer = counter.agencies.get(f"/ledger/{agency}")
        answer.raise_for_status()
        for key, told in answer.json()["keys"].items():
            found.append(Line(agency, key, told["filings"], told["effects"]))
    return tuple(found)


def _judge_case(case: Mapping[str, Any], lines: Sequence[Line], ended: bool) -> list[Harm]:
    number = case["number"]
    found = [Harm(Wrong.NOT_ENDED, number)] if ended and not case["ended"] else []
    revisions = [receipt["revision"] for receipt in case["receipts"]]
    if revisions != list(range(1, len(revisions) + 1)) or (case["ended"] and not revisions):
        found.append(Harm(Wrong.RECEIPT_MISSING, number))
    effects: dict[str, int] = {}
    for line in lines:
        if line.case == number:
            effects[line.slot] = effects.get(line.slot, 0) + line.effects
    for slot in case["slots"]:
        wrong = _judge_effects(slot, effects.get(slot["slot"], 0))
        if wrong is not None:
            found.append(Harm(wrong, number, slot["slot"]))
    return found


def _judge_effects(slot: Mapping[str, Any], effects: int) -> Wrong | None:
    """A granted slot has one effect; one that ended otherwise has none; an open one has at most one."""
    if effects > 1:
        return Wrong.EFFECT_TWICE
    if slot["state"] in _GRANTING:
        return None if effects else Wrong.EFFECT_MISSING
    return Wrong.EFFECT_UNWANTED if slot["ended"] and effects else None
