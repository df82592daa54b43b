"""What a clerk may file: in the area of the window, and for a representative only where there is one."""

from datetime import datetime
from typing import Any

import httpx2
import pytest

from api.session import sign_in
from records.account import NewAccount, open_account
from records.window import WindowRow, add_window

APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
CLAIM = {"origin": "representative", "mode": "on_behalf"}


@pytest.fixture
def clerk_of(office):
    async def begin(area, region) -> dict[str, str]:
        row = WindowRow(f"w-{area}", "窗口", "Window", region, area, "1", "某路", "Road", "工作日", "Days")
        await add_window(office.archive, row)
        new = NewAccount("oidc", f"s-{area}", "clerk", window_id=row.id, person={"name": "王窗口"})
        account = await open_account(office.archive, new, office.now())
        return {"authorization": f"Bearer {await sign_in(office, account)}"}

    return begin


@pytest.fixture
def file(client, typed_filing):
    async def send(headers=None, **changed: Any) -> httpx2.Response:
        key = {"Idempotency-Key": "key-1"}
        return await client.post("/api/v1/cases", json=typed_filing | changed, headers=key | (headers or {}))

    return send


async def test_a_clerk_files_nothing_outside_the_area_and_nothing_begins(clerk_of, file, engine):
    clerk = await clerk_of("360902", "360902")
    answer = await file(clerk, region="440305")
    (told,) = answer.json()["errors"]
    assert (answer.status_code, told["pointer"], told["code"]) == (422, "/region", "not_served")
    assert "本窗口服务范围" in told["zh"]
    assert "not served by your window" in told["en"]
    assert engine.started == {}
    assert (await file(clerk, region="360902")).status_code == 201


async def test_a_window_files_in_its_own_region_too(clerk_of, file):
    assert (await file(await clerk_of("360902", "360900"), region="360900")).status_code == 201


async def test_a_clerk_claims_no_representative_without_a_mandate(file, engine):
    answer = await file(**CLAIM)
    (told,) = answer.json()["errors"]
    assert (answer.status_code, told["pointer"], told["code"]) == (422, "/origin", "not_mandated")
    assert "授权委托" in told["zh"]
    assert engine.started == {}


@pytest.mark.parametrize(
    ("limit", "taken"),
    [({}, True), ({"bundle": "newborn"}, False), ({"scope": ["follow"]}, False), ({"case": None}, True)],
)
async def test_with_a_mandate_of_the_applicant_the_case_says_so(client, file, engine, limit, taken):
    body = {
        "principal": APPLICANT,
        "representative": {"name": "李一", "id_number": "110105199001011232"},
        "scope": ["file"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": APPLICANT["name"]},
    }
    assert (await client.post("/api/v1/mandates", json=body | limit)).status_code == 201
    answer = await file(**CLAIM)
    assert answer.status_code == (201 if taken else 422)
    if taken:
        begun = engine.started[answer.json()["number"]]
        assert (begun.origin, begun.mode) == ("representative", "on_behalf")


@pytest.mark.parametrize("mode", ["self", "assisted", "on_behalf"])
async def test_a_clerk_who_types_for_a_present_applicant_needs_no_mandate(file, engine, mode):
    answer = await file(origin="window", mode=mode)
    assert answer.status_code == 201
    assert engine.started[answer.json()["number"]].mode == mode


class TestWithTheRepresentativesOwnDetails:
    @pytest.fixture
    def story(self, catalog):
        return catalog.scenario("bereavement", "died_at_home")

    @pytest.fixture
    def clock(self, story):
        return lambda: datetime.fromisoformat(story.filed_at)

    async def test_the_form_that_names_the_representative_is_filed_as_such(self, file_story, engine):
        answer = await file_story(**CLAIM)
        assert answer.status_code == 201, answer.text
        assert engine.started[answer.json()["number"]].origin == "representative"
