"""Two filings of one item are told apart by what their life event calls each of them."""

import re

import pytest

from onething.case_event import GateOpened

ITEM = "户口登记项目变更（婚姻状况）"
HUSBAND, WIFE = "户口登记项目变更（男方婚姻状况）", "户口登记项目变更（女方婚姻状况）"


@pytest.fixture(scope="session")
def life_event():
    return "marriage_birth_household"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("marriage_birth_household", "smooth_four_items")


@pytest.fixture
async def police(number, at, engine):
    """A handler of the police once the couple has married."""
    await engine.says(number, "appointment", {"kind": "granted"})
    await engine.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
    await engine.work()
    married = [
        {"fact": "marriage_date(registration)", "value": "2026-03-03"},
        {"fact": "marriage_certificate_no(registration)", "value": "J360902-2026-000123"},
    ]
    await engine.says(number, "marriage", {"kind": "granted", "effects": married})
    await engine.work()
    return await at("police")


async def test_husband_and_wife_stand_in_the_inbox_under_their_own_names(police):
    page = await police.open("/desk")
    assert page.count(f">{HUSBAND}</a>") == page.count(f">{WIFE}</a>") == 1
    assert f">{ITEM}</a>" not in page


async def test_work_orders_and_letters_about_them_are_told_apart_too(police, number, engine, client, visitor):
    item = await police.item(WIFE)
    supervisor = await visitor(account="supervisor")
    place = f"/supervision/cases/{number}/slots/wife_status"
    mark = re.search(r'name="csrf" value="([^"]*)"', (await supervisor.get(place)).text)
    assert mark is not None
    sent = await supervisor.post(f"{place}/letter", data={"csrf": mark[1], "words": "请说明进度"})
    assert sent.status_code == 303, sent.text
    assert f'href="/desk/items/{item}">{WIFE}</a></p>' in await police.open("/desk")
    await police.open(f"/desk/items/{item}")
    await police.act(item, "grant")
    await engine.work()
    answer = await client.post(f"/api/v1/cases/{number}/revocation", json={"reason": "record_wrong"})
    assert answer.status_code == 200, answer.text
    await engine.work()
    page = await police.open("/desk/orders")
    assert f"<h2>{WIFE}：" in page
    assert f"<h2>{ITEM}：" not in page


async def test_a_result_that_is_written_wrongly_says_how_it_is_written(number, at, engine):
    await engine.says(number, "appointment", {"kind": "granted"})
    await engine.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
    await engine.work()
    office = await at("civil_affairs")
    item = await office.item("结婚登记")
    assert '<p class="hint">6 至 30 个字符</p>' in office.page
    typed = {
        "/effects/marriage_date(registration)": "2026-03-03",
        "/effects/marriage_certificate_no(registration)": "J36",
    }
    page = await office.act(item, "grant", 422, **typed)
    assert "结婚证字号的写法不对，请核对：6 至 30 个字符" in page
