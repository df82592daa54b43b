"""The receipt's own words: codes of the document in, labels, moods and the family's to-do lines out."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from onething.case_definition import FilingMode, Origin
from onething.case_state import BundleState, SlotState
from onething.receipt import PaperSource, ReceiptCode, ReceiptDocument, ReceiptSlot, RevisionReason
from onething.text import Text
from onething.wording import BUNDLE_STATES, FILING_MODES, ORIGINS, SLOT_STATES

REASONS: Final[Mapping[RevisionReason, Text]] = {
    RevisionReason.ACCEPTED: Text(zh="首次出具", en="first issue"),
    RevisionReason.OUTCOME_CHANGED: Text(zh="结果变更后出具", en="issued after an outcome changed"),
    RevisionReason.COMPLETED: Text(zh="办结时出具", en="issued at completion"),
    RevisionReason.CORRECTED: Text(zh="更正后出具", en="issued after a correction"),
}

PAPER_LABELS: Final[Mapping[PaperSource, Text]] = {
    PaperSource.RECEIVED: Text(zh="已收", en="received"),
    PaperSource.FORM: Text(zh="随表填写", en="filled in with the one form"),
    PaperSource.MANDATE: Text(zh="以登记的授权委托代替", en="a mandate on record stands for it"),
    PaperSource.SHARED: Text(zh="共享获取", en="obtained by sharing"),
    PaperSource.PLEDGED: Text(zh="已承诺", en="pledged"),
    PaperSource.OWED: Text(zh="容缺待补", en="owed"),
}

OTHER_STATE: Final = Text(zh="其他", en="other")

_OVER_IN_VAIN: Final = frozenset({"refused", "declined", "lapsed", "withdrawn", "not_applicable"})
"""States in which nobody waits for a paper any more."""
ENDED_OTHERWISE: Final = Text(zh="办理终结时出具", en="issued at the end")

_MOODS: Final[Mapping[str, str]] = {
    "granted": "good",
    "completed": "good",
    "partly_granted": "good",
    "accepted": "plain",
    "refused": "bad",
    "declined": "bad",
    "lapsed": "bad",
    "terminated": "bad",
    "blocked": "wait",
    "correction_requested": "wait",
    "needs_operator": "wait",
}


def coded(code: BundleState | SlotState | FilingMode | Origin) -> ReceiptCode:
    """Give a code of the kernel as the receipt holds it: with the words that it has today."""
    tables: tuple[Mapping[Any, Text], ...] = (BUNDLE_STATES, SLOT_STATES, FILING_MODES, ORIGINS)
    kinds = (BundleState, SlotState, FilingMode, Origin)
    return ReceiptCode(code=code.value, title=tables[kinds.index(type(code))][code])


def reason_of(document: ReceiptDocument) -> Text:
    """Why this revision was issued; a case taken back or stopped ends without being completed."""
    reason = document.revision.reason
    if reason is RevisionReason.COMPLETED and document.state.code != BundleState.COMPLETED:
        return ENDED_OTHERWISE
    return REASONS[reason]


def mood(code: str) -> str:
    """Give the class that colours a state: good, bad, wait or plain."""
    return _MOODS.get(code, "plain")


def chinese_day(value: date) -> str:
    """Give the day as Chinese forms write it: 2026年3月8日."""
    return f"{value.year}年{value.month}月{value.day}日"


def grouped(code: str) -> str:
    """Give a verification code as people read it out and type it: in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def remaining(document: ReceiptDocument) -> list[dict[str, str]]:
    """List what is left for the family to do, slot by slot: corrections, owed papers, blocks."""
    return [
        {"number": str(number), "slot": slot.title.zh, "text": text}
        for number, slot in enumerate(document.slots, 1)
        for text in _remaining_in(slot)
    ]


def _remaining_in(slot: ReceiptSlot) -> Iterator[str]:
    if slot.state.code in {"correction_requested", "lapsed"} and slot.correction:
        yield slot.correction.zh
    for paper in slot.materials:
        if paper.source is PaperSource.OWED and slot.state.code not in _OVER_IN_VAIN:
            until = f"于 {chinese_day(paper.due)}前（含当日）" if paper.due else ""
            yield f"尚缺{paper.title.zh}，请{until}补交"
    if slot.blocked:
        yield slot.blocked.fix.zh
