"""Words for the states of a case: in goes a code of the kernel, out comes what people read."""

from collections.abc import Mapping
from typing import Final

from onething.case_definition import FilingMode, Origin
from onething.case_record import WorkOrderKind
from onething.case_state import BundleState, SlotState
from onething.text import Text

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
    SlotState.BLOCKED: Text(zh="暂不能办理", en="on hold"),
    SlotState.NEEDS_OPERATOR: Text(zh="人工处理中", en="with an operator"),
}
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
    Origin.WINDOW: Text(zh="窗口收件", en="at the window"),
    Origin.REPRESENTATIVE: Text(zh="代理人提出", en="by a representative"),
    Origin.DISCOVERY: Text(zh="主动发现", en="found by the authorities"),
    Origin.AUTOMATIC: Text(zh="免申即享", en="automatic"),
}
WORK_ORDERS: Final[Mapping[WorkOrderKind, Text]] = {
    WorkOrderKind.CORRECT_DECISION: Text(
        zh="据以决定的信息已更正，请核对并更正决定", en="a fact behind the decision was corrected: check it"
    ),
    WorkOrderKind.CORRECT_FILING: Text(
        zh="申请内容已更正但系统不能退回，请联系部门更正",
        en="a filing that stays there is to be corrected",
    ),
    WorkOrderKind.WITHDRAW_FILING: Text(
        zh="申请人要求撤回但系统不能退回，请联系部门", en="a filing that stays there is to be withdrawn"
    ),
    WorkOrderKind.DELIVER_PAPER: Text(zh="补交的材料请转交办理部门", en="a paper brought goes to the agency"),
    WorkOrderKind.UNDO: Text(zh="请撤销或更正已办结果", en="undo or correct what was done"),
    WorkOrderKind.DEMAND_REPAYMENT: Text(zh="请追回已支付的款项", en="have what was paid returned"),
    WorkOrderKind.ASK_PERSON: Text(
        zh="该结果无法撤销，请工作人员与家属沟通处理",
        en="cannot be undone: a person speaks with the family",
    ),
    WorkOrderKind.END_DECISION: Text(
        zh="已批准更高一级的救助，请同月终止本项，不重复、不断档",
        en="something better was granted: end this in the same month, never both and never a gap",
    ),
    WorkOrderKind.PAUSE_FILING: Text(
        zh="有信息待核实，请暂缓办理已收的申请", en="something is being checked: let the filing rest for now"
    ),
    WorkOrderKind.VERIFY_PLEDGE: Text(
        zh="申请人以告知承诺代替证明，请核查承诺内容", en="a pledge stood for a proof: check that it is true"
    ),
    WorkOrderKind.REVIEW_DECISION: Text(
        zh="决定或者登记的结果可能有误，请核对，更正或者撤销",
        en="a decision or its result may be wrong: look at it again, correct it or take it back",
    ),
    WorkOrderKind.LATE_ANSWER: Text(zh="办结后收到部门来函，请核对", en="an answer came after the end"),
}
HOLDERS: Final[dict[str, Text]] = {
    "window": Text(zh="受理窗口", en="the window"),
    "applicant": Text(zh="申请人", en="the applicant"),
    "agency": Text(zh="办理部门", en="the agency"),
    "system": Text(zh="系统自动处理", en="the system"),
    "nobody": Text(zh="无需处理", en="nobody"),
}
TIMELINE: Final[dict[str, Text]] = {
    "submitted": Text(
        zh="一次提交完成，已开始向各部门送达", en="Submitted once; being filed with each agency"
    ),
    "received": Text(zh="部门已收件", en="received by the agency"),
    "accepted": Text(zh="已受理", en="accepted"),
    "declined": Text(zh="不予受理", en="declined"),
    "correction_requested": Text(zh="要求补正", en="a correction was asked for"),
    "suspended": Text(zh="暂停计时", en="the clock stopped"),
    "clock_resumed": Text(zh="恢复计时", en="the clock goes on"),
    "step_done": Text(zh="已完成一个办理环节", en="a step was taken"),
    "steps_missing": Text(
        zh="作出决定时，规定的环节没有完成的记录",
        en="decided without a record that every step laid down was finished",
    ),
    "step_disputed": Text(
        zh="有人提出异议，须重新调查", en="there was an objection; it has to be looked into again"
    ),
    "not_needed": Text(zh="已批准更高一级的救助，无需再办", en="not needed: something better was granted"),
    "extended": Text(zh="办理时限已延长", en="the limit was extended"),
    "granted": Text(zh="准予", en="granted"),
    "partly_granted": Text(zh="部分准予", en="granted in part"),
    "refused": Text(zh="不予", en="refused"),
    "blocked": Text(zh="暂不能办理", en="blocked"),
    "gate_opened": Text(zh="前提条件已具备，继续办理", en="the gate opened"),
    "uncertain": Text(
        zh="未收到部门答复，正在核实是否送达", en="no reply came; checking whether the filing arrived"
    ),
    "needs_operator": Text(zh="需要工作人员处理", en="needs a clerk"),
    "resumed": Text(zh="工作人员已处理，继续办理", en="a clerk resumed it"),
    "overdue": Text(zh="已超过办理时限", en="past its due date"),
    "answer_rejected": Text(
        zh="部门来文与规定不符，未采用，请与该部门核对",
        en="an agency's word cannot be right; it was not taken in, please check with the agency",
    ),
    "deemed_accepted": Text(
        zh="逾期未一次性告知，自收件之日起视为受理",
        en="nothing was asked in time: counts as accepted from the day of receipt",
    ),
    "notice_given": Text(zh="已发出一次性告知书", en="a notice of what is to be put right was given"),
    "corrected": Text(zh="申请人已补正", en="the applicant has put it right"),
    "filed_anew": Text(zh="已按补正后的内容重新送达", en="filed anew with what was put right"),
    "lapsed": Text(zh="逾期，视为撤回申请", en="time ran out: counts as withdrawn"),
    "reminded": Text(zh="临近办理期限，已催办", en="near its due date; the agency was reminded"),
    "applicant_reminded": Text(
        zh="临近补正期限，已提醒申请人", en="the time to answer is short; the applicant was reminded"
    ),
    "withdrawal_asked": Text(zh="已请部门退回申请", en="the agency was asked to give the filing back"),
    "not_withdrawable": Text(
        zh="部门系统不能退回，已转工作人员联系",
        en="its agency cannot give it back; somebody will call",
    ),
    "withdrawn": Text(zh="已撤回", en="withdrawn"),
    "terminated": Text(zh="办理终止", en="ended before its time"),
    "not_applicable": Text(zh="情况有变，不再办理", en="no longer called for"),
    "case_withdrawn": Text(zh="申请人撤回全部未办结事项", en="the applicant took back what was undecided"),
    "amended": Text(zh="办理内容已变更", en="the case was amended"),
    "migrated": Text(zh="办理规则已更新", en="goes on under newer rules"),
    "calendar_announced": Text(
        zh="放假安排已公布，相关期限已重新计算",
        en="holidays were announced; due dates counted again",
    ),
    "held": Text(zh="已暂停送达，待核实", en="on hold until checked"),
    "filing_freed": Text(zh="已告知部门继续办理", en="its agency was told to go on"),
    "offered": Text(
        zh="符合条件，免申即享；不需要的可以放弃", en="entitled without asking; it may be declined"
    ),
    "hold_ended": Text(zh="核实完毕", en="the check is over"),
    "paper_brought": Text(zh="已补交欠缺材料", en="a paper owed was brought"),
    "paper_reminded": Text(
        zh="欠缺材料补交期限将至，已提醒申请人", en="a paper owed is due soon; the applicant was reminded"
    ),
    "paper_missed": Text(zh="未按承诺补交欠缺材料", en="a paper owed was not brought in time"),
    "reopened": Text(zh="重新申请，继续办理", en="taken up again for an item applied for again"),
    "revoked": Text(
        zh="办理所依据的事实有误，已逐项开立撤销工单",
        en="what the case rested on was wrong; it is being undone",
    ),
    "decision_doubted": Text(
        zh="办理结果可能有误，已请办理部门核对", en="the result may be wrong; its agency looks at it again"
    ),
    "result_corrected": Text(
        zh="办理部门核对后，已更正办理结果", en="its agency looked again and corrected the result"
    ),
    "decision_stands": Text(
        zh="办理部门核对后，维持原决定和结果",
        en="its agency looked again: decision and result stand",
    ),
    "decision_revoked": Text(
        zh="办理部门核对后，已撤销原决定", en="its agency looked again and took the decision back"
    ),
    "work_order_opened": Text(zh="已开立工单", en="a work-order was opened"),
    "work_order_closed": Text(zh="工单已办结", en="a work-order was closed"),
    "late_answer": Text(zh="收到办结后的来函，已转工作人员", en="an answer came after the end"),
    "receipt_issued": Text(zh="已出具回执", en="a receipt was issued"),
    "completed": Text(zh="全部事项已办结", en="all items have ended"),
}
