"""Files that agencies gave out with their decisions: decided filings in, what the family may have out.

A handler puts certificate or decision beside granting, refusing or not accepting. Nobody reads the paper
before the word: a file counts once its case has taken the decision.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onething.case_state import DECIDED, CaseState
from onething.text import Text
from records.desk_item import DeskItem, DeskPaper

_KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPG"}


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One file, by its place among those of its filing, and the how-manieth of its item it is."""

    item: DeskItem
    seq: int
    position: int
    paper: DeskPaper
    number: int

    @property
    def name(self) -> str:
        """Under which it is asked for."""
        return f"{self.item.id}-{self.seq}-{self.position}"

    @property
    def kind(self) -> str:
        """PDF, PNG, JPG or OFD."""
        return _KINDS.get(self.paper.mime, "OFD")

    @property
    def title(self) -> Text:
        """What people call it; the name that it had at the agency may say anything."""
        return Text(zh=f"结果文件 {self.number}", en=f"Result file {self.number}")


def given_files(items: Iterable[DeskItem], state: CaseState) -> tuple[GivenFile, ...]:
    """Every file that was given out in a case, in the order of decision."""
    counted: dict[str, int] = {}
    found: list[GivenFile] = []
    for item in items:
        if not _is_taken(state, item):
            continue
        for seq, position, paper in _papers(item):
            counted[item.slot] = counted.get(item.slot, 0) + 1
            found.append(GivenFile(item, seq, position, paper, counted[item.slot]))
    return tuple(found)


def has_files(items: Iterable[DeskItem]) -> bool:
    """Whether any file lies there; most cases have none."""
    return any(True for item in items for _ in _papers(item))


def _is_taken(state: CaseState, item: DeskItem) -> bool:
    slot = state.slots.get(item.slot)
    return slot is not None and (slot.round > item.round or slot.state in DECIDED)


def _papers(item: DeskItem) -> Iterator[tuple[int, int, DeskPaper]]:
    for act in item.acts:
        for position, paper in enumerate(act.papers):
            if paper.given:
                yield act.seq, position, paper
