"""Who must hear of what: in goes a line of a case's story, out comes the notice it calls for, if any.

The table below is all there is to change: which word goes to whom, by which channel, in which sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from onething.case_state import CaseState, TimelineEntry
from onething.slot_course import lacks_paper
from onething.text import Text
from records.notice import NewNotice


class Audience(StrEnum):
    """Who is told."""

    APPLICANT = "applicant"
    AGENCY = "agency"
    WINDOW = "window"
    SUPERVISOR = "supervisor"


class Channel(StrEnum):
    """How: on the window's own pages, or by a courier outside where the installation has one."""

    WINDOW = "window"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Rule:
    """One word's audience, channel and sentence; with `limits`, only when the line is about one of them."""

    audience: Audience
    channel: Channel
    text: Text
    limits: frozenset[str] = frozenset()


_BY_LAW: Final = frozenset({"promised", "statutory"})
_ANSWER: Final = frozenset({"answer"})
_PAPER: Final = frozenset({"paper"})


def _applicant(zh: str, en: str) -> tuple[Rule, ...]:
    return (Rule(Audience.APPLICANT, Channel.HTTP, Text(zh=zh, en=en)),)


def _desk(audience: Audience, zh: str, en: str) -> tuple[Rule, ...]:
    return (Rule(audience, Channel.WINDOW, Text(zh=zh, en=en)),)


TOLD: Final[dict[str, tuple[Rule, ...]]] = {
    "notice_given": _applicant(
        "您的申请有内容需要补正，请查看一次性告知书，并在期限内补正",
        "Some of what was filed has to be put right: see the notice, and answer in time",
    ),
    "applicant_reminded": _applicant(
        "补正期限将至，请尽快补正；逾期可能视为撤回申请",
        "The time to put it right ends soon; afterwards the filing may count as withdrawn",
    ),
    "paper_reminded": _applicant(
        "欠缺材料的补交期限将至，请尽快补交；逾期可能视为撤回申请",
        "A paper owed is due soon; if it does not come the filing may count as withdrawn",
    ),
    "accepted": _applicant("事项已受理", "The filing was accepted"),
    "deemed_accepted": _applicant(
        "事项自收件之日起视为受理", "The filing counts as accepted from the day of receipt"
    ),
    "lapsed": (
        Rule(
            Audience.APPLICANT,
            Channel.HTTP,
            Text(
                zh="承诺补交的材料逾期未交，这一事项视为撤回申请；可以重新申请",
                en="A paper promised for later did not come in time: the item counts as withdrawn and may be "
                "applied for again",
            ),
            _PAPER,
        ),
        *_applicant(
            "事项逾期未补正，视为撤回申请；可以重新申请",
            "No answer came in time: it counts as withdrawn and may be applied for again",
        ),
    ),
    "refused": _applicant(
        "事项不予办理，理由和救济途径见回执", "It was refused; reasons and remedies are on the receipt"
    ),
    "declined": _applicant(
        "事项不予受理，理由和应去的部门见回执",
        "It was not accepted; why, and where to go instead, is on the receipt",
    ),
    "held": _applicant(
        "有信息需要核实，办件已暂停送达，请与受理窗口联系",
        "Something has to be checked first: filing has paused, please ask the window",
    ),
    "paper_missed": _applicant(
        "承诺补交的材料未按期收到，请与受理窗口联系",
        "A paper promised for later did not come in time: please ask the window",
    ),
    "completed": _applicant("全部事项已办结，可领取回执", "All items have ended; the receipt is ready"),
    "terminated": _applicant("办件已终止，请与受理窗口联系", "The case was ended: please ask the window"),
    "second_filing": _applicant(
        "有人就同一件事再次提出申请，请与受理窗口联系",
        "Somebody else asked for the same thing: please get in touch with the window",
    ),
    "mandate_entered": _applicant(
        "窗口登记了以您的名义委托他人代办的授权，可以登录查看和撤销；如非您本人办理，请与受理窗口联系",
        "A window entered that you let somebody act for you: sign in to see or end it, and ask the window if "
        "it was not you",
    ),
    "appointment_booked": _applicant("到场时间已预约", "A time to come is booked"),
    "appointment_moved": _applicant("到场时间已改期", "The time to come has changed"),
    "appointment_cancelled": _applicant("到场预约已取消", "The booked time was cancelled"),
    "appointment_near": _applicant(
        "请按预约时间到场，并携带居民身份证",
        "Please come at the time that you booked, with the identity card",
    ),
    "offered": _applicant(
        "您符合条件，该项待遇免申即享，将自动办理；如不需要，请在期限内告知受理窗口",
        "You are entitled to this and need not apply; if you do not want it, say so in time",
    ),
    "step_disputed": _applicant(
        "有人对公示或者调查结果提出异议，部门须重新调查",
        "There was an objection to what was found or noticed; it has to be looked into again",
    ),
    "supervisor_letter": (
        Rule(
            Audience.AGENCY,
            Channel.WINDOW,
            Text(zh="督办部门来函，请按要求处理", en="The supervisor has written: please see to it"),
        ),
    ),
    "steps_missing": _desk(
        Audience.SUPERVISOR,
        "作出决定时，规定的环节没有完成的记录，请核查",
        "Decided without a record that every step laid down was finished: please look into it",
    ),
    "filing_freed": (
        Rule(
            Audience.AGENCY,
            Channel.HTTP,
            Text(zh="已核实完毕，请继续办理", en="The check is over: please go on with the filing"),
        ),
    ),
    "reminded": (
        Rule(
            Audience.AGENCY,
            Channel.HTTP,
            Text(zh="事项临近办理期限，请抓紧办理", en="An item is near its due date"),
            _BY_LAW,
        ),
    ),
    "overdue": (
        Rule(
            Audience.SUPERVISOR,
            Channel.WINDOW,
            Text(zh="事项已超过办理期限，请督办", en="An item is past its due date"),
            _BY_LAW,
        ),
        Rule(
            Audience.WINDOW,
            Channel.WINDOW,
            Text(zh="补正期限已过，请联系申请人", en="The time to answer has passed: reach the applicant"),
            _ANSWER,
        ),
    ),
    "revoked": _desk(
        Audience.SUPERVISOR,
        "办件所依据的事实有误，已开立撤销工单，请督办",
        "What a case rests on was wrong: work-orders to undo it are open",
    ),
    "needs_operator": _desk(Audience.WINDOW, "事项需要工作人员处理", "An item needs a clerk"),
    "not_withdrawable": _desk(
        Audience.WINDOW,
        "部门系统不能退回申请，请电话联系",
        "The agency's system cannot give a filing back: please call",
    ),
    "answer_rejected": _desk(
        Audience.WINDOW,
        "部门来文有误，未采用，请与该部门核对",
        "An agency's word cannot be and was not taken in: please check with it",
    ),
    "result_corrected": _applicant(
        "办理结果已经更正，请领取新的回执", "A result was corrected: please ask for the new receipt"
    ),
    "decision_revoked": _applicant(
        "一项决定已经撤销，请与受理窗口联系", "A decision was taken back: please ask the window"
    ),
    "late_answer": _desk(
        Audience.WINDOW, "收到办结后的来函，请处理", "An answer came after the end: please see to it"
    ),
}
"""By the timeline's word; `second_filing`, `mandate_entered` and appointments are the door's.

At most one rule fits a line.
"""

UNTOLD: Final = frozenset(
    {
        "submitted",
        "reopened",
        "received",
        "correction_requested",
        "suspended",
        "clock_resumed",
        "extended",
        "granted",
        "partly_granted",
        "blocked",
        "gate_opened",
        "not_needed",
        "step_done",
        "uncertain",
        "resumed",
        "corrected",
        "filed_anew",
        "withdrawal_asked",
        "withdrawn",
        "not_applicable",
        "case_withdrawn",
        "amended",
        "migrated",
        "calendar_announced",
        "hold_ended",
        "paper_brought",
        "decision_doubted",
        "decision_stands",
        "work_order_opened",
        "work_order_closed",
        "receipt_issued",
    }
)
"""Words that nobody is written to about: they stand on the page, and work-orders have lists of their own."""


def notices_of(state: CaseState, entries: Iterable[TimelineEntry], *, courier: bool) -> tuple[NewNotice, ...]:
    """The notices that newly written lines call for, keyed by case and first line.

    The same word to the same person is one notice however many slots it is about: nobody is sent twelve
    messages because twelve items were accepted at once. Without a `courier` everything is told at the window.
    """
    told: dict[tuple[Rule, str, str], list[TimelineEntry]] = {}
    for entry in (_apart(state, one) for one in entries):
        rule = rule_for(entry.kind, entry.params)
        if rule is not None:
            limit = str(entry.params.get("limit", ""))
            told.setdefault((rule, _recipient(state, rule, entry), limit), []).append(entry)
    return tuple(
        _notice(state, lines, recipient, rule.channel if courier else Channel.WINDOW)
        for (rule, recipient, _limit), lines in told.items()
    )


def _apart(state: CaseState, entry: TimelineEntry) -> TimelineEntry:
    """A lapse for want of a paper is told in other words than one for want of an answer."""
    slot = state.slots.get(entry.slot or "")
    if entry.kind != "lapsed" or slot is None or not lacks_paper(slot):
        return entry
    return entry.model_copy(update={"params": {**entry.params, "limit": "paper"}})


def _recipient(state: CaseState, rule: Rule, entry: TimelineEntry) -> str:
    if rule.audience is not Audience.AGENCY:
        return rule.audience.value
    slot = state.slots.get(entry.slot or "")
    return slot.agency if slot is not None else Audience.SUPERVISOR.value


def _notice(state: CaseState, lines: list[TimelineEntry], recipient: str, channel: Channel) -> NewNotice:
    first = lines[0]
    slots = list(dict.fromkeys(line.slot for line in lines if line.slot is not None))
    return NewNotice(
        key=f"{state.number}/{first.seq}",
        case=state.number,
        kind=first.kind,
        channel=channel.value,
        content={"text": first.kind, "params": first.params, "slots": slots},
        queued_at=first.at,
        recipient=recipient,
        slot=slots[0] if len(slots) == 1 else None,
    )


def rule_for(kind: str, params: Mapping[str, Any]) -> Rule | None:
    """The one rule that fits the word; None when nobody must hear of it."""
    limit = params.get("limit")
    return next((rule for rule in TOLD.get(kind, ()) if not rule.limits or limit in rule.limits), None)
