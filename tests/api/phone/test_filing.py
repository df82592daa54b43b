"""A person files a life event on a phone, without any script: section by section, once, and nobody else's."""

import asyncio
import re

import pytest

from records.audit import entries_of

OWN_REGISTERS = 1
"""How many registers are asked about the daughter herself: the population register."""
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_the_whole_way_from_the_first_page_to_the_case(signed_in, engine):
    page = await signed_in.file("bereavement")
    assert page.path.startswith("/m/done/"), page.text
    number = page.path.rpartition("/")[2]
    assert number in engine.started
    assert engine.started[number].mode == "self"
    home = await signed_in.get("/m")
    assert f"/m/cases/{number}" in home.links


async def test_the_last_page_says_how_much_was_sent_and_what_comes_after(signed_in):
    page = await signed_in.file("bereavement")
    assert "已送出 1 项" in page.text
    assert re.search(r"其余 \d+ 项在前面的事项有结果后自动办理", page.text)
    assert "分别送到" not in page.text


async def test_nothing_that_registers_hold_about_others_stands_on_any_page(signed_in, story):
    page = await signed_in.begin("bereavement")
    draft = page.path.split("/")[3]
    await signed_in.sections(page)
    place = f"/m/drafts/{draft}"
    await signed_in.submit(await signed_in.get(f"{place}/check"))
    tasks = await signed_in.get(place)
    links = {link for link in (*tasks.links, f"{place}/check", place) if link.startswith(place)}
    pages = [await signed_in.get(link) for link in links]
    assert len(pages) > 8
    text = "".join(one.text for one in pages)
    assert "由公安人口库持有，提交时自动带入，不在此显示" in text
    assert "锦绣路55号" in text
    for value in ("陈国梁", "3609020014311", "36090200000001943110", "宜阳大道", "赣（2016）"):
        assert value in str(story.registers)
        assert value not in text


async def test_only_what_a_register_was_asked_for_is_said_to_be_on_no_record(signed_in):
    registered = {**signed_in.story.situations, "death_proof_known": True}
    signed_in.story = signed_in.story.model_copy(update={"situations": registered})
    page = await signed_in.submit(await signed_in.sections(await signed_in.begin("bereavement")))
    summary = page.text.partition('id="summary"')[2].partition("</div>")[0]
    said = re.search("登记部门没有查到：([^。]+)。", summary)[1]
    assert said.split("、")[0] == "死亡时间"
    assert "请填写新户主姓名" in summary
    assert "新户主" not in said


async def test_what_an_answer_raises_is_asked_and_not_called_missing(signed_in):
    page = await signed_in.begin("bereavement")
    place = page.path.rpartition("/")[0]
    payee = await signed_in.get(f"{place}/payee")
    asked = await signed_in.fill(payee, "/sections/", **{"/payee/same_as": "other"})
    assert (asked.path, asked.status) == (payee.path, 200)
    assert 'id="raised"' in asked.text
    assert "错误：" not in asked.text
    assert 'aria-invalid="true"' not in asked.text
    empty = await signed_in.fill(asked, "/sections/", **{"/payee/same_as": "other"})
    assert empty.status == 422
    assert "错误：" in empty.text


async def test_after_the_last_section_comes_the_one_that_still_lacks_something(signed_in):
    page = await signed_in.begin("bereavement")
    place = page.path.rpartition("/sections/")[0]
    last = await signed_in.get(f"{place}/materials")
    assert (await signed_in._papers(last)).path == page.path


async def test_two_taps_at_once_are_one_case(signed_in, engine):
    page = await signed_in.sections(await signed_in.begin("bereavement"))
    page = await signed_in.submit(page)
    mend = next(link for link in page.links if "mend=1" in link and "/sections/" in link)
    page = await signed_in.mended(mend)
    first, second = await asyncio.gather(signed_in.submit(page), signed_in.submit(page))
    assert first.path == second.path
    assert len(engine.started) == 1
    again = await signed_in.submit(page)
    back = await signed_in.get(page.path)
    assert again.path == back.path == first.path


async def test_what_is_wrong_is_kept_told_and_may_wait(signed_in):
    page = await signed_in.begin("bereavement")
    told = await signed_in.fill(page, "/sections/", **{"/deceased/id_number": "36090219431109433"})
    assert told.status == 422
    assert 'value="36090219431109433"' in told.text
    assert "错误：" in told.text
    later = await signed_in.fill(page, "/sections/", "later", **{"/deceased/id_number": "3609"})
    assert later.path == "/".join(page.path.split("/")[:4])
    assert "还差" in later.text
    assert 'value="3609"' in (await signed_in.get(page.path)).text


async def test_a_wrong_digit_in_a_number_is_the_only_thing_to_put_right(signed_in):
    page = await signed_in.begin("bereavement")
    told = await signed_in.fill(page, "/sections/", **{"/deceased/id_number": "360902194311094332"})
    assert told.status == 422
    assert "有 1 处需要改正" in told.text
    assert "公民身份号码（逝者）有误：应为 18 位" in told.text
    assert told.form("/sections/")["shown"] == page.form("/sections/")["shown"]


async def test_a_wrong_digit_after_the_registers_were_asked_opens_nothing_more(signed_in):
    page = await signed_in.submit(await signed_in.sections(await signed_in.begin("bereavement")))
    section = await signed_in.get(f"{'/'.join(page.path.split('/')[:4])}/sections/deceased")
    told = await signed_in.fill(section, "/sections/", **{"/deceased/id_number": "360902194311094332"})
    assert "有 1 处需要改正" in told.text


async def test_who_declines_the_notice_still_types_everything_beside_a_wrong_number(signed_in):
    page = await signed_in.begin("bereavement")
    place = page.path.rpartition("/sections/")[0]
    await signed_in.fill(await signed_in.get(f"{place}/notice"), "/notice", "decline")
    page = await signed_in.get(page.path)
    told = await signed_in.fill(page, "/sections/", **{"/deceased/id_number": "360902194311094332"})
    assert "/deceased/name" in told.form("/sections/")["shown"]
    assert "不用填写" not in told.text


async def test_questions_that_the_first_answers_open_are_asked_and_not_missed(signed_in):
    page = await signed_in.get("/m/events/bereavement")
    opened = await signed_in.fill(page, "/events/")
    assert opened.status == 200
    assert "需要改正" not in opened.text
    assert "错误：" not in opened.text
    assert set(opened.form("/start")["shown"]) > set(page.form("/events/")["shown"])
    assert (await signed_in.fill(opened, "/start")).path.endswith("/notice")


async def test_a_first_question_left_out_is_told_without_those_that_came_after_it(signed_in):
    page = await signed_in.get("/m/events/bereavement")
    left_out = page.form("/events/")["shown"][0]
    told = await signed_in.fill(page, "/events/", **{left_out: None})
    assert "有 1 处需要改正" in told.text
    assert "错误：" in told.text
    assert "✓ 已保存" not in told.text


async def test_the_first_save_leads_to_the_drafts_own_address_and_one_draft_comes_of_it(signed_in):
    opened = await signed_in.fill(await signed_in.get("/m/events/bereavement"), "/events/")
    assert re.fullmatch(r"/m/drafts/[0-9a-f]{32}/start", opened.path)
    assert "✓ 已保存" in opened.text
    large = await signed_in.fill(opened, "/m/type")
    assert large.path == opened.path
    assert large.form("/start")["shown"] == opened.form("/start")["shown"]
    await signed_in.fill(large, "/start")
    home = await signed_in.get("/m")
    assert len({one for one in home.links if "/m/drafts/" in one}) == 1
    assert "已完成 2 / 10 · 最近一次保存 2026年3月3日 10:05" in home.text


async def test_the_list_of_tasks_counts_and_says_until_when_it_is_kept(signed_in):
    page = await signed_in.begin("bereavement")
    tasks = await signed_in.get("/".join(page.path.split("/")[:4]))
    assert "已完成 2 / 9" in tasks.text
    assert "保留到 2026年3月6日 10:05，过后自动删除" in tasks.text


async def test_no_register_is_asked_about_others_before_all_is_there(signed_in, office):
    page = await signed_in.begin("bereavement")
    page = await signed_in.fill(page, "/sections/")
    place = "/".join(page.path.split("/")[:4])
    for pledge in (True, False):
        told = await signed_in.submit(await signed_in.get(f"{place}/check"), pledge=pledge)
        assert told.status == 422
        assert "请选择骨灰安置意向" in told.text
    actions = [one.action for one in await entries_of(office.archive)]
    assert actions.count("ask_register") == OWN_REGISTERS


async def test_a_draft_is_thrown_away_with_everything_in_it(signed_in):
    page = await signed_in.begin("bereavement")
    place = "/".join(page.path.split("/")[:4])
    tasks = await signed_in.get(place)
    form = tasks.form("/drop")
    home = await signed_in.post(form["action"], form["fields"])
    assert home.path == "/m"
    assert "未提交的填写" not in home.text
    assert (await signed_in.get(place)).status == 404


async def test_another_persons_draft_is_not_there(signed_in):
    page = await signed_in.begin("bereavement")
    place = "/".join(page.path.split("/")[:4])
    await signed_in.sign_in(name="李一", id_number="110105199001011232")
    for below in ("", "/start", "/notice", "/sections/deceased", "/materials", "/check"):
        assert (await signed_in.get(place + below)).status == 404
    csrf = (await signed_in.get("/m")).forms[0]["fields"]
    for below in ("/start", "/sections/deceased", "/materials", "/submit", "/drop"):
        assert (await signed_in.post(place + below, csrf)).status == 404


async def test_a_form_without_the_sessions_mark_changes_nothing(signed_in):
    page = await signed_in.begin("bereavement")
    fields = [("shown", "/deceased/id_number"), ("/deceased/id_number", "x"), ("do", "next")]
    assert (await signed_in.post(page.path, fields)).status == 403
    assert 'value="x"' not in (await signed_in.get(page.path)).text


async def test_markup_typed_into_every_field_stays_text(signed_in):
    page = await signed_in.begin("bereavement")
    place = "/".join(page.path.split("/")[:4])
    tasks = await signed_in.get(place)
    sections = [link for link in tasks.links if "/sections/" in link]
    assert len(sections) > 4
    for link in sections:
        section = await signed_in.get(link)
        for role in set(re.findall(r'value="add:/(\w+)"', section.text)):
            section = await signed_in.fill(section, "/sections/", f"add:/{role}")
        over = dict.fromkeys(section.form("/sections/")["shown"], XSS)
        for answer in (
            await signed_in.fill(section, "/sections/", "later", **over),
            await signed_in.get(link),
        ):
            assert "<img src=x" not in answer.text
            assert "<script>alert" not in answer.text
    check = await signed_in.get(f"{place}/check")
    assert "&lt;img src=x" in check.text
    assert "<img src=x" not in check.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90\x00 program", "文件类型不对，请上传"),
        (b"", "文件是空的"),
        (b"%PDF-1.7\n" + b"0" * (10 << 20), "文件超过 10 MB"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_told_and_the_page_stays(signed_in, data, words):
    page = await signed_in.begin("bereavement")
    place = f"{'/'.join(page.path.split('/')[:4])}/materials"
    form = (await signed_in.get(place)).forms[-1]
    answer = await signed_in.client.post(
        place,
        data=dict(form["fields"]),
        files={"/materials/division_agreement": ("photo.jpg", data, "image/jpeg")},
        headers={"accept": "text/html"},
    )
    assert answer.status_code == 422
    assert words in answer.text


async def test_large_type_is_remembered_by_the_device_on_every_page(phone):
    home = await phone.get("/m")
    assert "phone_large.css" not in home.text
    form = home.form("/m/type")
    large = await phone.post(form["action"], [*form["fields"], ("size", "large")])
    assert large.path == "/m"
    assert "phone_large.css" in large.text
    await phone.sign_in(name="李一", id_number="110105199001011232")
    assert "phone_large.css" in (await phone.get("/m/events/bereavement")).text
    plain = await phone.post("/m/type", [*(await phone.get("/m")).forms[0]["fields"], ("size", "plain")])
    assert "phone_large.css" not in plain.text


async def test_large_type_and_its_switch_are_on_every_page_of_a_person(signed_in):
    number = (await signed_in.file("bereavement")).path.rpartition("/")[2]
    form = (await signed_in.get("/m")).form("/m/type")
    await signed_in.post(form["action"], [*form["fields"], ("size", "large")])
    for path in ("/m/mandates", "/m/mandates/new", "/m/notices", f"/m/cases/{number}/disclosures"):
        page = await signed_in.get(path)
        assert page.status == 200
        assert "phone_large.css" in page.text
        plain = page.form("/m/type")
        assert (await signed_in.post(plain["action"], [*plain["fields"], ("size", "large")])).path == path
    wrong = await signed_in.fill(await signed_in.get("/m/mandates/new"), "/m/mandates")
    assert wrong.status == 422
    assert "phone_large.css" in wrong.text


async def test_a_staff_representatives_own_pages_come_in_large_type_too(phone):
    await phone.sign_in(account="representative")
    form = (await phone.get("/agents")).form("/m/type")
    large = await phone.post(form["action"], [*form["fields"], ("size", "large")])
    assert large.path == "/agents"
    assert "phone_large.css" in large.text
    assert "phone_large.css" in (await phone.get("/agents/visits")).text


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example/m", "/mine", "/m\r\nx: y", "/bundles"]
)
async def test_the_switch_of_size_leads_nowhere_else(client, to):
    answer = await client.post("/m/type", data={"size": "large", "to": to})
    assert answer.headers["location"] == "/m"


async def test_whoever_is_not_signed_in_sees_the_life_events_and_where_to_sign_in(phone):
    home = await phone.get("/m")
    assert home.status == 200
    assert "/sign-in?to=/m" in home.links
    assert "/m/events/newborn" in home.links


async def test_the_pages_own_script_is_small(client):
    script = await client.get("/static/phone.js")
    assert script.status_code == 200
    assert len(script.content) < 1024
