"""Before filing the window sees how the household stands on each rung, and nothing is decided by it."""

import re
from html import unescape

import pytest

from onething.filing import CaseHeader
from records.audit import entries_of
from records.blob import get_blob
from records.case import get_case
from runtime.settings import Settings

ELIGIBILITY = "/api/v1/bundles/social_assistance/eligibility"
NEW = "/bundles/social_assistance/new"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "low_income_with_linked")


@pytest.fixture
def region():
    return "370614"


@pytest.fixture
def settings(tmp_path, region):
    return Settings(home=tmp_path, region=region)


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


async def checked(client, draft, story, query=""):
    """The page after the clerk asked for a check."""
    body = {"situations": story.situations, "answers": story.answers}
    assert (await client.put(f"/api/v1/drafts/{draft}", json=body)).status_code == 200
    form = {"draft": draft, "step": "form", "do": "check"}
    return await client.post(f"{NEW}{query}", data=form, headers=HTML)


async def test_each_rung_tells_its_conditions_and_the_parameters_it_used(client, draft_of, story):
    body = {"situations": story.situations, "answers": story.answers, "draft": await draft_of()}
    answer = await client.post(ELIGIBILITY, json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["region"], told["on"]) == ("370614", "2026-03-03")
    assert told["notice"]["zh"] == "供参考，以部门决定为准"
    rungs = {one["slot"]: one for one in told["rungs"]}
    assert list(rungs) == ["low_income", "margin", "rigid_spending", "temporary_aid"]
    assert [one["standing"] for one in told["rungs"]][:3] == ["fits", "does_not_fit", "not_known"]
    low_income = rungs["low_income"]
    assert {one["truth"] for one in low_income["conditions"]} == {"true"}
    assert all(one["sentence"]["zh"] and one["basis"] for one in low_income["conditions"])
    (standard,) = low_income["standards"]
    assert (standard["value"], standard["region"], standard["since"]) == ("1001", "370614", "2025-01-01")
    assert standard["basis"]["cite"]


async def test_without_a_draft_nobody_is_asked_and_nobody_is_refused(client, story, office):
    answer = await client.post(ELIGIBILITY, json={"situations": story.situations})
    assert {one["standing"] for one in answer.json()["rungs"]} == {"not_known"}
    assert not [one for one in await entries_of(office.archive) if one.action == "ask_register"]


async def test_a_check_stands_in_the_audit_trail_by_names_of_facts_only(client, draft_of, story, office):
    body = {"situations": story.situations, "answers": story.answers, "draft": await draft_of()}
    await client.post(ELIGIBILITY, json=body)
    last = (await entries_of(office.archive))[-1]
    assert (last.action, last.purpose) == ("check_eligibility", "file_case")
    assert set(last.fields) == set(story.answers)


async def test_registers_are_asked_for_a_draft_only(client):
    answer = await client.post(ELIGIBILITY, json={"notice_shown": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "lookup_refused")


async def test_a_life_event_without_rules_has_no_rungs(client):
    answer = await client.post("/api/v1/bundles/bereavement/eligibility", json={})
    assert (answer.status_code, answer.json()["rungs"]) == (200, [])


async def test_the_check_step_shows_the_ladder_before_submission(client, draft_of, story):
    draft = await draft_of()
    page = await checked(client, draft, story)
    assert "<script>" not in page.text
    text = words(page.text)
    assert "资格预审（供参考，以部门决定为准）" in text
    assert "家庭月人均收入 450.75 元低于标准 1001 元" in text
    assert "最低生活保障标准：1001 元/人·月（烟台市蓬莱区、城镇，2025年1月1日起，未核实）" in text
    order = [
        text.index(f"{number}. {name}") for number, name in ((1, "最低生活保障"), (2, "最低生活保障边缘"))
    ]
    assert order == sorted(order)
    last = words((await client.get(f"{NEW}?draft={draft}&step=check", headers=HTML)).text)
    assert last.index("资格预审") < last.index("申请人已阅读并作出以上承诺")


@pytest.mark.parametrize("region", ["360900"])
async def test_without_standards_of_the_place_that_is_said_once_and_what_is_known_stands_first(
    client, draft_of, story
):
    draft = await draft_of()
    text = words((await checked(client, draft, story)).text).split("资格预审（供参考", 1)[1]
    assert text.count("本地尚无在案的公布标准：最低生活保障标准、") == 1
    assert "烟台市蓬莱区（最低生活保障标准" in text
    assert "尚不能确定：" not in text
    assert "标准尚未录入" not in text
    assert "另有 3 项条件要对照当地标准（最低生活保障标准），由经办部门核定" in text
    body = {"situations": story.situations, "answers": story.answers, "draft": draft}
    rungs = (await client.post(ELIGIBILITY, json=body)).json()["rungs"]
    unknown = [one for rung in rungs for one in rung["conditions"] if one["truth"] == "unknown"]
    assert unknown
    assert all(one["unlaid"] for one in unknown)
    sheet = await client.get(f"/bundles/social_assistance/eligibility?draft={draft}", headers=HTML)
    assert words(sheet.text).count("（未知）") <= 1
    assert "第八条" in words(sheet.text)


@pytest.mark.parametrize("region", ["360900"])
async def test_what_the_household_has_not_said_stays_to_be_checked_and_comes_last(client, draft_of, story):
    answers = {name: value for name, value in story.answers.items() if name != "economy"}
    text = words(
        (await checked(client, await draft_of(), story.model_copy(update={"answers": answers}))).text
    )
    rung = text.split("1. 最低生活保障", 1)[1].split("2. 最低生活保障边缘", 1)[0]
    assert rung.index("✓ 住房不超过") < rung.index("尚不能确定：人均货币财产")


async def test_the_form_before_a_check_does_not_judge(client, draft_of, story):
    draft = await draft_of()
    await client.put(f"/api/v1/drafts/{draft}", json={"situations": story.situations})
    page = await client.get(f"{NEW}?draft={draft}&step=form", headers=HTML)
    assert "资格预审" not in page.text


async def test_the_grounds_can_be_printed_with_sources_and_every_parameter(client, draft_of, story):
    draft = await draft_of()
    await checked(client, draft, story)
    sheet = await client.get(f"/bundles/social_assistance/eligibility?draft={draft}", headers=HTML)
    assert sheet.status_code == 200, sheet.text
    text = words(sheet.text)
    assert "依据：《社会救助暂行办法》第九条" in text
    assert "计算中还用到" in text
    assert "补差方式：按户月（全国、城镇，" in text
    assert "收入核算月数：12 个月（全国，2021年7月1日起，未核实）" in text
    assert "<script" not in sheet.text
    english = await client.get(f"/bundles/social_assistance/eligibility?draft={draft}&lang=en", headers=HTML)
    assert "Eligibility beforehand" in english.text
    other = await client.get(f"/bundles/bereavement/eligibility?draft={draft}", headers=HTML)
    assert other.status_code == 404


async def test_how_it_stood_is_sealed_with_the_case_for_its_receipt(office, file_story, story):
    answer = await file_story(region="370614")
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    stored = await get_case(office.archive, number)
    header = CaseHeader.model_validate_json(await get_blob(office.archive, number, stored.inputs["header"]))
    low_income = header.grounds["low_income"]
    assert low_income.standing.zh == "按申报情况测算符合条件"
    assert all(line.zh.startswith("符合：") for line in low_income.conditions)
    assert "符合：家庭月人均收入 ** 元低于标准 1001 元" in [line.zh for line in low_income.conditions]
    assert "450.75" not in low_income.model_dump_json()
    assert any("1001" in line.zh and "2025年1月1日起" in line.zh for line in low_income.standards)
    assert all(line.en.isascii() or "·" in line.en for line in low_income.standards)
    said = low_income.model_dump_json()
    groups = [group for group in story.answers.values() if isinstance(group, dict)]
    assert not any(group["id_number"] in said for group in groups if "id_number" in group)
