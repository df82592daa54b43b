"""A slot's course in words: in goes its state, out come the lines that tell rounds, waits and notices."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from onething.case_definition import CaseInput, SlotDefinition
from onething.case_record import Correction, OwedPaper, OwedState, WorkOrder
from onething.case_state import CaseState, SlotCase, SlotState
from onething.clock import local_day
from onething.explanation import said_day, said_reason, with_days
from onething.family_order import CALLS, order_words
from onething.receipt import PaperSource, ReceiptMaterial, ReceiptOrder
from onething.slot_course import lacks_paper
from onething.text import Text

_ROUND: Final = Text(zh="第 {round} 次送达", en="filed for the {round}. time")
_DEEMED: Final = Text(
    zh="部门未在期限内一次性告知，自收件之日起视为受理",
    en="nothing was asked in time: counts as accepted from the day of receipt",
)
_PAUSED: Final = Text(zh="{first}起暂停计时（{why}）", en="the clock has stood still since {first} ({why})")
_COUNTING: Final = Text(zh="{first}起{why}，计入办理期限", en="{why} since {first}, within the limit")
_WAITED: Final = Text(
    zh="{first}至{last}暂停计时（{why}），不计入办理期限",
    en="the clock stood still from {first} to {last} ({why})",
)
_COUNTED: Final = Text(
    zh="{first}至{last}{why}，计入办理期限", en="{why} from {first} to {last}, within the limit"
)
_EXTENDED: Final = Text(
    zh="经部门负责人批准延长{amount}（{decided}决定）", en="extended by {amount} (decided on {decided})"
)
_NOTICE: Final = Text(
    zh="{day}告知补正（第 {number} 号告知书{more}）",
    en="told on {day} what to put right (notice no. {number})",
)
_LATE: Final = Text(zh="，部门逾期提出", en="")
_SUPPLEMENTARY: Final = Text(zh="，补充告知", en="")
_NOTHING: Final = Text(zh="", en="")
_OWED: Final = Text(
    zh="逾期未补齐的，按撤回申请处理", en="not brought in time, the filing counts as withdrawn"
)


def course(slot: SlotCase, state: CaseState) -> Iterator[Text]:
    """Yield what happened on the way: notices, waits, extension, and how often it was filed by now."""
    if slot.deemed:
        yield _DEEMED
    for notice in state.notices:
        if slot.slot in notice.slots:
            late = slot.slot in notice.breach
            more = _LATE if late else _SUPPLEMENTARY if notice.supplementary else _NOTHING
            yield with_days(_NOTICE, day=local_day(notice.at)).fill(number=notice.number, more=more.zh)
    for pause in slot.pauses:
        why = said_reason(pause.reason)
        open_, over = (_COUNTING, _COUNTED) if pause.counts else (_PAUSED, _WAITED)
        form = open_ if pause.last is None else over
        days = {"first": pause.first, **({"last": pause.last} if pause.last else {})}
        line = with_days(form, **days)
        yield Text(zh=line.zh.replace("{why}", why.zh), en=line.en.replace("{why}", why.en))
    if slot.extension is not None:
        amount = slot.extension.duration.text
        line = with_days(_EXTENDED, decided=slot.extension.decided)
        given = slot.extension.reason
        yield Text(
            zh=line.zh.replace("{amount}", amount.zh) + (f"，理由：{given.zh}" if given else ""),
            en=line.en.replace("{amount}", amount.en) + (f"; reason: {given.en}" if given else ""),
        )
    if slot.round > 1:
        yield _ROUND.fill(round=slot.round)


def correction(definition: SlotDefinition, slot: SlotCase, *, lapses: bool) -> Text | None:
    """What the applicant is asked to put right, where, by when, and whether silence ends it.

    Of a filing that lapsed: what had lacked, when it had been due, and that it can be applied for again.
    """
    if slot.state is SlotState.LAPSED and lacks_paper(slot):
        return _unbrought(definition, slot)
    if slot.state is SlotState.LAPSED and slot.correction is not None:
        return _lapsed(definition, slot.correction)
    if slot.state is not SlotState.CORRECTION_REQUESTED:
        return None
    reasons_zh = "；".join(reason.text.zh.rstrip("。") for reason in slot.reasons)
    reasons_en = "; ".join(reason.text.en.rstrip(".") for reason in slot.reasons)
    due = slot.correction.due if slot.correction else None
    by = said_day(due.due.due) if due else _NOTHING
    until_zh = f"，请于{by.zh}前（含当日）补正" if due else ""
    until_en = f", by the end of {by.en}" if due else ""
    if due and lapses:
        until_zh, until_en = f"{until_zh}，逾期视为撤回申请", f"{until_en}; silence counts as withdrawal"
    at_window = f"Put it right at the window that took the case, or call {definition.phone}"
    return Text(
        zh=f"{reasons_zh}。请携原件到受理窗口补正，或致电 {definition.phone}{until_zh}",
        en=f"{reasons_en}. {at_window}{until_en}",
    )


def _lapsed(definition: SlotDefinition, asked: Correction) -> Text:
    lacked_zh = "；".join(reason.text.zh.rstrip("。") for reason in asked.reasons)
    lacked_en = "; ".join(reason.text.en.rstrip(".") for reason in asked.reasons)
    by = said_day(asked.due.due.due) if asked.due else _NOTHING
    again = f"可凭原信息到受理窗口重新申请，或致电 {definition.phone}"
    return Text(
        zh=f"应补正：{lacked_zh}；补正期限至{by.zh}，逾期未补正，视为撤回申请。{again}",
        en=f"To be put right: {lacked_en}, by the end of {by.en}; no answer came, so it counts as withdrawn. "
        f"Apply again with the same data at the window, or call {definition.phone}",
    )


def _unbrought(definition: SlotDefinition, slot: SlotCase) -> Text:
    missed = [paper for paper in slot.owed if paper.state is OwedState.MISSED]
    zh = "、".join(paper.title.zh for paper in missed)
    en = ", ".join(paper.title.en for paper in missed)
    return Text(
        zh=f"承诺补交的材料（{zh}）逾期未交，视为撤回申请。"
        f"可凭原信息到受理窗口重新申请，或致电 {definition.phone}",
        en=f"Promised for later and not brought in time: {en}; it counts as withdrawn. "
        f"Apply again with the same data at the window, or call {definition.phone}",
    )


def papers(given: tuple[ReceiptMaterial, ...], owed: tuple[OwedPaper, ...]) -> tuple[ReceiptMaterial, ...]:
    """The slot's papers with those promised for later as they stand now."""
    promised = {paper.title.zh: paper for paper in owed}
    return tuple(
        _promised(material, promised[material.title.zh]) if material.title.zh in promised else material
        for material in given
    )


def orders(case: CaseInput, state: CaseState) -> Iterator[ReceiptOrder]:
    """Yield what people still have to do for the case, or have done."""
    known = {one.slot: one for one in case.definition.slots}
    for order in state.work_orders:
        yield ReceiptOrder(
            title=order_words(
                order.kind.value, known.get(order.slot or ""), state.slots.get(order.slot or "")
            ),
            slot_id=order.slot,
            due=order.due,
            done=_closed(order),
            calls=order.kind.value in CALLS or None,
        )


def _closed(order: WorkOrder) -> date | None:
    return local_day(order.closed_at) if order.closed_at else None


def _promised(material: ReceiptMaterial, paper: OwedPaper) -> ReceiptMaterial:
    if paper.state is OwedState.MET:
        return material.model_copy(update={"source": PaperSource.RECEIVED})
    due = paper.due.due if paper.due else None
    return material.model_copy(update={"source": PaperSource.OWED, "due": due, "consequence": _OWED})
