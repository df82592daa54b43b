"""A clerk files a case with nothing but links and forms."""

import re
from html import unescape

import pytest

from records.draft import count_drafts

NEW = "/bundles/bereavement/new"


def shown(page):
    return [unescape(name) for name in re.findall(r'name="shown" value="([^"]+)"', page)]


def errors(page):
    return [unescape(words) for words in re.findall(r'class="error"[^>]*>([^<]+)<', page)]


def sent(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


async def go(client, data, files=None):
    """Send a form as a browser does and follow where it leads."""
    fields = {name: value for name, value in data.items() if value is not None}
    answer = await client.post(NEW, data=fields, files=files, headers={"accept": "text/html"})
    if answer.status_code == 303:
        return await client.get(answer.headers["location"], headers={"accept": "text/html"})
    return answer


def situations(story):
    return {f"/situations/{name}": sent(value) for name, value in story.situations.items()}


def ids(story):
    return {f"/{role}/id_number": story.answers[role]["id_number"] for role in ("deceased", "applicant")}


def fields(story):
    """Every answer of the story under its field's name."""
    named = {}
    for role, group in story.answers.items():
        rows = [(f"/{role}", group)]
        if isinstance(group, list):
            rows = [(f"/{role}/{index}", row) for index, row in enumerate(group)]
        for place, row in rows:
            named |= {f"{place}/{key}": sent(value) for key, value in row.items()}
    return named


@pytest.fixture
async def begun(client, story):
    """A draft at its third step, registers asked; gives draft id and page."""
    page = (await client.get(NEW)).text
    data = {"draft": "", "step": "start", "do": "next", "shown": shown(page)} | ids(story) | situations(story)
    page = (await go(client, data)).text
    draft = re.search(r'name="draft" value="(\w{32})"', page)[1]
    data |= {"draft": draft, "shown": shown(page)}
    notice = (await go(client, data)).text
    assert "信息查询与共享告知书" in notice
    page = await go(client, {"draft": draft, "step": "notice", "do": "consent"})
    return draft, page.text


async def test_a_case_is_filed_from_first_page_to_receipt_button(client, begun, story, engine):
    draft, page = begun
    for _ in range(2):
        page = (await go(client, {"draft": draft, "step": "form", "do": "add:/heirs"})).text
    assert "继承人 2" in page
    data = {"draft": draft, "step": "form", "do": "save", "shown": shown(page)} | fields(story)
    files = {
        f"/materials/{name}": ("scan.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
        for name in story.materials
    }
    page = (await go(client, data, files)).text
    assert "已上传：scan.pdf" in page
    data = {"draft": draft, "step": "form", "do": "next", "shown": shown(page)} | pledged(page)
    answer = await go(client, data | fields(story) | prefilled(page))
    assert answer.status_code == 200, errors(answer.text)
    assert "填写完整，可以提交" in answer.text
    answer = await go(client, {"draft": draft, "step": "check", "do": "submit", "/pledge": "true"})
    assert answer.status_code == 200, errors(answer.text)
    (number,) = engine.started
    assert "收件通知书" in answer.text
    assert number in answer.text
    answer = await client.get(f"/cases/{number}", headers={"accept": "text/html"})
    assert f"<h1>{number}</h1>" in answer.text
    assert 'http-equiv="refresh" content="5"' in answer.text
    assert "死亡注销户口" in answer.text
    told = re.sub(r"<[^>]+>", " ", answer.text)
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日 \d{2}:\d{2}", told)
    assert not re.search(r"\d{4}-\d{2}-\d{2}", told)
    assert number in (await client.get("/")).text


def prefilled(page):
    """The text values that the page came with, as a browser sends them back."""
    pairs = re.findall(r'<input type="text" id="[^"]+" name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in pairs if value}


def pledged(page):
    """Every proof that the page offers to replace by a pledge, ticked."""
    return {"/pledged": re.findall(r'name="/pledged" value="(\w+)"', page)}


async def test_the_form_names_the_longest_promise_in_the_guides_words(client, begun):
    _, page = begun
    days = re.search(r"单个事项最长承诺 (\d+) 个工作日", page)
    assert days
    guide = (await client.get("/guides/bereavement")).text
    assert int(days[1]) <= int(re.search(r"单个事项最长承诺 (\d+) 个工作日", guide)[1])


async def test_a_second_click_on_submit_leads_to_the_same_case(client, begun, story, engine):
    draft, page = begun
    for _ in range(2):
        page = (await go(client, {"draft": draft, "step": "form", "do": "add:/heirs"})).text
    files = {
        f"/materials/{name}": ("scan.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
        for name in story.materials
    }
    data = {"draft": draft, "step": "form", "do": "save", "shown": shown(page)} | fields(story)
    page = (await go(client, data, files)).text
    await go(client, data | {"do": "next", "shown": shown(page)} | pledged(page))
    data = {"draft": draft, "step": "check", "do": "submit", "/pledge": "true"}
    first = await go(client, data)
    again = await go(client, data)
    assert first.url == again.url
    assert len(engine.started) == 1


async def test_prefilled_values_name_their_source_and_stay_the_registers(client, begun):
    draft, page = begun
    assert "共享数据带出 · 公安人口库" in page
    assert 'value="陈国梁"' in page
    data = {"draft": draft, "step": "form", "do": "save", "shown": shown(page)} | prefilled(page)
    await go(client, data)
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert "name" not in stored["answers"]["deceased"]
    data["/deceased/name"] = "陈国樑"
    page = (await go(client, data)).text
    assert "已更正共享数据" in page
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert stored["answers"]["deceased"]["name"] == "陈国樑"


def ahead(page):
    """What the page says may be needed besides."""
    part = re.search(r'<section class="ahead">(.*?)</section>', page, re.DOTALL)
    return re.findall(r"<li>([^<]+)</li>", part[1]) if part else []


async def test_what_an_answer_will_ask_besides_is_told_on_the_same_page(client, begun):
    draft, page = begun
    data = {"draft": draft, "step": "form", "do": "check", "shown": shown(page)} | prefilled(page)
    assert "/heirs/0/waived" not in shown(page)
    answer = await go(client, data)
    told = " ".join(errors(answer.text))
    assert all(one in told for one in ("继承人 1：姓名", "继承人 1：确认该继承人已签字"))
    assert "/heirs/0/waived" in shown(answer.text)
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert stored["answers"]["heirs"] == [{}]
    besides = ahead(answer.text)
    assert "请填写姓名（领取人）" in besides
    assert "请填写姓名（领取人）" not in told
    answer = await go(client, data | {"do": "save", "/payee/same_as": "applicant"})
    assert ahead(answer.text) == []


async def test_a_complete_form_says_nothing_of_what_might_follow(client, begun, story):
    draft, page = begun
    for _ in range(2):
        page = (await go(client, {"draft": draft, "step": "form", "do": "add:/heirs"})).text
    data = {"draft": draft, "step": "form", "do": "check", "shown": shown(page)} | fields(story)
    assert ahead((await go(client, data)).text) == []


BRANCH = "105432000029"


async def test_the_registers_number_of_a_branch_never_stands_beside_another_bank(client, begun):
    draft, page = begun
    data = {"draft": draft, "step": "form", "do": "save", "shown": shown(page)} | prefilled(page)
    page = (await go(client, data | {"/payee/same_as": "applicant"})).text
    assert f'value="{BRANCH}"' in page
    data = data | {"shown": shown(page)} | prefilled(page) | {"/payee/same_as": "applicant"}
    page = (await go(client, data | {"/account/bank_code": "abc"})).text
    assert BRANCH not in page
    assert "6227002020101234568" not in page
    assert "已更正共享数据" in page
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert stored["answers"]["account"] == {"bank_code": "abc"}
    page = (await go(client, data | {"/account/bank_code": "ccb"})).text
    assert f'value="{BRANCH}"' in page


async def test_only_what_was_shown_before_is_called_corrected(client, begun):
    draft, page = begun
    data = {"draft": draft, "step": "form", "do": "save", "shown": shown(page)} | prefilled(page)
    data |= {"/payee/same_as": "applicant", "/account/bank_code": "abc"}
    page = (await go(client, data | {"/account/account_number": "6228480000000000000"})).text
    assert "已更正共享数据" not in page
    assert page.count("与共享数据不同，以这里填写的为准") == 1
    assert BRANCH not in page


@pytest.mark.parametrize(
    "typed", ["2026-03-01 05:20", "2026年3月1日5时20分", "２０２６-０３-０１ ０５：２０"]
)
async def test_a_moment_is_taken_however_it_is_written(client, begun, typed):
    draft, page = begun
    data = {"draft": draft, "step": "form", "do": "save", "shown": shown(page), "/deceased/death_time": typed}
    await go(client, data)
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert stored["answers"]["deceased"]["death_time"] == "2026-03-01T05:20"


async def test_what_is_known_stands_apart_from_what_is_still_to_fill_in(begun):
    _, page = begun
    known = "".join(part.split("</fieldset>")[0] for part in page.split('class="fields known"')[1:])
    asked = "".join(part.split('class="fields')[0] for part in page.split('class="fields asked"')[1:])
    assert 'name="/deceased/name"' in known
    assert 'name="/deceased/death_time"' in asked
    assert 'name="/deceased/name"' not in asked


async def test_a_statement_is_ticked_beside_its_whole_text(begun):
    _, page = begun
    ticks = re.findall(r'<input type="checkbox" id="f-filing-[^>]+>\s*<span>([^<]+)', page)
    assert "承诺所填内容和所交材料真实" in [words.strip() for words in ticks]


async def test_limits_are_told_in_words(begun):
    _, page = begun
    assert "即时办结" in page
    assert "2 个工作日" in page
    assert not re.search(r"\b\d+wd\b|\b0 ?个工作日", page)


async def test_errors_come_with_the_whole_page_and_the_fields_own_words(client, begun):
    draft, page = begun
    data = {"draft": draft, "step": "form", "do": "next", "shown": shown(page)} | prefilled(page)
    answer = await client.post(NEW, data=data | {"/deceased/death_time": "gestern"})
    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert 'value="gestern"' in answer.text
    summary = answer.text.split('id="summary"')[1].split("</ul>")[0]
    for words in errors(answer.text):
        assert words in unescape(summary)
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in answer.text, target


async def test_the_summary_names_whose_answer_it_is_once(client, begun):
    draft, _ = begun
    emptied = {f"/{role}/{name}": "" for role in ("deceased", "applicant") for name in ("name", "id_number")}
    answer = await client.post(NEW, data={"draft": draft, "step": "form", "do": "next"} | emptied)
    summary = unescape(answer.text.split('id="summary"')[1].split("</ul>")[0])
    lines = re.findall(r"<a [^>]+>([^<]+)</a>", summary)
    twice = [line for line in lines if any(line.count(who) > 1 for who in ("申请人", "逝者", "经办人"))]
    assert (twice, lines != []) == ([], True)
    assert any("（申请人）" in line for line in lines)


async def test_nothing_is_filed_without_the_pledge_and_before_it_is_complete(client, begun, engine):
    draft, _ = begun
    answer = await client.post(NEW, data={"draft": draft, "step": "check", "do": "submit"})
    assert answer.status_code == 422
    summary = answer.text.split('id="summary"')[1].split("</ul>")[0]
    assert "请阅读并勾选承诺" in summary
    assert "请填写死亡时间" in unescape(summary)
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in answer.text, target
    assert engine.started == {}


async def test_questions_that_an_answer_raises_are_no_error(client, story):
    page = (await client.get(NEW)).text
    data = {"draft": "", "step": "start", "do": "next", "shown": shown(page)} | ids(story) | situations(story)
    raised = set(situations(story)) - set(shown(page))
    assert raised
    answer = await client.post(NEW, data={name: value for name, value in data.items() if name not in raised})
    assert answer.status_code == 200
    assert "错误：" not in answer.text
    notice = answer.text.split('id="raised"')[1].split("</div>")[0]
    assert f"还需要回答 {len(raised)} 个问题" in notice
    linked = re.findall(r'href="#([^"]+)"', notice)
    assert len(linked) == len(set(linked)) == len(raised)
    for target in linked:
        assert f'id="{target}"' in answer.text, target


async def test_nothing_covers_the_page_before_there_is_anything_kept_to_tell(client):
    page = (await client.get(NEW)).text
    assert '<p class="kept-line"><output aria-live="polite"></output></p>' in page
    sheet = (await client.get("/static/page.css")).text
    assert re.search(r"\.kept-line:has\(output:empty\) \{[^}]*position: static", sheet)


async def test_wrong_numbers_and_unanswered_questions_are_told_on_the_first_page(client):
    page = (await client.get(NEW)).text
    data = {"draft": "", "step": "start", "do": "next", "shown": shown(page), "/deceased/id_number": "123"}
    answer = await client.post(NEW, data=data)
    assert answer.status_code == 422
    assert "逝者的公民身份号码有误" in answer.text
    assert "请填写申请人的公民身份号码" in answer.text
    assert "请选择在哪里去世" in answer.text


async def test_registers_answer_the_situation_only_after_the_notice(client, story):
    page = (await client.get(NEW)).text
    data = {"draft": "", "step": "start", "do": "ask", "shown": shown(page)} | ids(story)
    answer = await client.post(NEW, data=data)
    assert answer.status_code == 422
    page = (await go(client, data | {"notice": "true", "anew": "true"})).text
    chosen = re.findall(r'name="/situations/pension" value="(\w+)" checked', page)
    assert chosen == ["employee"]


async def test_without_consent_everything_is_typed(client, begun, story):
    draft, _ = begun
    page = (await client.get(NEW)).text
    data = {"draft": "", "step": "start", "do": "next", "shown": shown(page)} | ids(story) | situations(story)
    page = (await go(client, data | {"anew": "true"})).text
    other = re.search(r'name="draft" value="(\w{32})"', page)[1]
    await go(client, data | {"draft": other, "shown": shown(page)})
    page = (await go(client, {"draft": other, "step": "notice", "do": "decline"})).text
    assert "共享数据带出" not in page
    assert "陈国梁" not in page
    assert draft != other


async def test_rows_are_added_and_removed_without_losing_the_others(client, begun):
    draft, page = begun
    page = (await go(client, {"draft": draft, "step": "form", "do": "add:/heirs"})).text
    data = {
        "draft": draft,
        "step": "form",
        "do": "add:/heirs",
        "shown": shown(page),
        "/heirs/0/phone": "13800000001",
    }
    page = (await go(client, data)).text
    data = {
        "draft": draft,
        "step": "form",
        "do": "remove:/heirs/0",
        "shown": shown(page),
        "/heirs/1/phone": "13800000002",
    }
    page = (await go(client, data)).text
    assert "继承人 2" not in page
    assert 'value="13800000002"' in page
    for wrong in ("remove:/heirs/9", "add:/deceased", "add:/nobody", "remove:/heirs/x"):
        answer = await go(client, {"draft": draft, "step": "form", "do": wrong})
        assert answer.status_code == 200


async def test_a_file_of_a_wrong_type_is_told_beside_its_paper(client, begun, story):
    draft, _ = begun
    material = story.materials[0]
    answer = await client.post(
        NEW,
        data={"draft": draft, "step": "form", "do": "save"},
        files={f"/materials/{material}": ("virus.pdf", b"MZ\x90\x00", "application/pdf")},
    )
    assert answer.status_code == 422
    assert "文件类型不对" in answer.text


async def test_a_future_day_of_receipt_is_told(client, begun):
    draft, _ = begun
    data = {"draft": draft, "step": "form", "do": "save", "/received_on": "2027-01-01"}
    assert "收件日期不能晚于今天" in (await go(client, data)).text
    assert "收件" not in errors((await go(client, data | {"/received_on": "2026-03-01"})).text)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_a_form_posted_from_another_site_is_refused(client, headers):
    answer = await client.post(NEW, data={"draft": ""}, headers=headers)
    assert answer.status_code == 403
    answer = await client.post("/api/v1/materials", data={"draft": "x"}, headers=headers)
    assert answer.status_code == 403


async def test_a_form_of_this_site_passes(client):
    for headers in (
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://127.0.0.1"},
        {"sec-fetch-site": "none"},
    ):
        answer = await client.post(NEW, data={"draft": "", "step": "start", "do": "save"}, headers=headers)
        assert answer.status_code == 303


async def test_pages_say_everything_in_english_too(client, begun):
    draft, _ = begun
    for address in ("/?lang=en", f"{NEW}?lang=en", f"{NEW}?draft={draft}&step=form&lang=en"):
        page = (await client.get(address)).text
        visible = re.sub(r"<[^>]+>|中文", "", page.split("<body>")[1])
        own = [line for line in visible.splitlines() if re.search(r"[\u4e00-\u9fff]", line)]
        assert own == [], address


async def test_pages_work_without_a_script_and_run_only_this_servers(client, begun):
    draft, page = begun
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/page.js" defer>']
    script = await client.get("/static/page.js")
    assert len(script.content) < 1024
    answer = await client.get(f"{NEW}?draft={draft}")
    assert not re.search(r"\son\w+=", answer.text)
    assert "style=" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    sheet = await client.get("/static/page.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert (await client.get("/static/app.py")).status_code == 422


async def test_a_page_that_does_not_exist_is_a_page(client):
    answer = await client.get("/cases/360900-A-20260303-000000-0", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "没有找到" in answer.text


async def test_what_is_typed_is_never_markup(client, begun):
    draft, page = begun
    data = {
        "draft": draft,
        "step": "form",
        "do": "save",
        "shown": shown(page),
        "/deceased/death_place": '"><script>x</script>',
    }
    page = (await go(client, data)).text
    assert "<script>" not in page


async def test_asking_registers_checks_the_number_first_and_says_what_came_of_it(client):
    place = "/bundles/bereavement/new"
    numbers = {"/deceased/id_number": "360902194311094335", "/applicant/id_number": "360902197106256246"}
    form = {"step": "start", "do": "ask", "anew": "true"} | numbers
    unticked = await client.post(place, data=form)
    assert unticked.status_code == 422
    assert "请先向申请人出示告知并勾选" in unticked.text
    wrong = await client.post(place, data=form | {"notice": "true"})
    assert wrong.status_code == 422
    assert "校验码" in wrong.text
    assert 'name="notice" value="true" checked' in wrong.text
    right = form | {"notice": "true", "/deceased/id_number": "360902194311094334"}
    found = await client.get((await client.post(place, data=right)).headers["location"])
    assert re.search(r"已带出 \d+ 项", found.text)
    assert 'name="notice" value="true" checked' in found.text
    assert 'class="source"' in found.text
    nobody = right | {"/deceased/id_number": "110105199001011232"}
    none = await client.get((await client.post(place, data=nobody)).headers["location"])
    assert "未查到，请手工填写" in none.text


async def test_an_empty_page_leaves_no_draft_and_the_same_person_s_draft_is_offered(client, office):
    place = "/bundles/bereavement/new"
    empty = await client.post(place, data={"step": "start", "do": "next"})
    assert "身份号码" in empty.text or "证件号码" in empty.text
    assert await count_drafts(office.archive, "dev-clerk", office.now()) == 0
    form = {"step": "start", "do": "next", "/deceased/id_number": "360902194311094334"}
    await client.post(place, data=form)
    assert await count_drafts(office.archive, "dev-clerk", office.now()) == 1
    offered = await client.post(place, data=form)
    assert "继续已有草稿" in offered.text
    assert await count_drafts(office.archive, "dev-clerk", office.now()) == 1
    await client.post(place, data=form | {"anew": "true"})
    assert await count_drafts(office.archive, "dev-clerk", office.now()) == 2
