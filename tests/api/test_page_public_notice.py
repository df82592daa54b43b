"""A public notice shows a masked name and how many people, and nothing about a child is put up."""

import re
from html import unescape

import pytest

from onething.catalog_check import check_catalog
from onething.catalog_file import read_catalog
from onething.errors import CatalogError
from records.audit import entries_of
from runtime.settings import TREE

pytestmark = pytest.mark.usefixtures("ruling")


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "low_income_with_linked")


@pytest.fixture
async def case(file_story):
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


async def sheet(client, case, slot, query=""):
    return await client.get(
        f"/cases/{case}/slots/{slot}/public-notice{query}", headers={"accept": "text/html"}
    )


async def test_the_sheet_shows_what_may_be_public_and_nothing_else(client, case, story, office):
    page = await sheet(client, case, "low_income", "?from=2026-03-09")
    assert page.status_code == 200, page.text
    text = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))
    assert "孙*华" in text
    assert "家庭人口 4" in text
    assert "2026年3月9日至2026年3月16日（7个自然日）" in text
    assert "最低生活保障审核确认办法第二十四条" in text
    applicant = story.answers["applicant"]
    known = story.registers["population"][applicant["id_number"]]
    for secret in (applicant["name"], applicant["id_number"], applicant["phone"], known["address"]):
        assert secret not in page.text
    assert story.answers["need"]["help_reason"] not in page.text
    last = (await entries_of(office.archive, case=case))[-1]
    assert (last.action, last.fields) == ("print_public_notice", ("low_income",))


@pytest.mark.parametrize(
    ("day", "told"),
    [("9999-12-31", "不能晚于2027年"), ("0001-01-01", "不能早于2025年"), ("soon", "年-月-日")],
)
async def test_a_notice_begins_within_a_year_of_today(client, case, day, told):
    page = await sheet(client, case, "low_income", f"?from={day}")
    assert page.status_code == 422
    assert told in unescape(page.text)
    assert day not in page.text


@pytest.mark.parametrize("slot", ["disability_care", "nowhere"])
async def test_an_item_without_a_public_notice_has_no_sheet(client, case, slot):
    assert (await sheet(client, case, slot)).status_code == 404


async def test_the_sheet_speaks_english_too(client, case):
    assert "Public notice" in (await sheet(client, case, "low_income", "?lang=en")).text


def test_what_may_not_be_public_does_not_load(monkeypatch):
    catalog = read_catalog(TREE / "catalog")
    item = catalog.items["civil_affairs/low_income"][0]
    for shown, what in (("id_number(applicant)", "may not show id_number"), ("name(nobody)", "unknown role")):
        steps = tuple(
            step.model_copy(update={"shows": (shown,)}) if step.shows else step for step in item.steps
        )
        changed = item.model_copy(update={"steps": steps, "form": dict(item.form)})
        monkeypatch.setitem(catalog.items, "civil_affairs/low_income", (changed,))
        catalog.__dict__.pop("_boxes", None)
        with pytest.raises(CatalogError, match=what):
            check_catalog(catalog)
