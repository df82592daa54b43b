"""Every act of a handler: what it needs, what it tells the case, and what a wrong one leaves untouched."""

import asyncio
import re
from typing import Any

import pytest

from records.audit import entries_of
from records.desk_item import get_item
from records.inbox import unrelayed
from tests.api.desk.conftest import XSS

POLICE = "household_cancellation"


@pytest.fixture
async def police(number, at, engine):
    """A handler of the police in front of a household cancellation that came just now."""
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    handler = await at("police")
    handler.item_id = await handler.item()
    return handler


async def told(handler, engine, kind, **fields: Any):
    """Do an act, and let the case hear of it."""
    await handler.open(f"/desk/items/{handler.item_id}")
    await handler.act(handler.item_id, kind, **fields)
    await engine.work()
    return engine.state(POLICE)


async def refused(  # noqa: PLR0917 - what a refusal is made of
    handler, engine, kind, words, status=422, form=None, **fields: Any
):
    """Do an act that cannot be: the page says why, and the case hears nothing."""
    if form is None:
        await handler.open(f"/desk/items/{handler.item_id}")
    before = engine.state(POLICE)
    page = await handler.act(handler.item_id, kind, status, form, **fields)
    assert words in page
    assert await unrelayed(engine.office.archive) == ()
    await engine.work()
    assert engine.state(POLICE) == before


async def test_declining_needs_a_reason_and_where_to_go(police, engine):
    await refused(police, engine, "decline", "请写明理由")
    await refused(police, engine, "decline", "请告知应到哪里办理", reason="不属于本所辖区")
    assert "不属于本所辖区" in police.page
    slot = await told(police, engine, "decline", reason="不属于本所辖区", where_to="请到宜阳派出所办理")
    assert (slot.state, slot.reasons[0].text.zh, slot.where_to.zh) == (
        "declined",
        "不属于本所辖区",
        "请到宜阳派出所办理",
    )


async def test_refusing_needs_a_reason_and_a_remedy(police, engine):
    await refused(police, engine, "refuse", "请写明理由", remedies=["review", "lawsuit"])
    await police.open(f"/desk/items/{police.item_id}")
    assert len(re.findall(r'name="remedies" value="(?:review|lawsuit)" checked', police.page)) == 2
    both = "应当同时告知行政复议和行政诉讼"
    await refused(police, engine, "refuse", both, reason="登记信息不符")
    await refused(police, engine, "refuse", both, ground="ground_0", remedies="ground")
    await refused(police, engine, "refuse", both, ground="ground_0", remedies=["review", "ground"])
    remedies = ["review", "lawsuit", "ground"]
    slot = await told(police, engine, "refuse", ground="ground_0", remedies=remedies, remedy="可先到窗口咨询")
    assert (slot.state, slot.accepted_at is not None, len(slot.remedies)) == ("refused", True, 4)
    assert slot.reasons[0].code == "ground_0"
    assert "行政复议" in slot.remedies[0].zh


async def test_a_correction_names_exact_boxes_and_papers_and_comes_back_as_a_new_round(
    police, engine, client, number
):
    await refused(police, engine, "correct", "请至少勾选一项", reason="姓名与户籍不一致")
    await refused(police, engine, "correct", "只能选择本事项自己的内容", reason="x", fields=["bank_account"])
    slot = await told(police, engine, "correct", reason="姓名与户籍不一致", fields=["xm"])
    assert (slot.state, slot.correction_fields) == ("correction_requested", ("xm",))
    assert await police.inbox("correction") == [police.item_id]
    asked = (await client.get(f"/api/v1/cases/{number}/corrections")).json()
    assert [box["name"] for box in asked["slots"][0]["boxes"]] == ["xm"]
    answers = {"answers": {"deceased": {"name": "陈国樑"}}, "acknowledged": True}
    assert (await client.post(f"/api/v1/cases/{number}/corrections", json=answers)).status_code == 200
    await engine.work()
    assert (engine.state(POLICE).state, engine.state(POLICE).round) == ("received", 2)
    page = await police.open(f"/desk/items/{police.item_id}")
    assert "已重新提交" in page
    assert 'id="act-' not in page
    (again,) = await police.inbox()
    assert "陈国樑" in await police.open(f"/desk/items/{again}")


async def test_a_filing_that_is_accepted_is_not_accepted_or_declined_again(police, engine):
    old = police.form("accept")
    slot = await told(police, engine, "accept")
    assert slot.state == "accepted"
    await police.open(f"/desk/items/{police.item_id}")
    revision = {"revision": str(int(old["revision"]) + 1), "csrf": old["csrf"]}
    await refused(police, engine, "accept", "已经受理", 409, revision)
    await refused(police, engine, "decline", "已经受理", 409, revision, reason="a", where_to="b")


async def test_of_two_handlers_who_decide_at_once_one_wins_and_the_other_is_told(police, engine, at):
    other = await at("police")
    await other.open(f"/desk/items/{police.item_id}")
    first, second = await asyncio.gather(
        police.browser.post(f"/desk/items/{police.item_id}/acts/grant", data=police.form("grant")),
        other.browser.post(
            f"/desk/items/{police.item_id}/acts/refuse",
            data=other.form("refuse") | {"reason": "不符", "remedies": ["review", "lawsuit"]},
            headers={"accept": "text/html"},
        ),
    )
    statuses = sorted((first.status_code, second.status_code))
    assert statuses == [303, 409]
    await engine.work()
    won = "granted" if first.status_code == 303 else "refused"
    assert engine.state(POLICE).state == won
    item = await get_item(engine.office.archive, "police", police.item_id)
    assert [act.kind for act in item.acts[1:]] in (["grant"], ["refuse"])


async def test_whoever_acts_on_what_he_no_longer_sees_is_told_what_happened(police, engine, at):
    other = await at("police")
    await other.open(f"/desk/items/{police.item_id}")
    form = other.form("refuse")
    await told(police, engine, "grant")
    await refused(
        other_with(other, police),
        engine,
        "refuse",
        "刚刚已有新的操作（准予）",
        409,
        form,
        reason="不符",
        remedies=["review", "lawsuit"],
    )


def other_with(handler, like):
    """The same filing before another handler."""
    handler.item_id = like.item_id
    return handler


async def test_what_the_applicant_took_back_is_nobodys_to_decide(police, engine, client, number):
    form = police.form("grant")
    answer = await client.post(
        f"/api/v1/cases/{number}/withdrawal", json={"slot": POLICE, "reason": "not_wanted"}
    )
    assert answer.status_code == 200, answer.text
    await engine.work()
    assert engine.state(POLICE).state == "withdrawn"
    await refused(police, engine, "grant", "申请人撤回", 409, form)
    assert await police.inbox("done") == [police.item_id]


async def test_what_the_applicant_took_back_is_no_longer_read_at_the_desk(police, engine, client, number):
    await told(police, engine, "correct", reason="陈国梁的姓名有误", fields=["xm"])
    before = await police.open(f"/desk/items/{police.item_id}")
    assert "陈国梁" in before
    papers = re.findall(r'href="(/desk/items/[^"]*(?:papers|owed)/[^"]*)"', before)
    answer = await client.post(
        f"/api/v1/cases/{number}/withdrawal", json={"slot": POLICE, "reason": "not_wanted"}
    )
    assert answer.status_code == 200, answer.text
    await engine.work()
    page = await police.open(f"/desk/items/{police.item_id}")
    assert "申请内容和材料不再显示" in page
    assert "申请人撤回" in page
    assert "陈" not in page
    assert "办理环节" not in page
    view = (await police.browser.get(f"/api/v1/desk/items/{police.item_id}")).json()
    assert (view["gone"], view["form"], view["papers"]) == (True, [], [])
    assert "陈" not in str(view)
    for paper in (*papers, f"/desk/items/{police.item_id}/papers/0"):
        await police.open(paper, 404)
    await police.inbox("done")
    assert "陈" not in police.page


async def test_the_clock_stands_still_and_goes_on(police, engine, time, at):
    assert 'id="act-suspend"' not in police.page
    await told(police, engine, "accept")
    await refused(police, engine, "suspend", "请选择暂停的原因", since="2026-03-03")
    await refused(police, engine, "suspend", "日期应在收件日与今天之间", reason="hearing", since="2026-03-09")
    slot = await told(police, engine, "suspend", reason="hearing", since="2026-03-03")
    assert (slot.clock, slot.pauses[0].reason) == ("paused", "hearing")
    await engine.pass_by(2)
    police = other_with(await at("police"), police)
    await refused(police, engine, "resume", "请填写日期", at="")
    slot = await told(police, engine, "resume", at="2026-03-05", mode="continue")
    assert (slot.clock, slot.pauses[0].last.isoformat()) == ("running", "2026-03-05")
    assert time.now.day == 5


async def test_a_day_that_is_none_is_said_beside_its_field(police, engine):
    await told(police, engine, "accept")
    await refused(police, engine, "suspend", "起始日期：请选择日期", reason="hearing", since="昨天")
    assert 'aria-describedby="act-suspend-since-error-1"' in police.page
    assert 'href="#act-suspend-since"' in police.page
    await refused(
        police, engine, "refuse", "最多 500 个字", reason="长" * 501, remedies=["review", "lawsuit"]
    )


async def test_everything_typed_is_shown_harmlessly_and_told_as_it_is(police, engine, client, number):
    slot = await told(police, engine, "correct", reason=XSS, fields=["xm"])
    assert slot.reasons[0].text.zh == XSS
    pages = [
        await police.open(f"/desk/items/{police.item_id}"),
        (await client.get(f"/cases/{number}")).text,
        await police.act(police.item_id, "correct", 422, reason=XSS),
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


async def test_a_file_lies_beside_the_decision_for_its_own_agency_only(police, engine, at):
    files = {"papers": ("决定书.pdf", b"%PDF-1.7\n%decided\n%%EOF\n", "application/pdf")}
    await police.act(police.item_id, "grant", files=files)
    await engine.work()
    assert "决定书.pdf" in police.page
    address = f"/desk/items/{police.item_id}/acts/1/papers/0"
    answer = await police.browser.get(address)
    assert (answer.headers["content-type"], answer.content) == ("application/pdf", files["papers"][1])
    assert answer.headers["content-disposition"] == 'inline; filename="act-1-0.pdf"'
    assert (await police.browser.get(f"{address}1")).status_code == 404
    health = await at("health")
    assert (await health.browser.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("virus.pdf", b"MZ\x90\x00\x03\x00\x00\x00", 415, "文件类型不对"),
        ("page.png", b"<html><script>alert(1)</script>", 415, "文件类型不对"),
        ("big.pdf", b"%PDF-1.7\n" + b"0" * (10 << 20), 413, "文件太大"),
    ],
)
async def test_a_file_that_is_not_taken_leaves_the_filing_undecided(  # noqa: PLR0917 - one row each
    police, engine, name, data, status, words
):
    page = await police.act(
        police.item_id, "grant", status, files={"papers": (name, data, "application/pdf")}
    )
    assert words in page
    await engine.work()
    assert engine.state(POLICE).state == "received"


async def test_the_papers_of_the_filing_are_its_own_agencys(number, at):
    del number
    health, police = await at("health"), await at("police")
    item = await health.item()
    answer = await health.browser.get(f"/desk/items/{item}/papers/0")
    assert answer.content == b"%PDF-1.7\n%%EOF\n"
    assert answer.headers["content-disposition"].startswith("inline")
    assert (await police.browser.get(f"/desk/items/{item}/papers/0")).status_code == 404
    assert (await health.browser.get(f"/desk/items/{item}/papers/9")).status_code == 404


async def test_every_look_and_every_act_is_in_the_audit_trail(police, engine, number):
    await told(police, engine, "accept")
    entries = [one for one in await entries_of(engine.office.archive) if one.role == "handler"]
    assert {one.purpose for one in entries} == {"handle_item", "sign_in"}
    about = {one.action: one for one in entries if one.case == number}
    assert {"read_desk_item", "desk_accept", "desk_grant"} <= about.keys()
    assert "xm" in about["read_desk_item"].fields
    assert "read_desk" in {one.action for one in entries}
    assert not any("陈国梁" in one.fields for one in entries)


async def test_an_act_that_does_not_exist_and_a_filing_that_does_not_are_not_found(police):
    form = police.form("grant")
    for address in (f"/desk/items/{police.item_id}/acts/cheer", f"/desk/items/{'0' * 32}/acts/grant"):
        answer = await police.browser.post(address, data=form)
        assert answer.status_code == 404


async def test_a_form_without_the_sessions_mark_does_nothing(police, engine):
    answer = await police.browser.post(
        f"/desk/items/{police.item_id}/acts/grant", data={"revision": "0"}, headers={"accept": "text/html"}
    )
    assert answer.status_code == 403
    await engine.work()
    assert engine.state(POLICE).state == "received"


async def test_more_time_is_given_once_and_before_it_is_due(police, engine):
    await told(police, engine, "accept")
    await police.open(f"/desk/items/{police.item_id}")
    wrong = {"approver": "局长 王某", "reason": "需要向外地核实"}
    await refused(police, engine, "extend", "请填写批准人", amount="5", reason="需要核实")
    await refused(police, engine, "extend", "最多 10 个工作日", 409, amount="11", **wrong)
    await refused(police, engine, "extend", "延长多少：请只填写阿拉伯数字", amount="五天", **wrong)
    form = police.form("extend")
    slot = await told(police, engine, "extend", amount="5", **wrong)
    assert str(slot.extension.duration) == "5wd"
    form["revision"] = str(int(form["revision"]) + 1)
    await refused(police, engine, "extend", "只能在受理后延长一次", 409, form, amount="5", **wrong)


async def test_more_time_that_comes_after_the_due_day_is_refused(police, engine, at):
    await told(police, engine, "accept")
    await engine.pass_by(60)
    police = other_with(await at("police"), police)
    assert await police.inbox("overdue") == [police.item_id]
    assert "红灯" in police.page
    wrong = {"amount": "5", "approver": "局长 王某", "reason": "需要核实"}
    await refused(police, engine, "extend", "已过到期日", 409, **wrong)


async def test_what_stops_the_whole_case_is_offered_once_each_and_only_done_when_confirmed(police, engine):
    page = police.page
    assert "发现下列情形（全部事项暂停）" in page
    for words in ("非正常死亡或者死因不明", "可能健在", "有关部门的登记不一致"):
        assert page.count(words) == 1, words
    found = {"reason": "反映有非正常死亡情形", "cause": "abnormal_death"}
    await refused(police, engine, "correct", "请核对后勾选确认", **found)
    assert 'value="abnormal_death" checked' in police.page
    assert engine.states[engine.number].hold is None
    await told(police, engine, "correct", **found, hold_known="yes")
    assert engine.states[engine.number].hold.hold == "abnormal_death"


async def test_a_correction_that_is_no_hold_stops_nothing_else(police, engine):
    await told(police, engine, "correct", reason="姓名有误", fields=["xm"], cause="incomplete")
    assert engine.states[engine.number].hold is None
