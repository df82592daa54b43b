"""Words for the states of a case: in goes a code of the kernel, out comes what people read."""

from typing import Final

from onething.text import Text

BUNDLE_STATES: Final[dict[str, Text]] = {
    "draft": Text(zh="草稿", en="draft"),
    "submitted": Text(zh="已提交", en="submitted"),
    "running": Text(zh="办理中", en="in progress"),
    "completed": Text(zh="已办结", en="completed"),
    "withdrawn": Text(zh="已撤回", en="withdrawn"),
    "terminated": Text(zh="已终止", en="terminated"),
}
SLOT_STATES: Final[dict[str, Text]] = {
    "waiting": Text(zh="等待前置事项", en="waiting for another item"),
    "submitting": Text(zh="正在送达部门", en="being filed"),
    "received": Text(zh="部门已收件", en="received"),
    "correction_requested": Text(zh="需要补正", en="correction requested"),
    "accepted": Text(zh="已受理", en="accepted"),
    "under_review": Text(zh="审核中", en="under review"),
    "granted": Text(zh="已办成", en="granted"),
    "partly_granted": Text(zh="部分办成", en="granted in part"),
    "refused": Text(zh="不予办理", en="refused"),
    "declined": Text(zh="不予受理", en="declined"),
    "withdrawn": Text(zh="已撤回", en="withdrawn"),
    "lapsed": Text(zh="逾期未补正，视为撤回", en="lapsed"),
    "not_applicable": Text(zh="不涉及", en="not applicable"),
    "blocked": Text(zh="暂不能办理", en="blocked"),
    "needs_operator": Text(zh="工作人员处理中", en="in a clerk's hands"),
}
MODES: Final[dict[str, Text]] = {
    "self": Text(zh="自办", en="self-service"),
    "assisted": Text(zh="帮办", en="assisted"),
    "on_behalf": Text(zh="代办", en="on behalf"),
}
ORIGINS: Final[dict[str, Text]] = {
    "self": Text(zh="申请人自行申请", en="by the applicant"),
    "window": Text(zh="窗口受理", en="at the window"),
    "representative": Text(zh="代理人申请", en="by a representative"),
    "discovery": Text(zh="主动发现", en="by active discovery"),
    "automatic": Text(zh="免申即享", en="without application"),
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
    "extended": Text(zh="办理期限延长", en="the limit was extended"),
    "granted": Text(zh="已办成", en="granted"),
    "partly_granted": Text(zh="部分办成", en="granted in part"),
    "refused": Text(zh="不予办理", en="refused"),
    "blocked": Text(zh="暂不能办理", en="blocked"),
    "gate_opened": Text(zh="前提条件已具备，继续办理", en="the gate opened"),
    "uncertain": Text(
        zh="未收到部门回执，正在核实是否送达", en="no reply came; checking whether the filing arrived"
    ),
    "needs_operator": Text(zh="需要工作人员处理", en="needs a clerk"),
    "resumed": Text(zh="工作人员已处理，继续办理", en="a clerk resumed it"),
    "overdue": Text(zh="已超过办理期限", en="past its due date"),
    "late_answer": Text(zh="收到办结后的来函，已转工作人员", en="an answer came after the end"),
    "receipt_issued": Text(zh="已出具回执", en="a receipt was issued"),
    "completed": Text(zh="全部事项办理完毕", en="all items have ended"),
}
