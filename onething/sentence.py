"""Sentences for people: in goes a machine code with its parameters, out comes Chinese and English."""

from collections.abc import Mapping
from typing import Any, Final

from onething.problem_sentence import Blank
from onething.text import Text

ERRORS: Final[dict[str, Text]] = {
    "internal": Text(
        zh="系统出了差错，已记录编号，请稍后再试或联系窗口",
        en="Something went wrong and was noted; try again or ask the window",
    ),
    "catalog_invalid": Text(
        zh="目录数据有误：{file} {what}。处理办法：{fix}", en="Catalog: {file} {what}. Fix: {fix}"
    ),
    "rule_invalid": Text(
        zh="规则有误：{file} 第 {line} 行，{what_zh}。处理办法：{fix_zh}",
        en="Rules: {file}, line {line}: {what_en}. Fix: {fix_en}",
    ),
    "population_unreadable": Text(
        zh="人口数据 {path} 读不出来，请提供 Parquet 文件，或含 households、persons、records 的文件夹",
        en="{path} cannot be read: give a Parquet file, or a folder with households, persons and records",
    ),
    "row_rejected": Text(
        zh="{table} 第 {row} 行{what_zh}。处理办法：{fix_zh}",
        en="{table}, row {row}: {what_en}. Fix: {fix_en}",
    ),
    "condition_invalid": Text(zh="条件写法有误：{path} {what}", en="Condition: {path} {what}"),
    "clock_invalid": Text(zh="期限计算的参数有误", en="The parameters of the clock make no sense"),
    "not_known": Text(
        zh="没有找到{kind_zh}“{name}”，请核对；也可能不在您能查看的范围内",
        en="There is no {kind} {name}; check it, or it is not among those you may see",
    ),
    "answers_rejected": Text(
        zh="有 {count} 处需要改正，请按提示修改后再提交", en="{count} answers need mending; nothing was filed"
    ),
    "answers_unreadable": Text(
        zh="答案文件 {file} 第 {line} 行起不是有效的 JSON 对象，请改正后重试",
        en="{file} is no JSON object from line {line} on: mend it and try again",
    ),
    "projection_rejected": Text(
        zh="事项 {slot} 的表单与部门要求不符", en="The form of {slot} does not fit its agency"
    ),
    "request_rejected": Text(zh="请求的格式不对：{what}", en="The request is malformed: {what}"),
    "idempotency_key_reused": Text(
        zh="这个请求编号已用于另一份内容，请换一个新的编号",
        en="This Idempotency-Key was used with another body: take a new one",
    ),
    "case_exists": Text(
        zh="这位当事人的同一件事已在“{window}”办理中，电话 {phone}。需要加入办理的，请联系该窗口",
        en="A case exists at {window}, phone {phone}; ask that window to be added",
    ),
    "action_rejected": Text(
        zh="事项现在的状态不能这样操作，请刷新后再看", en="The case is not in a state for this: {what}"
    ),
    "not_allowed": Text(zh="您没有办理这项操作的权限", en="You may not do this"),
    "not_signed_in": Text(zh="请先登录，或者登录已过期，请重新登录", en="Sign in first, or sign in again"),
    "too_many_persons": Text(
        zh="今天已替您向有关部门核对过 {limit} 位他人的信息，为保护个人信息，请明天再办或到窗口办理",
        en="Agencies were asked about {limit} other persons for you today; come tomorrow or to a window",
    ),
    "draft_of_another": Text(
        zh="这份草稿由另一位经办人保存，请由其继续办理，或者另起一份",
        en="Another clerk keeps this draft: let them go on with it, or begin another",
    ),
    "consequences_unseen": Text(
        zh="这次补正还会影响其他事项或已作出的决定，或者影响已有变化。请先查看并确认受影响的事项，再提交",
        en="This correction touches other items or decided ones, or what follows has changed. "
        "See what follows and confirm it first",
    ),
    "too_many_drafts": Text(
        zh="您有 {limit} 件未提交的申请，请先提交或者删除其中一件，再开始新的申请",
        en="You have {limit} unfinished filings: file or delete one of them, then begin another",
    ),
    "too_many_files": Text(
        zh="同一份材料最多上传 {limit} 个文件，请合并成一个文件后上传，或者到窗口提交",
        en="At most {limit} files of one paper are taken: put them into one file, or bring it to a window",
    ),
    "papers_full": Text(
        zh="这件事上传的文件总共不能超过 {limit} MB，请压缩后上传，或者到窗口提交其余材料",
        en="The files of one filing are {limit} MB at most: make them smaller, or bring the rest to a window",
    ),
    "too_many_tries": Text(
        zh="登录尝试次数过多，请在 {seconds} 秒后再试",
        en="Too many tries: wait {seconds} seconds and try again",
    ),
    "identity_refused": Text(
        zh="身份核验没有通过，或者已经失效，请重新登录",
        en="Who you are was not proven, or no longer is: sign in again",
    ),
    "identity_unavailable": Text(
        zh="身份核验服务暂时没有响应，请稍后再试",
        en="The identity service does not answer: try again in a while",
    ),
    "not_enrolled": Text(
        zh="身份已核验，但尚未为您开通账号，请联系本单位系统管理员",
        en="You are who you say, but nobody opened an account for you here: ask your administrator",
    ),
    "mandate_lacking": Text(
        zh="没有办理这项操作的有效委托：委托书没有授权、还没有生效，或者已经到期、撤销",
        en="No mandate covers this: it is out of its scope, has not begun, has ended or was revoked",
    ),
    "identity_unproven": Text(
        zh="请先完成实名核验", en="Prove who you are first, at the province's identity portal or a window"
    ),
    "register_error": Text(zh="查询{register}时出错", en="The register {register} failed"),
    "register_unavailable": Text(
        zh="{register}暂时查询不到，请手工填写",
        en="The register {register} does not answer: type these facts in",
    ),
    "lookup_refused": Text(
        zh="查询共享数据须先说明用途并出示告知书",
        en="A lookup needs a draft, an actor, a purpose and a shown notice",
    ),
    "adapter_error": Text(zh="与{agency}的对接出错", en="The connection with {agency} failed"),
    "agency_unavailable": Text(
        zh="{agency}的系统暂时连不上，将自动重试", en="{agency} does not answer; it is tried again"
    ),
    "submission_uncertain": Text(
        zh="不能确定{agency}是否已收到，正在核实，请勿重复提交",
        en="It is uncertain whether {agency} has it; being checked",
    ),
    "payload_rejected": Text(zh="{agency}退回：表单格式不符", en="{agency} says the form is malformed"),
    "auth_denied": Text(zh="{agency}不接受我方的身份凭证", en="{agency} does not accept our credentials"),
    "not_withdrawable": Text(zh="{agency}已不能撤回这件事", en="{agency} cannot take this back any more"),
    "callback_rejected": Text(
        zh="部门回传的消息签名或格式不对", en="The callback's signature or shape is wrong"
    ),
}

REFUSALS: Final[dict[str, Text]] = {
    "only a pledge can be found false": Text(
        zh="只有核查告知承诺的工单可以填“核查不实”", en="Only the check of a pledge can find it false"
    ),
    "only a pledge can be found true or false": Text(
        zh="只有核查告知承诺的工单可以填“核查属实”“核查不实”或者“无法核查”",
        en="Only the check of a pledge can find it true, untrue or unclear",
    ),
    "the item has not ended": Text(
        zh="事项尚未办结，办结后再评价", en="The item has not ended; rate it afterwards"
    ),
    "the item is rated already": Text(zh="这一事项已经评价过", en="The item is rated already"),
    "the period still runs": Text(zh="抽查期间尚未结束", en="The period of the inspection still runs"),
    "drawn already": Text(zh="已经抽取过", en="The lots are drawn already"),
    "nothing is to be put right": Text(zh="没有待整改的问题", en="Nothing is to be put right"),
    "no such receipt revision": Text(zh="没有这一版回执", en="There is no such receipt revision"),
    "the case has ended": Text(
        zh="这个办件已经结束，不能再作变更", en="The case has ended; nothing can be changed in it"
    ),
    "the case is coming to its end": Text(
        zh="这个办件正在结束，不能再作变更", en="The case is coming to its end; nothing can be changed in it"
    ),
    "no such slot": Text(zh="这个办件没有这一事项", en="The case has no such item"),
    "the slot needs no operator": Text(
        zh="这一事项已不需要人工处理，请刷新后再看", en="The item needs no operator any more; look again"
    ),
    "skipping needs a reason": Text(zh="请选择不再办理的原因", en="Say why the item is given up"),
    "the answer's time cannot be": Text(
        zh="部门答复的时间有误，请核对", en="The time of the agency's answer cannot be"
    ),
    "the answer is missing": Text(
        zh="请登记部门的答复：收件、受理、要求补正或者决定",
        en="Enter what the agency said: received, accepted, a correction or a decision",
    ),
    "the slot does not wait for this gate": Text(
        zh="这一事项不在等待这个前提条件，请刷新后再看", en="The item does not wait for this; look again"
    ),
    "nothing was changed": Text(zh="没有需要补正的内容", en="Nothing was changed"),
    "the time for this correction has passed": Text(
        zh="补正期限已过，这一事项视为撤回申请；需要继续办理的，请重新申请",
        en="The time to answer has passed and the item counts as withdrawn; it may be applied for again",
    ),
    "nobody asked for a correction": Text(
        zh="目前没有部门要求补正，请刷新后再看", en="No agency asks for a correction now; look again"
    ),
    "decided already": Text(
        zh="部门已经作出决定，不能撤回；需要撤销的，请与该部门联系",
        en="It is decided and cannot be withdrawn; ask its agency to revoke it",
    ),
    "being withdrawn already": Text(zh="正在撤回，请稍候", en="It is being withdrawn already"),
    "only what came to nothing is applied for again": Text(
        zh="只有未办成的事项可以重新申请", en="Only an item that came to nothing is applied for again"
    ),
    "a new slot needs its filing": Text(
        zh="新增事项的内容还不完整", en="A new item lacks what is to be filed for it"
    ),
    "a slot keeps its item": Text(zh="已有事项不能改作其他事项", en="An item cannot become another one"),
    "another life event": Text(zh="不能改作另一件事", en="It cannot become another life event"),
    "an older format": Text(zh="不能改用旧的办理规则", en="It cannot go back to older rules"),
    "a migration drops no slot": Text(zh="更新办理规则不能减少事项", en="Newer rules may not drop an item"),
    "a migration drops no effect": Text(
        zh="更新办理规则不能减少办理结果", en="Newer rules may not drop an outcome"
    ),
    "new slots are added by amending the case": Text(
        zh="新增事项请办理“变更办理内容”", en="Items are added by amending the case"
    ),
    "comes after a slot that is not there": Text(
        zh="有事项的前置事项不在这个办件里", en="An item comes after one that is not in the case"
    ),
    "the order runs in a circle": Text(zh="事项的先后顺序互相矛盾", en="The order of items runs in a circle"),
    "no such hold": Text(zh="没有这种暂停办理的情形", en="The case has no such hold"),
    "the case is held already": Text(zh="这个办件已经暂停办理", en="The case is held already"),
    "the case is not held": Text(zh="这个办件没有暂停办理", en="The case is not held"),
    "this hold does not end so": Text(
        zh="这种情形不能这样处理，请按提示办理", en="This hold cannot end in this way"
    ),
    "this paper is not owed": Text(zh="没有约定补交这份材料", en="This paper is not owed"),
    "no such open work-order": Text(
        zh="没有这张待处理的工单，请刷新后再看", en="There is no such open work-order; look again"
    ),
    "a work-order of this kind does not end so": Text(
        zh="这种工单不能这样办结，请在列出的处理结果中选择",
        en="A work-order of this kind does not end so: choose among the results listed",
    ),
    "no such result to correct": Text(
        zh="这一事项没有可以这样更正的办理结果", en="This item has no such result to correct"
    ),
    "nothing was decided yet": Text(
        zh="这一事项还没有作出决定，不需要更正或者撤销", en="Nothing was decided yet about this item"
    ),
    "its agency is looking at it already": Text(
        zh="已经请办理部门核对这项决定，正在等待答复", en="Its agency is looking at this decision already"
    ),
    "a doubt says what is wrong": Text(
        zh="请写明决定或者结果哪里有误", en="Say what is wrong with the decision or its result"
    ),
    "nothing was done that could be undone": Text(
        zh="还没有办成的事项，不需要撤销；可以撤回申请",
        en="Nothing was done that could be undone: withdraw instead",
    ),
    "revoked already": Text(zh="已经为此开立撤销工单", en="Work-orders to undo it are open already"),
    "the mandate does not cover this": Text(
        zh="委托书没有授权办理这项操作", en="The mandate does not cover this"
    ),
    "the mandate is for another case": Text(
        zh="委托书不适用于这个办件", en="The mandate is for another case"
    ),
    "the mandate does not count yet": Text(
        zh="委托书还没有到生效日期", en="The mandate's first day has not come yet"
    ),
    "the mandate has ended": Text(zh="委托书已经到期", en="The mandate has ended"),
    "changed meanwhile": Text(
        zh="办件刚刚有了变化，请刷新后再办", en="The case has just changed; look again and repeat"
    ),
}
"""What an `ActionRejected` says to people, by its `what`."""

KINDS: Final[dict[str, str]] = {
    "bundle": "一件事",
    "item": "事项",
    "slot": "事项",
    "case": "办件",
    "family": "家庭",
    "agency": "部门",
    "scenario": "情景",
    "region": "区划代码",
    "rules": "规则",
    "parameter": "参数",
    "concept": "要素",
    "material": "材料",
    "receipt": "回执",
    "route": "地址",
    "file": "文件",
    "work_order": "工单",
}


def error_sentence(code: str, params: Mapping[str, Any]) -> Text:
    """The sentence for an error of `onething.errors`, filled with its own fields."""
    if code == "action_rejected" and params.get("what") in REFUSALS:
        return REFUSALS[str(params["what"])]
    text = ERRORS.get(code, ERRORS["internal"])
    filled = Blank(params, kind_zh=KINDS.get(str(params.get("kind", "")), "内容"))
    return Text(zh=text.zh.format_map(filled), en=text.en.format_map(filled))
