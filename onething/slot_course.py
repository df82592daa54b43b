"""A slot's place, its steps and what it waits for, in words: in go its definition and state, out come lines.

What it rests on, on which rung of a ladder it stands, who visited and signed, how long a notice stood, and
whose turn it is. Receipt, page and terminal say the same sentences.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from onething.adapter import StepOutcome
from onething.case_definition import SlotDefinition, SlotStep
from onething.case_event import DECISION_REVOKED, DECISION_STANDS, RESULT_CORRECTED
from onething.case_record import OwedState, StepRecord, WorkOrderKind
from onething.case_state import FAVOURABLE, TURNED_DOWN, WELL_ENDED, CaseState, SlotCase, SlotState
from onething.clock import local_day
from onething.explanation import with_days
from onething.filing import REMEDY_LAWSUIT, REMEDY_REVIEW
from onething.item import StepKind
from onething.text import Text
from onething.wording import HOLDERS, SLOT_STATES

_UNFILED: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED, SlotState.NOT_APPLICABLE})
_EARLIER: Final = Text(
    zh="{day}第 {round} 次申请已批准，仍然有效", en="granted on {day} in round {round}, and that stands"
)
_NEEDLESS: Final = Text(zh="已批准“{zh}”，本项不再需要", en="not needed, because “{en}” was granted")
_NEXT_RUNG: Final = Text(
    zh="“{zh}”未批准，用同一份信息接着办理本项",
    en="“{en}” was not granted; this goes on with the same data",
)
_RESTS_ON: Final = Text(zh="依据“{zh}”的批准办理", en="follows from the grant of “{en}”")
_NOTICED: Final = Text(
    zh="{first}至{last}公示{days}日，无异议",
    en="public notice from {first} to {last} ({days} days), no objection",
)
_DISPUTED: Final = Text(
    zh="{day}公示期间有人提出异议，本次公示因此没有完成",
    en="objection on {day}: that public notice was not completed",
)
_DONE: Final = Text(zh="{day}完成：{zh}", en="{day}: {en}")
_REFUTED: Final = Text(
    zh="{day}对{zh}的结果有异议，须重新核查", en="objection on {day} to: {en}; to be checked again"
)
_DOUBTED: Final = Text(
    zh="{day}请办理部门核对：决定或者登记的结果可能有误",
    en="its agency was asked on {day} to look again: the decision or its result may be wrong",
)
_REVIEWED: Final = {
    RESULT_CORRECTED: Text(
        zh="{day}办理部门更正了办理结果，以更正后的为准",
        en="its agency corrected the result on {day}; what is corrected counts",
    ),
    DECISION_STANDS: Text(
        zh="{day}办理部门核对，维持原决定和结果",
        en="its agency looked again on {day}: decision and result stand",
    ),
    DECISION_REVOKED: Text(zh="{day}办理部门撤销了原决定", en="its agency took the decision back on {day}"),
}
_SIGNED: Final = Text(zh="（{names}签字）", en=" (signed by {names})")
_AFTER: Final = Text(zh="等前面的“{zh}”办结", en="waits for “{en}” to end")
_WITH: Final = Text(zh="等{zh}办理", en="waits for {en}")
_HELD: Final = Text(zh="办件已暂停送达，等受理窗口核实", en="the case is held: the window has to look")
_UNTOLD: Final = Text(
    zh="等各部门意见汇总后一次告知", en="waits until what every agency asks is told in one notice"
)
_ASKED: Final = Text(zh="等申请人补正", en="waits for the applicant's correction")
_OWED: Final = Text(zh="等申请人补交材料", en="waits for a paper owed")
_FILING: Final = Text(zh="正在送达{zh}", en="being filed with {en}")
_CLERK: Final = Text(zh="等工作人员处理", en="waits for a clerk")
_TO_COME: Final = Text(zh="待本人到场", en="to come in person")
_BOTH_TO_COME: Final = Text(zh="待双方到场", en="both to come in person")
_OFFERED: Final = Text(zh="免申即享，待自动办理", en="goes on by itself")
"""Nothing stands in its way: it is only for the person to decline."""
_DECLINED: Final = Text(zh="已放弃", en="declined")


def place(
    definition: SlotDefinition, slot: SlotCase, state: CaseState, titles: Mapping[str, Text]
) -> Iterator[Text]:
    """Yield what the slot rests on: the rung above that came to nothing, or the grant it follows from."""
    for earlier in slot.earlier:
        yield with_days(_EARLIER, day=local_day(earlier.decided_at)).fill(round=earlier.round)
    granted = [name for name in definition.instead_of if _granted(state, name)]
    if slot.state is SlotState.NOT_APPLICABLE and granted:
        yield _about(_NEEDLESS, titles[granted[0]])
    if slot.state in _UNFILED:
        return
    refused = [name for name in definition.instead_of if state.slots[name].state in TURNED_DOWN]
    if refused and not granted and definition.gates:  # a rung has its gate; others were only kept waiting
        yield _about(_NEXT_RUNG, titles[refused[-1]])
    rests_on = next((name for name in definition.after_any if _granted(state, name)), None)
    if rests_on is not None:
        yield _about(_RESTS_ON, titles[rests_on])


def steps(definition: SlotDefinition, slot: SlotCase) -> Iterator[Text]:
    """Yield the steps of the item's chain that its agency took, each with its day and who signed."""
    known = {step.step: step for step in definition.steps}
    for record in slot.steps:
        step = known.get(record.step)
        if step is not None:
            yield _notice(record) if step.kind is StepKind.PUBLIC_NOTICE else _taken(step, record)


def reviews(slot: SlotCase, state: CaseState) -> Iterator[Text]:
    """Yield when the decision was doubted, or what its agency found in looking at it again."""
    for order in state.work_orders:
        if order.kind is WorkOrderKind.REVIEW_DECISION and order.slot == slot.slot:
            form = _REVIEWED.get(order.result, _DOUBTED)
            yield with_days(form, day=local_day(order.closed_at or order.opened_at))


def state_words(definition: SlotDefinition, slot: SlotCase) -> Text:
    """Name the slot's state; where nothing stands in its way but a day or people coming, say that instead."""
    by = slot.blocked_by
    gate = next((one for one in definition.gates if by is not None and one.gate == by.gate), None)
    if slot.state is SlotState.WITHDRAWN and slot.declined:
        return _DECLINED
    if gate is None or by is None:
        return SLOT_STATES[slot.state]
    if gate.in_person:
        return _BOTH_TO_COME if len(gate.who) == 2 else _TO_COME
    return _OFFERED if gate.opt_out is not None and by.until is not None else SLOT_STATES[slot.state]


def awaited(
    definition: SlotDefinition, slot: SlotCase, state: CaseState, titles: Mapping[str, Text]
) -> Text | None:
    """Say what the slot waits for now, or None when nothing more is expected of it."""
    if state.hold is not None and slot.state in {SlotState.WAITING, SlotState.SUBMITTING}:
        return _HELD
    match slot.state:
        case SlotState.WAITING:
            before = next((name for name in definition.waits_for if not _is_over(state, name)), None)
            return _about(_AFTER, titles[before]) if before else HOLDERS["system"]
        case SlotState.SUBMITTING:
            return _about(_FILING, definition.agency_title)
        case SlotState.BLOCKED:
            return slot.blocked_by.text if slot.blocked_by else None
        case SlotState.NEEDS_OPERATOR:
            return _CLERK
        case SlotState.CORRECTION_REQUESTED if not slot.leaving:
            told = slot.correction is None or slot.correction.notice is not None
            return _ASKED if told else _UNTOLD
    if slot.ended:
        owes = slot.state in WELL_ENDED and any(paper.state is OwedState.OWED for paper in slot.owed)
        return _OWED if owes else None
    return _about(_WITH, definition.agency_title)


def remedies(definition: SlotDefinition, slot: SlotCase) -> tuple[Text, ...]:
    """What can be done against what its agency decided; it was told, or the law says it of every refusal."""
    if slot.state not in {SlotState.REFUSED, SlotState.DECLINED}:
        return slot.remedies
    return slot.remedies or definition.remedies or (REMEDY_REVIEW, REMEDY_LAWSUIT)


def lacks_paper(slot: SlotCase) -> bool:
    """Whether a paper promised for later did not come in time."""
    return any(paper.state is OwedState.MISSED for paper in slot.owed)


def _is_over(state: CaseState, name: str) -> bool:
    return name in state.slots and state.slots[name].ended


def _notice(record: StepRecord) -> Text:
    last = local_day(record.at)
    if record.outcome is StepOutcome.DISPUTED:
        return with_days(_DISPUTED, day=last)
    first = record.since or last
    line = with_days(_NOTICED, first=first, last=last)
    return line.fill(days=(last - first).days)


def _taken(step: SlotStep, record: StepRecord) -> Text:
    form = _REFUTED if record.outcome is StepOutcome.DISPUTED else _DONE
    line = _about(with_days(form, day=local_day(record.at)), step.title)
    if not record.officers:
        return line
    signed_zh = _SIGNED.zh.replace("{names}", "、".join(record.officers))
    signed_en = _SIGNED.en.replace("{names}", ", ".join(record.officers))
    return Text(zh=line.zh + signed_zh, en=line.en + signed_en)


def _granted(state: CaseState, name: str) -> bool:
    return state.slots[name].state in FAVOURABLE


def _about(form: Text, title: Text) -> Text:
    return Text(zh=form.zh.replace("{zh}", title.zh), en=form.en.replace("{en}", title.en))
