"""What the window prints: the notice of receipt or acceptance, and what is owed; the addressee's name."""

import re
from html import unescape

import pytest

from onething.case_event import Ticked
from onething.receipt import mask_name
from records.audit import entries_of
from tests.api.guide.walk import HTML, Clerk, held


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


async def look(client, address):
    answer = await client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


async def test_the_notice_names_every_item_with_its_agency_and_promise(client, ruling, number):
    text = await look(client, f"/cases/{number}/acceptance-notice")
    assert "收件通知书" in text
    for slot in ruling.cases[number].definition.slots:
        assert slot.title.zh in text
        assert slot.agency_title.zh in text
    assert "15 个工作日" in text
    assert "陈国梁" not in text


async def test_what_the_window_prints_is_addressed_by_name_and_what_others_open_is_masked(
    client, number, story, office
):
    who = story.answers["applicant"]
    for place in ("acceptance-notice", "owed-notice"):
        text = await look(client, f"/cases/{number}/{place}")
        assert f"{who['name']}：" in text
        assert who["id_number"] not in text
    last = (await entries_of(office.archive, case=number))[-1]
    assert (last.action, last.fields) == ("print_notice", ("/applicant/name",))
    own = {"name": who["name"], "id_number": who["id_number"]}
    await client.post("/sign-in/development", data=own)
    answer = await client.get(f"/cases/{number}/acceptance-notice", headers=HTML)
    sheet = words(answer.text[answer.text.index("<article") :])
    assert f"{mask_name(who['name'])}：" in sheet
    assert who["name"] not in sheet


async def test_a_pledge_is_said_to_replace_a_proof_and_not_itself(client, ruling, number):
    pledged = [one for slot in ruling.cases[number].definition.slots for one in slot.pledged]
    assert "kinship_proof" in {one.material for one in pledged}
    text = await look(client, f"/cases/{number}/acceptance-notice")
    line = text[text.index("以告知承诺代替的证明") :][:60]
    assert "亲属关系证明" in line
    assert "告知承诺书" not in text


async def test_it_is_a_notice_of_acceptance_once_all_have_accepted(client, ruling, number):
    for slot in ruling.cases[number].definition.slots:
        if slot.slot != "death_proof":
            await ruling.says(number, slot.slot, {"kind": "granted"})
    text = await look(client, f"/cases/{number}/acceptance-notice")
    assert "受理通知书" in text
    assert "收件通知书" not in text


async def test_the_notice_says_where_to_ask_with_the_receipts_code_and_not_that_all_has_gone_out(
    client, number, settings
):
    text = await look(client, f"/cases/{number}/acceptance-notice")
    assert f"凭办件编号 {number} 和回执上的查询码在 {settings.public_url}/status 查询" in text
    assert "将按办理顺序送达下列部门" in text
    assert "已同时送达" not in text


async def test_whoever_prints_the_notice_is_reminded_of_the_receipt_with_the_code(client, number):
    page = (await client.get(f"/cases/{number}/acceptance-notice", headers=HTML)).text
    assert "查询码印在回执上" in page[page.index("</article>") :], "it is for the window and not printed"
    assert "可以向窗口索取" in page[: page.index("</article>")]


async def test_a_notice_of_receipt_bears_the_seal_of_receipt_and_of_acceptance_only_then(
    client, ruling, number
):
    text = await look(client, f"/cases/{number}/acceptance-notice")
    assert "（收件专用章）" in text
    assert "受理专用章" not in text
    for slot in ruling.cases[number].definition.slots:
        if slot.slot != "death_proof":
            await ruling.says(number, slot.slot, {"kind": "granted"})
    text = await look(client, f"/cases/{number}/acceptance-notice")
    assert "（受理专用章）" in text
    assert "收件专用章" not in text


@pytest.mark.parametrize("notice", ["acceptance-notice", "owed-notice"])
async def test_the_print_button_needs_the_script_and_the_hint_does_not(client, number, notice):
    page = (await client.get(f"/cases/{number}/{notice}", headers=HTML)).text
    assert re.search(r'<button [^>]*type="button" hidden data-print>打印</button>', page)
    assert "用浏览器的打印功能" in page
    assert '<script src="/static/print.js" defer></script>' in page
    assert "print()" in (await client.get("/static/print.js")).text


async def test_the_hotline_stands_on_the_sheet_once(client, number):
    text = await look(client, f"/cases/{number}/acceptance-notice")
    assert len(re.findall(r"\b12345\b", text[text.index("收件通知书") :])) == 1


async def test_who_may_not_see_the_case_gets_no_notice(client, number):
    await client.post("/sign-in/development", data={"name": "李一", "id_number": "110105199001011232"})
    for notice in ("acceptance-notice", "owed-notice"):
        assert (await client.get(f"/cases/{number}/{notice}")).status_code == 404


async def test_nothing_owed_is_said_so(client, number):
    assert "没有欠缺的材料" in await look(client, f"/cases/{number}/owed-notice")


@pytest.fixture
def alone(story):
    """The story of somebody after whom nobody is left in the household: its book may follow."""
    return story.model_copy(update={"situations": story.situations | {"special": ["last_of_household"]}})


@pytest.fixture
async def owing(client, alone):
    """A case for which one paper is promised for later; gives its number."""
    clerk = Clerk(client, "bereavement", alone)
    await clerk.to_form()
    await clerk.fill_in()
    await clerk.click("next", **{"/owed/household_book_original": "later"})
    await clerk.click("submit", **{"/pledge": "true"})
    found = re.search(r"\d{6}-[A-Z]-\d{8}-\d{6}-\w", clerk.page)
    assert found, words(clerk.page)[:2000]
    return found[0]


async def test_an_owed_paper_stands_on_its_notice_with_day_and_consequence(client, ruling, owing, office):
    text = await look(client, f"/cases/{owing}/acceptance-notice")
    assert "欠缺材料" in text
    assert "视为撤回" in text
    assert "见补交材料告知书" not in text
    page = (await client.get(f"/cases/{owing}/acceptance-notice", headers=HTML)).text
    assert "owed-notice" not in page
    case = (await client.get(f"/cases/{owing}", headers=HTML)).text
    assert case.count(f"/cases/{owing}/owed-notice") == 1
    assert "print/owed" not in case
    assert "受理后 20 个工作日内补交" in text
    attention = words(case)[words(case).index("需要留意") :]
    assert attention.index("欠缺材料：居民户口簿") < attention.index("办理事项")
    await ruling.says(owing, "death_proof", {"kind": "granted"})
    await ruling.feed(owing, Ticked())
    text = await look(client, f"/cases/{owing}/owed-notice")
    assert "补交材料告知书" in text
    assert "收件专用章" in text
    assert "已先行办理" not in text
    await ruling.says(owing, "household_cancellation", {"kind": "accepted", "at": office.now()})
    text = await look(client, f"/cases/{owing}/owed-notice")
    assert "受理专用章" in text
    assert "已先行办理（容缺受理）" in text
    assert "视为撤回" in text


async def test_that_a_paper_came_without_a_file_is_asked_before_it_is_noted(client, ruling, owing):
    place = f"/cases/{owing}/slots/household_cancellation/papers/household_book_original"
    told = len(ruling.updates)
    asked = await client.post(f"{place}?lang=en", headers=HTML)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{place}?lang=en")
    page = await look(client, place)
    assert "已收到纸质材料，未上传文件，是否登记？" in page
    assert len(ruling.updates) == told
    done = await client.post(place, data={"confirmed": "yes"}, headers=HTML)
    assert (done.status_code, done.headers["location"].split("?")[0]) == (303, f"/cases/{owing}")
    assert [action.kind for _, action in ruling.updates[told:]] == ["paper_brought"]
    assert "欠缺材料：居民户口簿原件（整户注销时收缴） · 待补交" not in await look(client, f"/cases/{owing}")
    assert (await client.get(place.replace("book", "look"), headers=HTML)).status_code == 404


class TestOnTheForm:
    """What the form says about papers and persons before anything is filed."""

    async def test_a_paper_that_may_follow_says_by_when_and_what_else(self, client, alone):
        clerk = Clerk(client, "bereavement", alone)
        await clerk.to_form()
        text = words(clerk.page)
        assert "受理后 20 个工作日内补交；逾期未补交的，该事项尚未办结的视为撤回申请" in text

    async def test_a_proof_that_a_pledge_stands_for_is_ticked_by_itself(self, client, story, engine):
        clerk = Clerk(client, "bereavement", story)
        await clerk.to_form()
        await clerk.fill_in()
        assert "承诺不实的" in clerk.page
        assert "/pledged" in held(clerk.page)
        unticked = held(clerk.page) | {"do": "next"}
        del unticked["/pledged"]
        answer = await client.post(clerk.place, data=unticked, headers=HTML)
        assert answer.status_code == 422
        assert "请阅读并勾选：" in answer.text
        assert engine.started == {}

    async def test_who_is_in_no_register_is_named_and_stops_nothing(self, client, story):
        stranger = "36090219550101001" + "6"
        clerk = Clerk(client, "bereavement", story)
        clerk.story = story.model_copy(
            update={
                "answers": {
                    **story.answers,
                    "deceased": {**story.answers["deceased"], "id_number": _valid(stranger)},
                }
            }
        )
        await clerk.to_form()
        assert "人口登记中没有查到：逝者" in words(clerk.page)
        await clerk.click("save", **{"/deceased/name": "王某"})
        assert clerk.status == 200
        assert 'value="王某"' in clerk.page

    async def test_what_the_window_typed_is_not_said_to_be_read_or_brought_out(self, client, story):
        stranger = _valid("36090219550101001" + "6")
        own = {key: value for key, value in story.answers["applicant"].items() if key != "name"}
        answers = {**story.answers, "applicant": {**own, "id_number": stranger}}
        clerk = Clerk(client, "bereavement", story.model_copy(update={"answers": answers}))
        await clerk.to_form()
        fields = re.split(r'(?=<div class="field )', clerk.page)
        number, name = (
            next(one for one in fields if f'name="shown" value="/applicant/{key}"' in one)
            for key in ("id_number", "name")
        )
        assert "窗口录入" in number
        assert "身份证件读取" not in clerk.page
        for one in (number, name):
            assert " given" not in one.partition(">")[0]
        assert "可由部门登记带出" in clerk.page


def _valid(number: str) -> str:
    """The number with its right check digit (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return number[:17] + "10X98765432"[total % 11]


class TestPledges:
    """What a pledge replaces is named before it is filed, and printed only where it was made."""

    @pytest.fixture
    def untold(self, story):
        """The story of somebody who leaves the statement on the kinship unticked."""
        filing = {key: value for key, value in story.answers["filing"].items() if key != "kinship_pledge"}
        return story.model_copy(update={"answers": {**story.answers, "filing": filing}})

    async def filed(self, client, story):
        """The check page before it is filed, and the notice after it."""
        clerk = Clerk(client, "bereavement", story)
        await clerk.to_form()
        await clerk.fill_in()
        await clerk.click("next")
        check = words(clerk.page)
        await clerk.click("submit", **{"/pledge": "true"})
        return check, words(clerk.page)

    async def test_one_that_is_not_made_replaces_nothing(self, client, untold, engine):
        check, notice = await self.filed(client, untold)
        assert "亲属关系证明" in check[check.index("以下材料由部门共享") :].partition("提交方式")[0]
        assert "亲属关系证明" not in notice
        assert "死亡证明" not in notice
        (case,) = engine.started.values()
        pledged = {one.material for slot in case.definition.slots for one in slot.pledged}
        assert not pledged & {"pledge", "kinship_proof", "death_proof"}

    async def test_one_that_is_made_is_named_on_the_check_page_and_is_not_shared(self, client, story, engine):
        check, notice = await self.filed(client, story)
        papers = check[check.index(" 材料 ") :].partition("提交方式")[0]
        assert "亲属关系证明 ✓ 以告知承诺代替" in papers
        assert "亲属关系证明" not in papers[papers.index("以下材料由部门共享") :]
        assert "亲属关系证明" in notice[notice.index("以告知承诺代替的证明") :][:60]
        (case,) = engine.started.values()
        asking = {
            slot.slot for slot in case.definition.slots for one in slot.pledged if "kin" in one.material
        }
        assert "medical_account" not in asking
        assert asking


class TestBlocked:
    """An item that cannot go on stands on the printed notice with its reason."""

    @pytest.fixture
    def story(self, catalog):
        return catalog.scenario("bereavement", "heirs_gate_opened_later")

    @pytest.fixture
    async def number(self, file_story):
        return (await file_story()).json()["number"]

    async def test_it_says_why_and_what_to_do(self, client, ruling, number):
        blocked = [slot for slot in ruling.states[number].slots.values() if slot.blocked_by is not None]
        assert blocked
        page = (await client.get(f"/cases/{number}/acceptance-notice", headers=HTML)).text
        table = words(page[page.index("<tbody>") : page.index("</table>")])
        for slot in blocked:
            assert slot.blocked_by.text.zh in table
            assert f"怎么办： {slot.blocked_by.fix.zh}" in table
        english = await look(client, f"/cases/{number}/acceptance-notice?lang=en")
        assert f"What to do: {blocked[0].blocked_by.fix.en}" in english
