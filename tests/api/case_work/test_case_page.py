"""The page of a case: live where scripts run, whole where none do, with its papers and its story."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest

from activities.rendering.sign import PUBLIC_FILE, load_public_keys
from api.case_work.page_print import named_besides
from api.guide.served import Served
from console.archive_seal import Manifest, verify
from console.case_file import case_file
from onething.case_event import Ticked
from records.audit import entries_of
from records.case import get_case
from records.snapshot import CaseSnapshot, apply_snapshot
from records.work_order import NewWorkOrder, open_work_order

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}
REASON = {"code": "not_eligible", "text": {"zh": "不属于受理范围", "en": "not ours"}}
POLICE = "household_cancellation"


async def look(client, path):
    page = await client.get(path, headers=HTML)
    assert page.status_code == 200, page.text
    return page.text


async def test_the_page_says_whose_case_it_is_and_leads_to_what_was_filled_in(
    client, number, office, window, clerk
):
    text = await look(client, f"/cases/{number}")
    assert "陈若兰" in text
    assert "陈国梁" in text
    assert f'href="/cases/{number}/filled"' in text
    filled = await look(client, f"/cases/{number}/filled")
    assert "360902194311094334" in filled
    read = [one for one in await entries_of(office.archive, case=number) if one.action == "read_filled"]
    assert "/deceased/id_number" in read[0].fields
    shown = [one for one in await entries_of(office.archive, case=number) if one.action == "read_case"]
    assert {"applicant", "subject", "phone"} <= set(shown[0].fields)
    far = await clerk("远", await window("far", "37"))
    headers = HTML | {"authorization": far["authorization"]}
    assert (await client.get(f"/cases/{number}/filled", headers=headers)).status_code == 404


async def test_until_the_records_have_it_the_page_says_that_what_was_pressed_is_on_its_way(
    client, number, engine, office
):
    await engine.asks(number, POLICE, fields=["xm"])
    before = (await get_case(office.archive, number)).revision
    text = await look(client, f"/cases/{number}?sent={before}")
    assert "已提交，正在送达" in text
    for act in ("correction", "withdrawal", "amendment", "handover"):
        assert f'href="/cases/{number}/{act}' not in text
    assert f'hx-get="/cases/{number}/live?sent={before}"' in text
    later = await look(client, f"/cases/{number}?sent={before - 1}")
    assert "正在送达；" not in later
    assert f'href="/cases/{number}/correction"' in later


async def test_the_part_that_changes_is_drawn_with_an_open_work_order(client, number, office):
    late = NewWorkOrder("f" * 32, number, "late_answer", "window", "late_answer", office.now())
    await open_work_order(office.archive, late)
    assert "办结后收到部门来函，请核对" in await look(client, f"/cases/{number}/live")


async def test_an_ended_case_comes_again_while_something_asked_of_it_is_on_its_way(client, number, office):
    await close(office, number)
    assert 'http-equiv="refresh"' not in await look(client, f"/cases/{number}")
    now = (await get_case(office.archive, number)).revision
    pending = await look(client, f"/cases/{number}?sent={now}")
    assert "已提交，正在送达" in pending
    assert '<meta http-equiv="refresh"' in pending
    assert "sse-connect" not in pending


async def close(office, number):
    stored = await get_case(office.archive, number)
    end = CaseSnapshot(number, 99, "completed", office.now(), stored.snapshot, closed_at=office.now())
    await apply_snapshot(office.archive, end)


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


async def tell(engine, number):
    """The other agencies accept, so that what is asked is told in one notice."""
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": engine.office.now()})


async def test_the_page_listens_from_the_line_it_shows_and_comes_again_without_scripts(
    client, number, office
):
    text = await look(client, f"/cases/{number}")
    seen = int(re.search(rf'sse-connect="/cases/{number}/events\?after=(\d+)"', text)[1])
    lines = (await client.get(f"/api/v1/cases/{number}/timeline")).json()
    assert seen == lines[-1]["seq"]
    assert '<noscript><meta http-equiv="refresh"' in text
    assert text.count("aria-live") == 1
    assert f'hx-get="/cases/{number}/live"' in text
    live = await look(client, f"/cases/{number}/live")
    assert live.lstrip().startswith('<div id="live"')
    assert "<html" not in live
    assert "/static/sse.js" in text
    await close(office, number)
    ended = await look(client, f"/cases/{number}")
    assert "sse-connect" not in ended
    assert "/static/htmx.js" not in ended


async def test_a_page_with_something_to_fill_in_is_not_swapped_while_it_is_filled_in(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    text = await look(client, f"/cases/{number}")
    assert "sse-connect" in text
    assert "hx-get" not in text
    assert "http-equiv" not in text


async def test_each_item_says_what_happened_with_it_and_its_light_in_words(client, number, engine):
    at = engine.office.now() - timedelta(days=40)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    text = await look(client, f"/cases/{number}")
    assert re.search(r'class="light red"><span aria-hidden="true">■</span> 超期', text)
    assert re.search(r"这一事项的办理过程（\d+）", text)
    assert "首次受理，负责到底" in text


async def test_its_papers_are_printed_again_and_each_printing_is_audited(client, number, engine, office):
    place = f"/cases/{number}/print"
    assert (await client.get(f"{place}/owed", headers=HTML)).status_code == 422
    assert (await client.get(f"{place}/defect", headers=HTML)).status_code == 404
    assert (await client.get(f"{place}/tickets", headers=HTML)).status_code == 422
    await engine.asks(number, POLICE, fields=["xm"])
    await tell(engine, number)
    text = await look(client, f"{place}/defect?notice=1")
    assert "一次性告知书" in text
    assert number in text
    assert "None" not in text
    assert f"{place}/defect?notice=1" in await look(client, f"/cases/{number}")
    actions = [one for one in await entries_of(office.archive, case=number) if one.action == "print_notice"]
    assert [one.fields for one in actions] == [("defect", "/applicant/name")]


async def test_a_notice_of_what_is_to_be_put_right_is_whole(client, number, engine, story):
    await engine.asks(number, POLICE, fields=["xm"], materials=["household_book_original"])
    await tell(engine, number)
    text = words(await look(client, f"/cases/{number}/print/defect?notice=1"))
    slot = next(one for one in engine.cases[number].definition.slots if one.slot == POLICE)
    assert f"{story.answers['applicant']['name']}：" in text
    assert story.answers["applicant"]["id_number"] not in text
    for said in ("填写有误", "需要补正的填写内容 逝者的姓名", "需要补交的材料 居民户口簿", "前补正"):
        assert said in text
    assert "个工作日" in text
    assert "视为撤回这一事项的申请" in text
    assert slot.basis[0] in text
    assert "在“我的办件”中补正" in text
    assert "签收人" in text
    assert "（业务专用章）" in text
    assert "依法处理" not in text


async def test_a_notice_to_put_right_can_be_printed_and_names_nobody_twice(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    await tell(engine, number)
    page = (await client.get(f"/cases/{number}/print/defect?notice=1", headers=HTML)).text
    assert '<button class="button" type="button" hidden data-print>打印</button>' in page
    assert '<script src="/static/print.js" defer></script>' in page
    assert "当事人" in page, "the applicant files about somebody else"


async def test_an_older_notice_does_not_say_what_a_newer_one_asks(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    await tell(engine, number)
    body = {"answers": {"deceased": {"name": "陈国良"}}, "acknowledged": True}
    answer = await client.post(f"/api/v1/cases/{number}/corrections", json=body)
    assert answer.status_code == 200, answer.text
    await engine.asks(number, POLICE, fields=["xm"])
    text = words(await look(client, f"/cases/{number}/print/defect?notice=1"))
    assert "以最近一次告知书为准" in text
    assert "填写有误" not in text


async def test_a_sheet_printed_does_not_break_between_a_heading_and_its_lines(client):
    style = (await client.get("/static/case_work.css")).text
    printed = style[style.index("@media print") :]
    assert "@page { size: A4; margin:" in printed
    assert re.search(r"\.sheet h2 \{ break-after: avoid; \}", printed)


async def test_the_page_prints_the_one_notice_of_receipt_or_acceptance_under_its_right_name(
    client, number, engine
):
    place = f"/cases/{number}/acceptance-notice"
    text = await look(client, f"/cases/{number}")
    assert f'<a href="{place}">打印收件通知书</a>' in text
    assert "受理通知书" not in text
    assert (await client.get(f"/cases/{number}/print/acceptance", headers=HTML)).status_code == 422
    assert "补交材料告知书" not in text
    for slot in engine.cases[number].definition.slots[1:-1]:
        await engine.says(number, slot.slot, {"kind": "granted"})
    last = engine.cases[number].definition.slots[-1].slot
    await engine.says(number, last, {"kind": "declined", "reasons": [REASON]})
    assert f'<a href="{place}">打印受理通知书</a>' in await look(client, f"/cases/{number}")
    notice = await look(client, place)
    assert "受理通知书" in notice
    assert "其余事项的情况见下表" in notice


async def test_the_case_file_is_the_one_that_the_command_makes(client, number, app, office, settings):
    place = f"/cases/{number}/archive.zip"
    assert (await client.get(place)).status_code == 404
    app.state.case_file = case_file(settings.keys_dir)
    assert (await client.get(place)).status_code == 409
    await close(office, number)
    answer = await client.get(place)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    manifest = verify(io.BytesIO(answer.content), load_public_keys(settings.keys_dir / PUBLIC_FILE))
    assert isinstance(manifest, Manifest)
    assert manifest.case == number
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


@pytest.mark.parametrize("wrong", ["nope", "360900-A-20260303-000000-0", "<script>"])
async def test_a_case_that_is_not_there_is_told_on_a_page(client, wrong):
    page = await client.get(f"/cases/{wrong}", headers=HTML)
    assert page.status_code in {404, 422}
    assert page.text.startswith("<!doctype html>")
    assert "<script>" not in page.text


@pytest.mark.parametrize(("bundle", "named"), [("newborn", False), ("bereavement", True)])
def test_a_sheet_names_whom_the_case_is_about_unless_it_is_addressed_to_them(catalog, bundle, named):
    form = SimpleNamespace(bundle=catalog.bundle(bundle))
    about = SimpleNamespace(name="周*静")
    served = Served(form, SimpleNamespace(subject=about), "周文静")
    assert named_besides(served) == (about if named else None)
    assert named_besides(Served(form, served.header, "")) == about, "whoever is not addressed is named"
