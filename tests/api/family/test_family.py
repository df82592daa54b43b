"""Cases of one family: joined when filed, shown as one thing, apart again once erased."""

import json
from dataclasses import replace

import pytest

from api.role import Purpose, Role
from api.scope import check_family
from api.visit import Caller
from onething.errors import NotKnown
from records.audit import AuditEntry, entries_of
from records.case import erase_case, get_case
from tests.api.family.couple import WIFE, reused


async def test_an_erased_case_is_not_found_and_leaves_its_family(marriage, child, asked, client, office):
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    entry = AuditEntry(actor="dev-clerk", role="clerk", purpose="erase", action="erase_case", case=marriage)
    await erase_case(office.archive, marriage, office.now(), entry)
    view = (await client.get(f"/api/v1/families/{family}")).json()
    assert [one["number"] for one in view["cases"]] == [birth]
    assert reused(await asked()) == {}
    await erase_case(office.archive, birth, office.now(), replace(entry, case=birth))
    assert (await client.get(f"/api/v1/families/{family}")).status_code == 404


async def test_what_was_looked_up_and_is_erased_before_filing_joins_nothing(marriage, child, office):
    entry = AuditEntry(actor="dev-clerk", role="clerk", purpose="erase", action="erase_case", case=marriage)

    async def erased() -> None:
        await erase_case(office.archive, marriage, office.now(), entry)

    answer, _ = await child(between=erased)
    assert answer.status_code == 201
    assert (await get_case(office.archive, answer.json()["number"])).family is None


async def test_both_cases_are_one_family_with_one_page(marriage, child, client, office):
    assert (await get_case(office.archive, marriage)).family is None
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, marriage)).family
    assert family == (await get_case(office.archive, birth)).family
    view = (await client.get(f"/api/v1/families/{family}")).json()
    assert view["title"]["zh"] == "结婚、生育、落户一件事"
    assert [one["number"] for one in view["cases"]] == [marriage, birth]
    page = (await client.get(f"/families/{family}")).text
    assert page.index("公民婚育户一件事") < page.index("出生一件事")
    for number in (marriage, birth):
        assert f'href="/families/{family}"' in (await client.get(f"/cases/{number}")).text
    for shown in (page, json.dumps(view)):
        assert WIFE not in shown
        assert "彭" not in shown


async def test_a_family_opens_no_case_of_another_area(marriage, elsewhere, client, office):
    family, birth, clerk = elsewhere
    assert (await client.get(f"/api/v1/cases/{marriage}", headers=clerk)).status_code == 404
    view = (await client.get(f"/api/v1/families/{family}", headers=clerk)).json()
    assert [one["number"] for one in view["cases"]] == [birth]
    assert view["receipt"] is None
    for page in (f"/families/{family}", f"/cases/{birth}"):
        shown = await client.get(page, headers=clerk)
        assert shown.status_code == 200
        assert marriage not in shown.text
    read = [
        one.actor for one in await entries_of(office.archive, case=marriage) if one.action == "read_family"
    ]
    assert read == []
    whole = (await client.get(f"/api/v1/families/{family}")).json()
    assert [one["number"] for one in whole["cases"]] == [marriage, birth]


async def test_one_entry_stands_for_both_life_events(client):
    page = (await client.get("/")).text
    card = next(part for part in page.split('<li class="card') if "结婚、生育、落户一件事" in part)
    assert card.index("/bundles/marriage_birth_household/new") < card.index("/bundles/newborn/new")
    assert page.count("/bundles/newborn/new") == 1


@pytest.mark.parametrize(("area", "may"), [("", True), ("36", True), ("37", False), (None, False)])
async def test_a_window_elsewhere_hears_of_no_such_family(marriage, child, office, area, may):
    await child()
    family = (await get_case(office.archive, marriage)).family
    clerk = Caller("clerk-9", Role.CLERK, Purpose.FOLLOW_CASE, area=area)
    if may:
        await check_family(office, clerk, family)
        return
    with pytest.raises(NotKnown):
        await check_family(office, clerk, family)
