"""The chain inside an item: two officers visit, a notice stands its days, and both come before a grant."""

import re
from html import unescape

import pytest

from tests.api.desk.conftest import Handler

LOW_INCOME = "low_income"
EARLY = {"early_known": "yes", "early_reason": "灾后紧急救助"}
SUM = {"/effects/allowance_sum(filing)": "1200.00"}


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "kin_of_staff")


@pytest.fixture
async def bureau(number, at, engine):
    """A handler of civil affairs in front of an application for the minimum living allowance, accepted."""
    del number
    handler = await at("civil_affairs")
    check = await handler.item("家庭经济状况核对")
    await handler.act(check, "grant", **{"/effects/check_report_no(economy)": "HD2026-0301"})
    await engine.work()
    handler.item_id = await handler.item("最低生活保障审核确认")
    await handler.act(handler.item_id, "accept")
    await engine.work()
    return handler


@pytest.fixture
def again(at, bureau):
    """Another day at the same filing: yesterday's session is over."""

    async def sign_in() -> Handler:
        handler = await at("civil_affairs")
        handler.item_id = bureau.item_id
        await handler.open(f"/desk/items/{bureau.item_id}")
        return handler

    return sign_in


async def test_a_home_visit_takes_two_officers_who_have_signed(bureau, engine):
    item = bureau.item_id
    one = {"step": "home_visit", "officers": ["王强", "王强", ""], "signed": "yes", **EARLY}
    assert "至少要填写 2 名" in await bureau.act(item, "step", 422, **one)
    for written in ("王 强", "王\u3000强", " 王强 "):
        same = {"step": "home_visit", "officers": ["王强", written, ""], "signed": "yes"}
        assert "至少要填写 2 名不同的工作人员" in await bureau.act(item, "step", 422, **same)
    unsigned = {"step": "home_visit", "officers": ["王强", "李敏", ""], **EARLY}
    assert "已经签字" in await bureau.act(item, "step", 422, **unsigned)
    assert 'value="李敏"' in bureau.page
    await bureau.act(item, "step", **unsigned, signed="yes", note="居住两间平房")
    await engine.work()
    (visit,) = engine.state(LOW_INCOME).steps
    assert (visit.step, visit.officers, visit.outcome) == ("home_visit", ("王强", "李敏"), "done")
    assert "工作人员：王强、李敏" in bureau.page


def offered(page):
    """The steps that may be recorded, in the order in which they are offered."""
    form = page.partition('id="act-step-step"')[2].partition("</select>")[0]
    return re.findall(r'<option value="(\w*)"', form)


async def test_the_next_step_is_offered_first_and_none_is_once_all_are_taken(bureau, engine):
    work = offered(bureau.page)
    assert work[-1] == "appraisal"
    for step in work[:-1]:
        assert offered(bureau.page)[0] == step
        fields = (
            {"officers": ["王强", "李敏", ""], "signed": "yes"}
            if step in {"home_visit", "kin_register"}
            else {}
        )
        await bureau.act(bureau.item_id, "step", step=step, **fields, **EARLY)
        await engine.work()
        await bureau.open(f"/desk/items/{bureau.item_id}")
    assert offered(bureau.page)[:2] == ["", "appraisal"]
    assert "请选择本事项的一个环节" in await bureau.act(bureau.item_id, "step", 422, step="")


async def test_a_step_before_those_that_come_first_says_what_is_missing_and_why_it_came_first(bureau, engine):
    panel = bureau.page.partition('id="act-begin_notice"')[2].partition("</details>")[0]
    assert "以下在前的环节还没有登记，仍然开始公示：" in panel
    assert "入户调查" in panel
    notice = {"step": "public_notice", "since": "2026-03-03"}
    page = await bureau.act(bureau.item_id, "begin_notice", 422, **notice)
    assert "在前的环节还没有登记：" in page
    assert "请写明为什么先进行这一环节" in page
    page = await bureau.act(bureau.item_id, "step", 422, step="opinion")
    assert "确需先进行这一环节的，请勾选确认" in page
    assert 'name="early_known"' in page.partition('id="act-step"')[2].partition("</details>")[0]
    await bureau.open(f"/desk/items/{bureau.item_id}")
    page = await bureau.act(bureau.item_id, "step", step="opinion", **EARLY)
    await engine.work()
    history = page.partition("<h2>办理记录")[2]
    assert "登记时在前的环节还没有登记：" in history
    assert "先进行的理由：灾后紧急救助" in history
    assert [one.step for one in engine.state(LOW_INCOME).steps] == ["opinion"]


async def test_what_only_a_visit_needs_is_said_to_be_for_the_visit(bureau):
    assert "入户调查时填写工作人员姓名，不少于 2 人；其他环节不用填写" in bureau.page
    assert "入户调查时勾选：以上工作人员和在场家庭成员均已在调查表上签字" in bureau.page


async def test_a_notice_stands_its_days_before_it_can_end(bureau, engine, again):
    await bureau.act(bureau.item_id, "begin_notice", step="public_notice", since="2026-03-03", **EARLY)
    await engine.work()
    assert engine.state(LOW_INCOME).pauses[0].reason == "public_notice"
    assert "须满 7 日，最早 2026年3月10日 可以登记结束" in bureau.page
    assert "须满 7 日，最早 2026年3月10日 可以结束" in bureau.page
    assert "公示须满 7 日，最早可在 2026年3月10日 结束" in await bureau.act(
        bureau.item_id, "end_notice", 409, disputed="false"
    )
    await engine.pass_by(7)
    day = await again()
    assert "请选择有没有异议" in await day.act(day.item_id, "end_notice", 422)
    await day.act(day.item_id, "end_notice", disputed="false")
    await engine.work()
    slot = engine.state(LOW_INCOME)
    assert [(one.step, one.outcome, one.since.isoformat()) for one in slot.steps] == [
        ("public_notice", "done", "2026-03-03")
    ]
    assert all(pause.last is not None for pause in slot.pauses)


async def test_a_disputed_notice_ends_at_once_and_is_put_up_again(bureau, engine, again):
    await bureau.act(bureau.item_id, "begin_notice", step="public_notice", since="2026-03-03", **EARLY)
    assert "请在“说明”中写明情况" in await bureau.act(bureau.item_id, "end_notice", 422, disputed="true")
    await bureau.act(bureau.item_id, "end_notice", disputed="true", note="邻居反映有出租房屋")
    await engine.work()
    assert engine.state(LOW_INCOME).steps[-1].outcome == "disputed"
    page = await bureau.open(f"/desk/items/{bureau.item_id}")
    assert "✕ 公示因异议终止，没有完成" in page
    assert "（公示因异议终止，没有完成）" in page.partition('id="act-grant"')[2]
    assert "因异议终止公示" in page
    assert "结束公示" not in page
    assert "前一次公示因异议终止，没有完成" in page.partition('id="act-begin_notice"')[2]
    await engine.pass_by(1)
    day = await again()
    await day.act(day.item_id, "begin_notice", step="public_notice", since="2026-03-04", **EARLY)
    await engine.work()
    assert engine.state(LOW_INCOME).pauses[-1].last is None
    page = await day.open(f"/desk/items/{day.item_id}")
    assert "○ 此前的公示因异议终止；重新公示自 2026年3月4日 起，须满 7 日" in page
    assert "重新公示</" in page.partition("<h2>办理记录")[2]


async def test_what_is_decided_after_an_objection_never_says_that_it_was_noticed_again(bureau, engine):
    await bureau.act(bureau.item_id, "begin_notice", step="public_notice", since="2026-03-03", **EARLY)
    await bureau.act(bureau.item_id, "end_notice", disputed="true", note="邻居反映有出租房屋")
    await bureau.act(bureau.item_id, "grant", **SUM, steps_known="yes", steps_reason="异议不成立")
    await engine.work()
    page = await bureau.open(f"/desk/items/{bureau.item_id}")
    assert "审核公示（7个自然日" in page
    assert "公示因异议终止，没有完成" in page
    assert "再次公示" not in page
    assert "正在" not in page.partition("<h2>办理记录")[2]


async def test_a_grant_without_visit_and_notice_is_asked_about(bureau, engine):
    page = await bureau.act(bureau.item_id, "grant", 422, **SUM)
    assert "还没有完成：" in page
    assert "入户调查" in page
    assert "请写明为什么不经这些环节作出决定" in await bureau.act(
        bureau.item_id, "grant", 422, **SUM, steps_known="yes"
    )
    page = await bureau.act(bureau.item_id, "grant", **SUM, steps_known="yes", steps_reason="灾后紧急救助")
    await engine.work()
    assert engine.state(LOW_INCOME).state == "granted"
    history = page.partition("<h2>办理记录")[2]
    assert "未完成即作出决定的环节：" in history
    assert "入户调查" in history
    assert "审核公示" in history
    assert "民主评议" not in history
    assert "直接作出决定的理由：灾后紧急救助" in history


async def test_a_notice_that_stands_is_said_to_stand_and_to_have_been_cut_short(bureau, engine, again):
    await bureau.act(bureau.item_id, "begin_notice", step="public_notice", since="2026-03-03", **EARLY)
    await engine.work()
    assert "正在公示：自 2026年3月3日 起，须满 7 日" in bureau.page
    assert "（自 2026年3月3日 起，须满 7 日，尚未登记结束）" in bureau.page
    assert "需要时进行" in bureau.page
    known = {"steps_known": "yes", "steps_reason": "灾后紧急救助"}
    page = await bureau.act(bureau.item_id, "grant", **SUM, **known)
    await engine.work()
    page = await bureau.open(f"/desk/items/{bureau.item_id}")
    assert "公示自 2026年3月3日 起，未满 7 日即作出决定" in page
    assert "本次不需要" in page
    await engine.pass_by(9)
    day = await again()
    assert "未满 7 日即作出决定" in day.page


async def test_a_supervisor_and_the_family_are_told_which_step_was_not_finished_and_no_other(
    bureau, engine, visitor
):
    visit = {"step": "home_visit", "officers": ["王强", "李敏", ""], "signed": "yes"}
    await bureau.act(bureau.item_id, "step", **visit, **EARLY)
    await bureau.act(bureau.item_id, "begin_notice", step="public_notice", since="2026-03-03", **EARLY)
    await engine.work()
    await bureau.act(bureau.item_id, "grant", **SUM, steps_known="yes", steps_reason="灾后紧急救助")
    await engine.work()
    (number,) = engine.cases
    clerk, supervisor = await visitor(account="clerk"), await visitor(account="supervisor")
    story = (await clerk.get(f"/cases/{number}")).text
    told = [unescape(one) for one in re.findall(r"</time> <span>([^<]*)", story)]
    (lacking,) = [one for one in told if one.startswith("作出决定时，没有")]
    assert "审核公示（7个自然日" in lacking
    assert "入户调查" not in lacking
    listed = (await supervisor.get("/supervision/escalations")).text
    reminder = re.search(r"作出决定时，规定的环节没有完成的记录，请核查：[^<]*", listed)[0]
    assert "审核公示（7个自然日" in reminder
    assert "入户调查" not in reminder
    place = f"/supervision/cases/{number}/slots/{LOW_INCOME}"
    assert place in listed
    page = " ".join(re.sub(r"<[^>]+>", " ", (await supervisor.get(place)).text).split())
    assert lacking in page
    assert re.search(r"入户调查[^○!]* ✓ 已完成", page)
    assert re.search(r"审核公示（7个自然日[^）]*） ! 没有完成的记录", page)
    assert "王强" not in page


async def test_an_objection_calls_for_the_step_that_is_taken_only_if_needed(bureau, engine):
    assert "需要时进行" in bureau.page
    await bureau.act(bureau.item_id, "begin_notice", step="public_notice", since="2026-03-03", **EARLY)
    page = await bureau.act(bureau.item_id, "end_notice", disputed="true", note="邻居反映有出租房屋")
    await engine.work()
    assert "需要时进行" not in page
    assert "决定后不再登记" in page
    assert "民主评议" in page.partition("决定后不再登记")[2]


async def test_a_partial_grant_says_what_was_left_out(bureau, engine):
    page = await bureau.act(
        bureau.item_id, "grant", 422, **SUM, steps_known="yes", steps_reason="紧急", partial="yes"
    )
    assert "部分准予的，请在“说明”中写明哪些未予准许" in page
    fields = {"steps_known": "yes", "steps_reason": "紧急", "partial": "yes", "note": "按三人核定"}
    await bureau.act(bureau.item_id, "grant", **SUM, **fields)
    await engine.work()
    slot = engine.state(LOW_INCOME)
    assert (slot.state, slot.note.zh) == ("partly_granted", "按三人核定")


async def test_what_a_grant_brings_about_is_needed_and_well_formed(number, at, engine):
    del number
    handler = await at("civil_affairs")
    check = await handler.item("家庭经济状况核对")
    field = "/effects/check_report_no(economy)"
    assert "请填写核对报告编号" in await handler.act(check, "grant", 422)
    assert "写法不对" in await handler.act(check, "grant", 422, **{field: "长" * 41})
    await handler.act(check, "grant", **{field: "HD2026-0301"})
    await engine.work()
    assert engine.state("means_check").effects[0].value == "HD2026-0301"


async def test_a_promise_that_ends_before_the_day_of_acceptance_is_said_to_count(number, at):
    del number
    handler = await at("civil_affairs")
    item = await handler.item("家庭经济状况核对")
    assert "承诺期限先到：请最迟于 2026年3月5日 受理并作出决定；到 2026年3月10日" in handler.page
    await handler.act(item, "accept")
    assert "承诺期限先到" not in handler.page


async def test_steps_that_were_not_recorded_are_named_before_a_grant_and_after_it(number, at, engine):
    del number
    handler = await at("civil_affairs")
    check = await handler.item("家庭经济状况核对")
    assert "以下环节没有登记过，决定后不再登记：县级核对机构比对" in handler.page
    page = await handler.act(check, "grant", **{"/effects/check_report_no(economy)": "HD2026-0301"})
    await engine.work()
    assert "未登记，已直接作出决定" in page
    assert "○ 未完成" not in page
    assert "本人" not in page.partition("办理记录")[2]
    assert '<strong>准予</strong> <span class="hint">我</span>' in page
