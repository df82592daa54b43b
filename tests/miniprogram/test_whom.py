"""Filing for somebody else: whoever holds a mandate chooses the person first, and types nobody's number."""

import httpx2
import pytest

from onething.definition import Scenario
from tests.miniprogram import hand
from tests.miniprogram.door import Door
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
AGENT = {"name": "李一", "id_number": "110105199001011232"}


def bearer(door: Door, who: dict[str, str]) -> dict[str, str]:
    """Sign somebody in."""
    answer = httpx2.post(f"{door.address}/api/v1/sign-in/development", json=who)
    return {"authorization": f"Bearer {answer.raise_for_status().json()['token']}"}


@pytest.fixture
def mandate(door: Door, smooth: Scenario) -> str:
    """The daughter's mandate to file for her; gives its id."""
    number = str(smooth.answers["applicant"]["id_number"])
    own = {"name": str(smooth.registers["population"][number]["name"]), "id_number": number}
    asked = {
        "representative": AGENT,
        "scope": ["file", "follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": own["name"]},
    }
    made = httpx2.post(f"{door.address}/api/v1/mandates", json=asked, headers=bearer(door, own))
    return str(made.raise_for_status().json()["id"])


@pytest.fixture
def agent(phone: Phone, door: Door, mandate: str) -> Phone:
    """The phone of who holds it, before the first questions."""
    assert mandate
    token = bearer(door, AGENT)["authorization"].removeprefix("Bearer ")
    phone.start()
    phone.page.evaluate("token => program.wx.setStorageSync('token', token)", token)
    questions(phone)
    return phone


def questions(phone: Phone) -> None:
    phone.start("pages/start/start?bundle=bereavement")
    phone.head("身后一件事")
    phone.quiet()


def to_sections(phone: Phone, story: Scenario) -> None:
    hand.answer_situations(phone, story)
    phone.tap("同意查询并继续")
    phone.head("填写内容")
    phone.quiet()


def applicant(phone: Phone) -> dict[str, dict[str, object]]:
    """The fields of the section about who applies."""
    phone.tap("申请人", exact=False)
    phone.page.wait_for_function("program.pages().slice(-1)[0].route === 'pages/section/section'")
    phone.quiet()
    return {one["pointer"]: one for one in phone.fields()}


def test_the_first_question_is_for_whom_and_the_mandate_gives_name_and_number(
    agent: Phone, smooth: Scenario, door: Door
) -> None:
    phone = agent
    first = phone.fields()[0]
    assert (first["pointer"], first["value"]) == ("/for", "self")
    assert [one["label"] for one in first["options"]] == ["本人", "受陈若兰委托办理"]
    phone.choose("为谁办理", "受陈若兰委托办理")
    to_sections(phone, smooth)
    phone.see("受陈若兰委托办理")
    fields = applicant(phone)
    phone.see("受陈若兰委托办理")
    number = fields["/applicant/id_number"]
    assert (number["kind"], number["value"]) == ("own", smooth.answers["applicant"]["id_number"])
    phone.see("由委托人在授权委托中提供")
    assert fields["/representative/name"]["value"] == AGENT["name"]
    assert fields["/representative/id_number"]["value"] == AGENT["id_number"]
    phone.tap("保存")
    phone.head("填写内容")
    phone.quiet()
    reached = {"representative": {**AGENT, "phone": "13800001111"}}
    smooth = smooth.model_copy(update={"answers": {**smooth.answers, **reached}})
    hand.fill_sections(phone, smooth)
    hand.photograph_all(phone)
    hand.go_to_submission(phone)
    phone.tap("提交")
    phone.see("请填写新户主姓名")
    phone.quiet()
    phone.tap("去补充或改正")
    hand.fill_sections(phone, smooth)
    hand.go_to_submission(phone)
    phone.tap("提交")
    phone.page.wait_for_function("program.stack[0].page.route === 'pages/case/case'")
    (filed,) = door.engine.started.values()
    assert (filed.mode, filed.origin) == ("on_behalf", "representative")
    phone.start("pages/cases/cases")
    phone.see("受陈若兰委托办理")
    phone.quiet()


def test_a_representative_signs_as_one(agent: Phone, smooth: Scenario) -> None:
    phone = agent
    phone.choose("为谁办理", "受陈若兰委托办理")
    to_sections(phone, smooth)
    phone.tap("核对信息")
    phone.head("核对信息")
    phone.see("代理人签名")
    phone.quiet()
    assert phone.screen.get_by_text("申请人签名").count() == 0


def test_who_files_for_themselves_again_leaves_nothing_of_the_other(agent: Phone, smooth: Scenario) -> None:
    phone = agent
    phone.choose("为谁办理", "受陈若兰委托办理")
    to_sections(phone, smooth)
    questions(phone)
    assert phone.fields()[0]["value"] != "self"
    phone.choose("为谁办理", "本人")
    to_sections(phone, smooth)
    fields = applicant(phone)
    assert fields["/applicant/id_number"]["value"] == AGENT["id_number"]
    assert smooth.answers["applicant"]["id_number"] not in str(phone.kept("drafts"))


def test_a_mandate_that_ended_meanwhile_is_told_at_the_number(
    agent: Phone, smooth: Scenario, door: Door, mandate: str
) -> None:
    phone = agent
    phone.choose("为谁办理", "受陈若兰委托办理")
    to_sections(phone, smooth)
    place = f"{door.address}/api/v1/mandates/{mandate}/revocation"
    httpx2.post(place, json={}, headers=bearer(door, AGENT)).raise_for_status()
    number = applicant(phone)["/applicant/id_number"]
    assert number["kind"] == "line"
    assert "须先取得对方的授权" in number["errors"][0]  # type: ignore[index]


def test_who_cannot_file_for_themselves_has_to_choose(phone: Phone, door: Door, smooth: Scenario) -> None:
    staff = bearer(door, {"account": "representative"})
    for name, number in (("陈若兰", str(smooth.answers["applicant"]["id_number"])), *[tuple(AGENT.values())]):
        own = bearer(door, {"name": name, "id_number": number})
        (agent,) = httpx2.get(f"{door.address}/api/v1/representatives", headers=own).json()
        asked = {
            "agent": agent["account"],
            "scope": ["file"],
            "until": "2026-03-31",
            "signature": {"kind": "typed", "value": name},
        }
        httpx2.post(f"{door.address}/api/v1/mandates", json=asked, headers=own).raise_for_status()
    token = staff["authorization"].removeprefix("Bearer ")
    phone.start()
    phone.page.evaluate("token => program.wx.setStorageSync('token', token)", token)
    questions(phone)
    assert {one["label"] for one in phone.fields()[0]["options"]} == {"受李一委托办理", "受陈若兰委托办理"}
    phone.tap("下一步")
    phone.quiet()
    assert phone.fields()[0]["errors"]
    phone.choose("为谁办理", "受李一委托办理")
    assert phone.fields()[0]["errors"] == []
    hand.answer_situations(phone, smooth)


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_the_question(agent: Phone, *, large: bool) -> None:
    phone = agent
    phone.enlarge(large)
    questions(phone)
    looked_at(phone, 60 if large else 44)
