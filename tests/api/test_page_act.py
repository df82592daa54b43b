"""A clerk takes the crooked paths with nothing but links and forms."""

import re
from datetime import timedelta
from html import unescape

import pytest

from onething.case_event import Revoked, Stuck, Ticked
from onething.case_state import OperatorReason
from records.audit import entries_of
from records.notice import unsent

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
HTML = {"accept": "text/html"}


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


async def look(client, path):
    page = await client.get(path, headers=HTML)
    assert page.status_code == 200, page.text
    return page


async def test_the_case_page_says_what_is_asked_by_when_and_why_the_clock_stands_still(
    client, number, engine
):
    await engine.asks(number, POLICE, fields=["xm"])
    for slot in list(engine.states[number].slots.values()):
        if slot.state == "submitting":
            paused = {"kind": "suspended", "reason": "hearing", "since": "2026-03-03"}
            accepted = {"kind": "accepted", "at": engine.office.now()}
            await engine.says(number, slot.slot, accepted, paused)
    page = await look(client, f"/cases/{number}")
    text = words(page)
    assert "需要补正" in text
    assert "第 1 次补正" in text
    assert "一次性告知书（第 1 号）" in text
    assert re.search(r"请在2026年\d+月\d+日（含当日）前补正", text)
    assert "自2026年3月3日起暂停计时：听证" in text
    assert "如今天恢复计时" in text
    assert f'href="/cases/{number}/correction"' in page.text
    assert 'http-equiv="refresh"' not in page.text
    assert "To be put right" in words(await look(client, f"/cases/{number}?lang=en"))


async def test_a_correction_is_shown_before_it_is_done_and_only_what_was_shown_is_done(
    client, number, engine, office
):
    await engine.asks(number, POLICE, fields=["xm"], materials=["household_book_original"])
    place = f"/cases/{number}/correction"
    page = await look(client, place)
    assert re.findall(r'name="shown" value="([^"]+)"', page.text) == ["/deceased/name"]
    assert 'value="陈国梁"' in page.text
    form = {"shown": "/deceased/name", "/deceased/name": "陈国樑"}
    files = {"/materials/household_book_original": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    blind = await client.post(place, data=form | {"do": "confirm"}, headers=HTML)
    assert blind.status_code == 422
    assert engine.updates == []
    blind = await client.post(place, data=form | {"do": "confirm"}, files=files, headers=HTML)
    assert blind.status_code == 200
    assert engine.updates == []
    page = await client.post(place, data=form | {"do": "check"}, files=files, headers=HTML)
    text = words(page)
    assert "确认后将这样办理" in text
    assert "死亡注销户口" in text
    assert "据以决定的信息已更正，请核对并更正决定" in text
    assert "已上传：book.pdf" in text
    assert "逝者 姓名 原内容：陈国梁 新内容：陈国樑" in text
    review = page.text[: page.text.index('<details class="changes">')]
    assert "book.pdf" in review
    assert "填写内容没有改动" not in review
    folded = page.text[page.text.index('<details class="changes">') :]
    assert folded.index('name="/deceased/name"') < folded.index('value="check"') < folded.index("</details>")
    assert page.text.index('value="confirm"') < page.text.index('<details class="changes">')
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    upload = re.search(r'name="upload" value="(\w{32})"', page.text)[1]
    done = await client.post(
        place, data=form | {"do": "confirm", "seen": seen, "upload": upload}, headers=HTML
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{number}")
    assert engine.states[number].slots[POLICE].round == 2
    actions = [one.action for one in await entries_of(office.archive, case=number)]
    assert actions[-2:] == ["preview_correction", "correct_case"]
    assert "目前没有部门要求补正" in words(await look(client, place))
    story = words(await look(client, f"/cases/{number}"))
    assert "窗口代为补正" in story
    assert "申请人已补正" not in story


@pytest.mark.parametrize(("fields", "optional"), [((), True), (("PROFESSION",), False)])
async def test_what_is_asked_for_by_name_is_not_said_to_be_optional(client, number, engine, fields, optional):
    await engine.asks(number, "cremation", fields=fields)
    page = words(await look(client, f"/cases/{number}/correction"))
    assert "职业" in page
    assert ("选填" in page) == optional


async def test_what_is_stood_by_is_said_and_the_page_leads_back(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    place = f"/cases/{number}/correction"
    page = await look(client, place)
    assert re.search(rf'<a class="quiet" href="/cases/{number}">返回办件</a>', page.text)
    form = {"shown": "/deceased/name", "/deceased/name": "陈国梁", "do": "check"}
    page = await client.post(place, data=form, headers=HTML)
    assert "填写内容没有改动" in words(page)
    assert "原内容" not in words(page)


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(client, number, engine):
    await engine.asks(number, "survivor_benefit", fields=["aac002"])
    place = f"/cases/{number}/correction"
    form = {"shown": "/deceased/id_number", "/deceased/id_number": "36090219431109433X", "do": "check"}
    page = await client.post(place, data=form, headers=HTML)
    assert page.status_code == 422
    assert "出生日期和校验码都要对得上" in words(page)
    assert 'value="36090219431109433X"' in page.text
    files = {"/materials/will_or_deed": ("x.exe", b"MZ\x90\x00", "application/pdf")}
    page = await client.post(place, data={"do": "check"}, files=files, headers=HTML)
    assert page.status_code == 422
    assert engine.updates == []


async def test_taking_back_asks_first_and_says_what_cannot_go_on_without_it(client, number, engine):
    await engine.says(number, POLICE, {"kind": "received", "ref": "P-1"})
    page = await look(client, f"/cases/{number}/withdrawal?slot={POLICE}")
    text = words(page)
    assert "撤回这一事项：死亡注销户口" in text
    assert "要等它办好才能办，将暂停办理" in text
    assert "机动车驾驶证注销" in text
    assert engine.updates == []
    body = {"slot": POLICE, "reason": "not_wanted"}
    done = await client.post(f"/cases/{number}/withdrawal?lang=en", data=body, headers=HTML)
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{number}?lang=en")
    assert "正在请部门退回" in words(await look(client, f"/cases/{number}"))
    page = await look(client, f"/cases/{number}/withdrawal")
    assert "撤回整件申请" in words(page)
    refused = await client.get(f"/cases/{number}/withdrawal?slot=death_proof", headers=HTML)
    assert refused.status_code == 409
    assert "部门已经作出决定，不能撤回" in words(refused)


async def test_a_refused_item_is_applied_for_again(client, number, engine):
    remedies = [{"zh": "可以申请行政复议", "en": "review"}]
    reasons = [{"code": "no", "text": {"zh": "不符合条件", "en": "not entitled"}}]
    await engine.says(number, POLICE, {"kind": "refused", "reasons": reasons, "remedies": remedies})
    place = f"/cases/{number}/slots/{POLICE}/reapplication"
    assert f'href="{place}"' in (await look(client, f"/cases/{number}")).text
    assert "不用再填表" in words(await look(client, place))
    assert (await client.post(place, headers=HTML)).status_code == 303
    assert "第 2 次送达" in words(await look(client, f"/cases/{number}"))
    assert (await client.get(place.replace(POLICE, "no_such"), headers=HTML)).status_code == 404


async def test_a_held_case_shows_why_and_every_way_out_asks_first(client, number, engine):
    page = await look(client, f"/cases/{number}")
    assert 'name="hold" value="reported_alive"' in page.text
    await client.post(f"/cases/{number}/hold", data={"hold": "reported_alive"}, headers=HTML)
    page = await look(client, f"/cases/{number}")
    assert "已暂停送达" in words(page)
    assert "民法典第五十条" in words(page)
    ends = re.findall(r'href="(/cases/[^"]+/hold/end\?end=\w+)"', page.text)
    assert len(ends) == 2
    assert "由各部门逐项撤销或更正" in words(await look(client, ends[1]))
    assert engine.states[number].hold is not None
    done = await client.post(f"/cases/{number}/hold/end", data={"end": "continue"}, headers=HTML)
    assert done.status_code == 303
    assert engine.states[number].hold is None


async def test_a_stuck_item_is_decided_by_paper_or_given_up(client, number, engine):
    for slot in (POLICE, "medical_stop"):
        await engine.feed(number, Stuck(slot=slot, round=1, reason=OperatorReason.WITHDRAWAL_FAILED))
    page = await look(client, f"/cases/{number}")
    assert "登记部门的书面决定" in words(page)
    here = f"/cases/{number}/slots/{POLICE}"
    bare = await client.post(f"{here}/decision", data={"decision": "refused"}, headers=HTML)
    assert bare.status_code == 422
    assert "请填写理由" in words(bare)
    odd = await client.post(f"{here}/decision", data={"decision": "pending"}, headers=HTML)
    assert odd.status_code == 422
    done = {"decision": "refused", "words": "材料不符合规定"}
    assert (await client.post(f"{here}/decision", data=done, headers=HTML)).status_code == 303
    slot = engine.states[number].slots[POLICE]
    assert (slot.state, slot.reasons[0].text.zh, len(slot.remedies)) == ("refused", "材料不符合规定", 2)
    place = f"/cases/{number}/slots/medical_stop/skip"
    assert (await client.post(place, data={}, headers=HTML)).status_code == 422
    assert (await client.post(place, data={"reason": "not_possible"}, headers=HTML)).status_code == 303
    assert engine.states[number].slots["medical_stop"].state == "withdrawn"


async def test_work_orders_are_closed_and_worklists_linked_from_the_first_page(client, number, engine):
    await engine.feed(number, Revoked(reason="record_wrong", actor="x"))
    page = await look(client, f"/cases/{number}")
    assert "请撤销或更正已办结果" in words(page)
    (place,) = re.findall(r'action="(/cases/[^"]+/work-orders/[^"]+/close)"', page.text)
    assert '<option value="">请选择</option><option value="done">' in page.text
    for sent, told in (
        ({}, ("请选择处理结果", "请写明处理情况")),
        ({"result": "done", "words": " "}, ("请写明处理情况", '<option value="done" selected>')),
        ({"result": "not_needed", "words": "长" * 501}, ("最多 500 个字", "长" * 501 + "</textarea>")),
    ):
        lacking = await client.post(place, data=sent, headers=HTML)
        assert lacking.status_code == 422
        assert all(one in lacking.text for one in told)
        assert 'href="#order-words"' in lacking.text
    assert engine.states[number].work_orders[0].closed_at is None
    done = {"result": "done", "words": "已通知部门更正登记"}
    assert (await client.post(place, data=done, headers=HTML)).status_code == 303
    assert engine.states[number].work_orders[0].closed_at is not None
    assert "工单处理情况：已通知部门更正登记" in words(await look(client, f"/cases/{number}"))
    assert 'href="/worklists"' in (await look(client, "/")).text
    await engine.feed(number, Stuck(slot=POLICE, round=1, reason=OperatorReason.RARE_CHARACTER))
    page = await look(client, "/worklists")
    assert "姓名中有系统不能显示的生僻字" in words(page)
    assert f'href="/cases/{number}#slot-{POLICE}"' in page.text
    heads = [words(page).rindex(one) for one in ("卡住的事项（需要人工处理）", "已超期", "临近期限")]
    assert heads == sorted(heads)


async def test_a_question_of_a_hold_is_answered_on_the_same_page(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"], code="identity_mismatch")
    text = words(await look(client, f"/cases/{number}/correction"))
    assert "请只核对标出的一项" in text
    assert "部门要求核对：" in text


async def test_a_paper_that_may_follow_is_promised_on_the_form(client, draft_of, story):
    draft = await draft_of(papers=False)
    situations = story.situations | {"special": ["last_of_household"]}
    body = {"situations": situations, "answers": story.answers}
    await client.put(f"/api/v1/drafts/{draft}", json=body)
    page = await look(client, f"/bundles/bereavement/new?draft={draft}&step=form")
    assert 'name="/owed/household_book_original" value="later"' in page.text
    data = {"draft": draft, "step": "form", "do": "save", "/owed/household_book_original": "later"}
    await client.post("/bundles/bereavement/new", data=data, headers=HTML)
    page = await look(client, f"/bundles/bereavement/new?draft={draft}&step=form")
    assert 'name="/owed/household_book_original" value="later" checked' in page.text


async def test_what_the_window_has_to_tell_stands_on_the_page_and_counts_as_told(
    client, number, engine, office
):
    at = engine.office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    waiting = await unsent(office.archive)
    assert {one.recipient for one in waiting} >= {"applicant", "supervisor"}
    text = words(await look(client, f"/cases/{number}"))
    assert re.search(r"请告知申请人\s*：\s*事项已受理\s*死亡注销户口", text)
    assert {one.recipient for one in await unsent(office.archive)} == {"supervisor"}
    assert "请告知申请人" in words(await look(client, f"/cases/{number}"))


async def test_what_a_supervisor_has_to_see_to_stays_however_often_it_is_read(client, number, engine, office):
    at = engine.office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    for _ in range(2):
        text = words(await look(client, "/worklists"))
        assert "督办提醒" in text
        assert "事项已超过办理期限，请督办" in text
    assert {one.recipient for one in await unsent(office.archive)} == {"applicant", "supervisor"}


async def test_an_error_advises_what_can_be_done_and_leads_back_to_the_case(client, number):
    moved = await client.get(f"/cases/{number}/withdrawal?slot=death_proof", headers=HTML)
    assert moved.status_code == 409
    assert f'href="/cases/{number}"' in moved.text
    missing = await client.get("/cases/360900-A-20260303-000000-0", headers=HTML)
    assert missing.status_code == 404
    forbidden = await client.get("/administration", headers=HTML)
    assert forbidden.status_code == 403
    for page in (moved, missing, forbidden):
        assert "请返回上一页修改" not in page.text
