"""The receipt's own words: codes of the document in, labels, moods and the family's to-do lines out."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from onething.case_definition import FilingMode, Origin
from onething.case_state import BundleState, SlotState
from onething.receipt import PaperSource, ReceiptCode, ReceiptDocument, ReceiptSlot, RevisionReason
from onething.text import Text

REASONS: Final[Mapping[RevisionReason, Text]] = {
    RevisionReason.ACCEPTED: Text(zh="受理时出具", en="issued at acceptance"),
    RevisionReason.OUTCOME_CHANGED: Text(zh="结果变更后出具", en="issued after an outcome changed"),
    RevisionReason.COMPLETED: Text(zh="办结时出具", en="issued at completion"),
    RevisionReason.CORRECTED: Text(zh="更正后出具", en="issued after a correction"),
}

PAPER_LABELS: Final[Mapping[PaperSource, Text]] = {
    PaperSource.RECEIVED: Text(zh="已收", en="received"),
    PaperSource.SHARED: Text(zh="共享获取", en="obtained by sharing"),
    PaperSource.PLEDGED: Text(zh="告知承诺", en="replaced by a pledge"),
    PaperSource.OWED: Text(zh="容缺待补", en="owed"),
}

SLOT_STATES: Final[Mapping[SlotState, Text]] = {
    SlotState.WAITING: Text(zh="待办理", en="waiting"),
    SlotState.SUBMITTING: Text(zh="提交中", en="being submitted"),
    SlotState.RECEIVED: Text(zh="已收件", en="received"),
    SlotState.CORRECTION_REQUESTED: Text(zh="待补正", en="to be corrected"),
    SlotState.ACCEPTED: Text(zh="已受理", en="accepted"),
    SlotState.UNDER_REVIEW: Text(zh="审核中", en="under review"),
    SlotState.GRANTED: Text(zh="准予", en="granted"),
    SlotState.PARTLY_GRANTED: Text(zh="部分准予", en="partly granted"),
    SlotState.REFUSED: Text(zh="不予", en="refused"),
    SlotState.DECLINED: Text(zh="不予受理", en="not accepted"),
    SlotState.WITHDRAWN: Text(zh="已撤回", en="withdrawn"),
    SlotState.LAPSED: Text(zh="逾期终止", en="lapsed"),
    SlotState.NOT_APPLICABLE: Text(zh="不适用", en="not applicable"),
    SlotState.BLOCKED: Text(zh="暂不能办", en="on hold"),
    SlotState.NEEDS_OPERATOR: Text(zh="人工处理中", en="with an operator"),
}
OTHER_STATE: Final = Text(zh="其他", en="other")

BUNDLE_STATES: Final[Mapping[BundleState, Text]] = {
    BundleState.DRAFT: Text(zh="草稿", en="draft"),
    BundleState.SUBMITTED: Text(zh="已提交", en="submitted"),
    BundleState.RUNNING: Text(zh="办理中", en="in progress"),
    BundleState.COMPLETED: Text(zh="已办结", en="completed"),
    BundleState.WITHDRAWN: Text(zh="已撤回", en="withdrawn"),
    BundleState.TERMINATED: Text(zh="已终止", en="terminated"),
}

FILING_MODES: Final[Mapping[FilingMode, Text]] = {
    FilingMode.SELF: Text(zh="自办", en="self-service"),
    FilingMode.ASSISTED: Text(zh="帮办", en="assisted"),
    FilingMode.ON_BEHALF: Text(zh="代办", en="on behalf"),
}

ORIGINS: Final[Mapping[Origin, Text]] = {
    Origin.SELF: Text(zh="本人提出", en="by the applicant"),
    Origin.WINDOW: Text(zh="窗口受理", en="at the window"),
    Origin.REPRESENTATIVE: Text(zh="代理人提出", en="by a representative"),
    Origin.DISCOVERY: Text(zh="主动发现", en="found by the authorities"),
    Origin.AUTOMATIC: Text(zh="免申即享", en="automatic"),
}

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


def mood(code: str) -> str:
    """Give the class that colours a state: good, bad, wait or plain."""
    return _MOODS.get(code, "plain")


def chinese_day(value: date) -> str:
    """Give the day as Chinese forms write it: 2026年3月8日."""
    return f"{value.year}年{value.month}月{value.day}日"


def remaining(document: ReceiptDocument) -> list[dict[str, str]]:
    """List what is left for the family to do, slot by slot: corrections, owed papers, blocks."""
    return [
        {"number": str(number), "slot": slot.title.zh, "text": text}
        for number, slot in enumerate(document.slots, 1)
        for text in _remaining_in(slot)
    ]


def _remaining_in(slot: ReceiptSlot) -> Iterator[str]:
    if slot.state.code == "correction_requested" and slot.correction:
        yield slot.correction.zh
    for paper in slot.materials:
        if paper.source is PaperSource.OWED:
            until = f"于 {chinese_day(paper.due)}前" if paper.due else ""
            yield f"尚缺{paper.title.zh}，请{until}补交"
    if slot.blocked:
        yield slot.blocked.fix.zh
