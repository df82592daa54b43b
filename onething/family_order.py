"""Work-orders in the words of those whom a case concerns: in goes a kind, out comes what will be seen to.

What staff read (`onething.wording.WORK_ORDERS`) tells them what to do; a family has nothing to do there.
"""

from collections.abc import Mapping
from typing import Any, Final

from onething.case_definition import SlotDefinition
from onething.case_record import WorkOrderKind
from onething.case_state import SlotCase
from onething.outcome import sums_behind
from onething.text import Text

_SOMEBODY: Final = Text(zh="由工作人员处理，您不用做什么", en="staff will see to it; you need not act")
_WORDS: Final = {
    WorkOrderKind.CORRECT_DECISION: Text(
        zh="由工作人员联系原办理部门更正", en="staff will have its agency put it right"
    ),
    WorkOrderKind.CORRECT_FILING: Text(
        zh="由工作人员联系办理部门更正申请内容", en="staff will have its agency change what was filed"
    ),
    WorkOrderKind.WITHDRAW_FILING: Text(
        zh="由工作人员联系办理部门撤回", en="staff will ask its agency to take it back"
    ),
    WorkOrderKind.DELIVER_PAPER: Text(
        zh="由工作人员把材料转交办理部门", en="staff will pass the paper on to its agency"
    ),
    WorkOrderKind.UNDO: Text(
        zh="由工作人员联系原办理部门撤销或者更正", en="staff will have its agency undo or correct it"
    ),
    WorkOrderKind.DEMAND_REPAYMENT: Text(
        zh="涉及已支付的款项，由工作人员与您联系", en="it is about money paid: staff will call you"
    ),
    WorkOrderKind.ASK_PERSON: Text(zh="由工作人员与您联系", en="staff will call you"),
    WorkOrderKind.VERIFY_PLEDGE: Text(
        zh="由部门核查承诺内容，您不用办理", en="its agency will check what was pledged; you need not act"
    ),
    WorkOrderKind.REVIEW_DECISION: Text(
        zh="办理结果可能有误，由办理部门核对，更正或者撤销",
        en="the result may be wrong: its agency looks at it again, to correct it or take it back",
    ),
    WorkOrderKind.LATE_ANSWER: Text(
        zh="办结后收到部门来函，由工作人员核对", en="an answer came after the end: staff will look into it"
    ),
}
_OWING: Final = Text(zh="{zh}，由工作人员与您联系办理，请留意电话", en="{en}: staff will call you about it")
_CLOSED: Final = Text(zh="上述后续工作已处理", en="staff have seen to it")
_UNDOING: Final = Text(
    zh="办理所依据的信息有误，由工作人员逐项更正",
    en="what the case rested on was wrong; staff will put each item right",
)
CALLS: Final = frozenset({WorkOrderKind.ASK_PERSON.value, WorkOrderKind.DEMAND_REPAYMENT.value})
"""Work-orders in which staff call the family; in the others nobody waits for them."""
ORDERS_FOR_FAMILY: Final[dict[str, Text]] = {
    kind.value: _WORDS.get(kind, _SOMEBODY) for kind in WorkOrderKind
}


def order_words(kind: str, definition: SlotDefinition | None, slot: SlotCase | None) -> Text:
    """Say what will be seen to; where it is about money, with the sum that the item's result gives."""
    plain = ORDERS_FOR_FAMILY.get(kind, _SOMEBODY)
    if definition is None or slot is None:
        return plain
    sums = sums_behind(definition, slot, kind)
    if not sums:
        return plain
    zh, en = "；".join(one.zh for one in sums), "; ".join(one.en for one in sums)
    return Text(zh=_OWING.zh.replace("{zh}", zh), en=_OWING.en.replace("{en}", en))


def line_for_family(kind: str, params: Mapping[str, Any]) -> Text | None:
    """A line of the story about work-orders in a family's words; None where the line's own words do."""
    match kind:
        case "work_order_opened":
            return ORDERS_FOR_FAMILY.get(str(params.get("order")), _SOMEBODY)
        case "work_order_closed":
            return _CLOSED
        case "revoked":
            return _UNDOING
    return None
