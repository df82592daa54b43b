"""A mandate that a clerk enters opens nothing outside the area of that clerk's window."""

from typing import Any

import pytest

from api.identity.acting import filing_mandate
from api.identity.errors import MandateLacking
from api.intake import Filing, file_case
from api.role import Purpose, Role
from api.session import sign_in as begin
from api.visit import Caller
from records.account import NewAccount, open_account
from records.lookup import fingerprint_subject
from records.window import WindowRow, add_window

pytestmark = pytest.mark.usefixtures("ruling")
APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
OTHER = {"name": "陈若兰", "id_number": "36090219470214268X"}
FRIEND = {"name": "李一", "id_number": "110105199001011232"}
NOWHERE = "440305-A-20260303-000000-0"


@pytest.fixture
def clerk_of(office):
    async def sign_in(area, region="440305") -> dict[str, str]:
        row = WindowRow(f"w-{area}", "窗口", "Window", region, area, "1", "某路", "Road", "工作日", "Days")
        await add_window(office.archive, row)
        new = NewAccount("oidc", f"s-{area}", "clerk", window_id=row.id, person={"name": "王窗口"})
        account = await open_account(office.archive, new, office.now())
        return {"authorization": f"Bearer {await begin(office, account)}"}

    return sign_in


@pytest.fixture
async def friend(client):
    answer = await client.post("/api/v1/sign-in/development", json=FRIEND)
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def enter(client, clerk, **changed: Any):
    signed = {"kind": "typed", "value": APPLICANT["name"]}
    body = {"representative": FRIEND, "principal": APPLICANT, "until": "2026-03-31", "signature": signed}
    body |= {"scope": ["follow", "file", "withdraw"]}
    return await client.post("/api/v1/mandates", json=body | changed, headers=clerk)


async def test_a_clerk_cannot_tell_a_case_elsewhere_from_none_nor_whose_it_is(
    client, number, clerk_of, friend
):
    clerk = await clerk_of("440305")
    told = [
        await enter(client, clerk, case=case, principal=principal)
        for case in (number, NOWHERE)
        for principal in (APPLICANT, OTHER)
    ]
    assert {one.status_code for one in told} == {422}
    assert len({str(one.json()["errors"]) for one in told}) == 1
    page = await client.get("/mandates", headers=clerk)
    assert page.status_code == 200
    assert (await client.get(f"/api/v1/own/cases/{number}", headers=friend)).status_code == 404


async def test_a_clerk_of_the_area_enters_it_for_the_case(client, number, clerk_of, friend):
    assert (await enter(client, await clerk_of("3609"), case=number)).status_code == 201
    assert (await client.get(f"/api/v1/own/cases/{number}", headers=friend)).status_code == 200


@pytest.mark.parametrize(("area", "opens"), [("440305", False), ("3609", True), ("", True)])
async def test_a_mandate_of_all_cases_counts_in_the_area_of_the_window_that_entered_it(  # noqa: PLR0917 - fixtures
    client, number, clerk_of, friend, area, opens
):
    assert (await enter(client, await clerk_of(area))).status_code == 201
    seen = await client.get(f"/api/v1/own/cases/{number}", headers=friend)
    assert seen.status_code == (200 if opens else 404)
    taken = await client.get(f"/m/cases/{number}/withdrawal", headers=friend)
    assert taken.status_code == (200 if opens else 404)
    assert (number in (await client.get("/m/cases", headers=friend)).text) is opens


async def test_nobody_files_elsewhere_under_it(client, office, clerk_of, friend, typed_filing):
    assert (await enter(client, await clerk_of("440305"))).status_code == 201
    account = (await client.get("/api/v1/me", headers=friend)).json()["account"]
    person = fingerprint_subject(office.archive.ring, "resident_id", FRIEND["id_number"])
    caller = Caller(account, Role.CITIZEN, Purpose.FILE_CASE, area=None, person=person)
    principal = fingerprint_subject(office.archive.ring, "resident_id", APPLICANT["id_number"])
    with pytest.raises(MandateLacking):
        await file_case(office, caller, Filing.model_validate(typed_filing), "key-1")
    assert await filing_mandate(office, caller, "bereavement", {principal}, "440305") is not None
    with pytest.raises(MandateLacking):
        await filing_mandate(office, caller, "bereavement", {principal}, "360900")
