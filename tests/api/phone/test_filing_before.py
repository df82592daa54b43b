"""A second filing about the same person: whoever may see the first is told of it before anything is lost."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from records.schema import case as cases

OTHER = {"name": "李一", "id_number": "110105199001011232"}
HEADING = "同一当事人办过这件事"


async def named(phone):
    """A new draft whose deceased has just been named; gives the page after that one."""
    return await phone.fill(await phone.begin("bereavement"), "/sections/")


@pytest.fixture
async def number(signed_in):
    """A case that whoever is signed in has filed."""
    return (await signed_in.file("bereavement")).path.rpartition("/")[2]


async def test_ones_own_open_case_is_named_as_soon_as_the_person_is(signed_in, number):
    first = await signed_in.begin("bereavement")
    assert HEADING not in first.text
    page = await signed_in.fill(first, "/sections/")
    assert page.path != first.path
    assert HEADING in page.text
    assert f"/m/cases/{number}" in page.links
    assert "请在原办件中办理" in page.text
    place = first.path.partition("/sections/")[0]
    for path in (place, f"{place}/check", f"{place}/notice", first.path):
        assert f"/m/cases/{number}" in (await signed_in.get(path)).links, path
    plain = await signed_in.get(page.path)
    assert HEADING not in plain.text
    english = await signed_in.get(f"{place}?lang=en")
    assert f"/m/cases/{number}?lang=en" in english.links


async def test_programs_are_told_the_same(signed_in, number):
    first = await signed_in.begin("bereavement")
    place = f"/api/v1/own/drafts/{first.path.split('/')[3]}/before"
    assert (await signed_in.client.get(place)).json() == []
    await signed_in.fill(first, "/sections/")
    (told,) = (await signed_in.client.get(place)).json()
    assert (told["number"], told["submitted_on"], told["closed_on"]) == (number, "2026-03-03", None)
    await signed_in.sign_in(**OTHER)
    assert (await signed_in.client.get(place)).status_code == 404


async def test_one_that_has_ended_is_named_too(signed_in, number, office):
    ended = update(cases).where(cases.c.number == number).values(closed_at=datetime(2026, 3, 3, tzinfo=UTC))
    await office.archive.database.write(lambda connection: connection.execute(ended))
    page = await named(signed_in)
    assert "2026年3月3日办结" in page.text
    assert "确需另办的，可以继续" in page.text


async def test_whoever_may_not_see_it_learns_nothing(signed_in, number):
    await signed_in.sign_in(**OTHER)
    page = await named(signed_in)
    place = page.path.partition("/sections/")[0]
    for path in (place, f"{place}/check"):
        page = await signed_in.get(path)
        assert HEADING not in page.text
        assert number not in page.text


async def test_under_a_mandate_it_is_named_and_the_list_says_for_whom(signed_in, number, story):
    own = story.answers["applicant"]
    asked = {
        "representative": OTHER,
        "scope": ["file", "follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": own["name"]},
    }
    made = await signed_in.client.post("/api/v1/mandates", json=asked)
    assert made.status_code == 201, made.text
    mine = await signed_in.get("/m/cases")
    assert "委托</span>" not in mine.text
    home = await signed_in.sign_in(**OTHER)
    listed = await signed_in.get("/m/cases")
    assert "受陈若兰委托" in home.text
    assert "受陈若兰委托" in listed.text
    assert "for 陈若兰, under their mandate" in (await signed_in.get("/m/cases?lang=en")).text
    (line,) = (await signed_in.client.get("/api/v1/own/cases")).json()
    assert (line["number"], line["principal"]) == (number, own["name"])
    assert f"/m/cases/{number}" in (await named(signed_in)).links
