"""An item that follows from another's grant says so at its desk: which one, who granted it, and when."""

import re

import pytest


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "low_income_with_linked")


async def test_a_linked_item_names_the_grant_that_it_follows_from_with_its_day(number, at, engine):
    report = [{"fact": "check_report_no(economy)", "value": "HD2026-0301"}]
    await engine.says(number, "means_check", {"kind": "granted", "effects": report})
    await engine.work()
    bureau = await at("civil_affairs")
    await bureau.item("最低生活保障审核确认")
    assert "办理依据" not in bureau.page
    await engine.says(number, "low_income", {"kind": "granted"})
    await engine.work()
    linked = engine.cases[number].definition.slots
    (title,) = [one.title.zh for one in linked if one.slot == "disability_living"]
    item = await bureau.item(title)
    basis = "依据“最低生活保障审核确认”的批准办理；"
    (told,) = re.findall(r"<strong>办理依据</strong>：([^<]*)</p>", bureau.page)
    assert told.startswith(basis)
    assert re.fullmatch(r".*民政.*2026年3月3日批准", told.removeprefix(basis))
    english = await bureau.open(f"/desk/items/{item}?lang=en")
    assert "follows from the grant of" in english
    assert "on 3 March 2026" in english
