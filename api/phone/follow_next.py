"""What comes of an item now: in goes the item, out comes what happens next or what the family can do.

To whoever holds the paper alone it is said in words that tell nothing of the family.
"""

from datetime import timedelta
from typing import Final

from api.progress import DECIDED
from api.slot_view import SlotView
from onething.case_state import SlotState
from onething.explanation import with_days
from onething.item import StepKind
from onething.text import Text

_ASKS: Final = Text(zh="请按一次性告知书补正", en="put right what the notice asks for")
_WINDOW_SEES: Final = Text(
    zh="窗口工作人员正在处理，您不用做什么", en="the window is seeing to it; you need not act"
)
_ON_TIME: Final = Text(zh="部门按期办理，您不用做什么", en="the agency is working on it; you need not act")
_ON_NOTICE: Final = Text(
    zh="正在公示（至{last}，姓名部分隐去，不公开证件号码）",
    en="on public notice until {last} (names masked, no identity numbers)",
)
_NOTICE_AT_LEAST: Final = Text(
    zh="正在公示（姓名部分隐去，不公开证件号码）", en="on public notice (names masked, no identity numbers)"
)
_NOTICE_COUNTS: Final = Text(
    zh="，公示期间计入办理期限，您不用做什么", en="; its days count into the limit; you need not act"
)
_NOTICE_APART: Final = Text(
    zh="，公示期间不计入办理期限，您不用做什么", en="; its days do not count into the limit; you need not act"
)
_NOTHING: Final = Text(zh="已办结，您不用再做什么", en="it has ended; nothing is left for you to do")
_GONE: Final = Text(zh="不再办理，您不用做什么", en="it is not gone on with; there is nothing for you to do")
_SEE: Final = Text(
    zh="已有结果，理由和救济途径见下", en="it is decided; the reasons and what can be done stand below"
)
_OWES: Final = Text(zh="已办结，还有材料待补交", en="it has ended; a paper is still owed")
_TOLD_INSIDE: Final = Text(
    zh="已有结果，登录后可以查看理由和救济途径",
    en="it is decided; sign in to see the reasons and what can be done",
)
_COMES: Final = Text(
    zh="等前面的事项办结后自动办理，您不用做什么",
    en="goes on by itself after the items before it; there is nothing for you to do",
)
_SENT: Final = Text(
    zh="正在送达办理部门，您不用做什么", en="on its way to the agency; there is nothing for you to do"
)
_BY_ITSELF: Final = Text(
    zh="到期自动办理，您不用做什么", en="goes on by itself on its day; there is nothing for you to do"
)
_STOPPED: Final = Text(zh="登录后可以查看怎样继续办理", en="sign in to see how it can go on")
_OWED: Final = Text(zh="还有材料待补交，登录后可以上传", en="a paper is still owed; sign in to hand it in")
_CALLED: Final = Text(
    zh="已有结果，工作人员会就后续事宜与您联系", en="it is decided; staff will call you about what follows"
)
_ENDED: Final = {
    SlotState.GRANTED.value: _NOTHING,
    SlotState.PARTLY_GRANTED.value: _TOLD_INSIDE,
    SlotState.REFUSED.value: _TOLD_INSIDE,
    SlotState.DECLINED.value: _TOLD_INSIDE,
}


def next_for(slot: SlotView, *, asked: bool, call: Text | None = None) -> Text:
    """What happens next, or what the family can do; `call` is what staff will call about."""
    if slot.ended:
        return _afterwards(slot, call)
    if asked:
        return _ASKS
    if slot.operator is not None:
        return _WINDOW_SEES
    if slot.blocked is not None:
        return slot.blocked.fix
    return _on_notice(slot) or slot.awaited or _ON_TIME


def somebody_holds(one: SlotView) -> bool:
    """Whether there is somebody to name who has to do something for an item."""
    return not one.ended and one.holder not in {"system", "nobody"}


def next_masked(one: SlotView, *, call: bool = False) -> Text:
    """What comes of an item for which nobody is named, in words that tell nothing of the family."""
    if one.ended and call and one.holder != "applicant":
        return _CALLED
    if one.ended:
        return _OWED if one.holder == "applicant" else _ENDED.get(one.state, _GONE)
    if one.blocked is not None:
        return _BY_ITSELF if one.blocked.until is not None else _STOPPED
    return _COMES if one.state == SlotState.WAITING else _SENT


def _afterwards(slot: SlotView, call: Text | None) -> Text:
    """What is left to do once an item has ended."""
    if slot.holder == "applicant":
        return _OWES
    if call is not None:
        return call
    if slot.remedies:
        return _SEE
    return _NOTHING if slot.state in DECIDED else _GONE


def _on_notice(slot: SlotView) -> Text | None:
    """That it is on public notice, until when, and whether the clock counts it; None where it is not."""
    open_ones = (one for one in slot.pauses if one.last is None and one.reason == StepKind.PUBLIC_NOTICE)
    pause = next(open_ones, None)
    if pause is None:
        return None
    days = next((step.days for step in slot.to_come if step.days), 0)
    last = pause.first + timedelta(days=days)
    said = with_days(_ON_NOTICE, last=last) if days else _NOTICE_AT_LEAST
    clock = _NOTICE_COUNTS if pause.counts else _NOTICE_APART
    return Text(zh=said.zh + clock.zh, en=said.en + clock.en)
