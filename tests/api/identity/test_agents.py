"""A staff representative's page: their own people's cases, and visits with place, picture and signature."""

import httpx2
import pytest
from sqlalchemy import text

from records.account import change_account
from records.mandate import mandates_of
from records.visit import visits_of

pytestmark = pytest.mark.usefixtures("ruling")
APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
VISIT = {
    "visited_at": "2026-03-03T09:30",
    "place": "袁州区某村 3 组",
    "with_whom": "陈若兰、村民组长",
    "signature": "陈若兰",
}


async def sign_in(client, **who: str):
    answer = await client.post("/api/v1/sign-in/development", json=who)
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
async def agent(client):
    return await sign_in(client, account="representative")


@pytest.fixture
async def applicant(client):
    return await sign_in(client, **APPLICANT)


@pytest.fixture
async def mandate(client, agent, applicant):
    account = (await client.get("/api/v1/me", headers=agent)).json()["account"]
    body = {
        "agent": account,
        "scope": ["follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": "陈若兰"},
    }
    return (await client.post("/api/v1/mandates", json=body, headers=applicant)).json()["id"]


@pytest.fixture
def visit(client, agent):
    async def log(files: dict[str, tuple[str, bytes]] | None = None, **form: str) -> httpx2.Response:
        return await client.post("/agents/visits", data=form, files=files or {}, headers=agent)

    return log


async def test_an_agent_follows_the_cases_of_those_who_gave_a_mandate_and_of_nobody_else(
    client, number, agent, applicant, mandate
):
    page = await client.get("/agents", headers=agent)
    assert number in page.text
    assert "陈若兰" in page.text
    assert "示范镇便民服务中心" in page.text
    assert APPLICANT["id_number"] not in page.text
    await client.post(f"/api/v1/mandates/{mandate}/revocation", headers=applicant)
    page = await client.get("/agents", headers=agent)
    assert number not in page.text
    assert "陈若兰" not in page.text


@pytest.mark.parametrize(("area", "seen"), [("110105", False), ("3609", True), ("", True), (None, True)])
async def test_an_agent_with_an_area_sees_no_case_outside_it(  # noqa: PLR0917 - fixtures
    client, office, number, agent, mandate, area, seen
):
    account = (await client.get("/api/v1/me", headers=agent)).json()["account"]
    await change_account(office.archive, account, area=area)
    answer = await client.get(f"/api/v1/own/cases/{number}", headers=agent)
    assert answer.status_code == (200 if seen else 404)
    for place in ("/agents", "/m/cases", "/agents/visits"):
        assert (number in (await client.get(place, headers=agent)).text) is seen, place
    held = (await client.get("/api/v1/mandates", headers=agent)).json()
    assert [one["id"] for one in held] == [mandate]


async def test_a_visit_names_a_case_of_the_very_mandate_it_is_made_under(  # noqa: PLR0917 - fixtures
    client, office, number, agent, mandate, visit
):
    account = (await client.get("/api/v1/me", headers=agent)).json()["account"]
    other = {"name": "李一", "id_number": "110105199001011232"}
    body = {
        "agent": account,
        "scope": ["follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": "李一"},
    }
    made = await client.post("/api/v1/mandates", json=body, headers=await sign_in(client, **other))
    answer = await visit(mandate=made.json()["id"], case=number, **VISIT)
    assert answer.status_code == 422
    assert 'id="case-error"' in answer.text
    assert await visits_of(office.archive, account) == ()
    assert (await visit(mandate=mandate, case=number, **VISIT)).status_code == 303


async def test_without_a_mandate_there_is_nothing_to_follow_and_nobody_to_visit(client, number, agent, visit):
    page = await client.get("/agents", headers=agent)
    assert number not in page.text
    assert "/agents/visits" not in page.text
    answer = await visit(mandate="0" * 32, **VISIT)
    assert answer.status_code == 422


async def test_a_visit_is_kept_sealed_with_its_picture_and_shown_to_who_made_it(  # noqa: PLR0917 - fixtures
    client, office, number, agent, mandate, visit
):
    answer = await visit({"photo": ("p.png", PNG)}, mandate=mandate, case=number, **VISIT)
    assert answer.status_code == 303
    page = await client.get("/agents", headers=agent)
    for shown in ("袁州区某村 3 组", "村民组长", number, "<dt>走访对象</dt><dd>陈若兰</dd>"):
        assert shown in page.text
    place = page.text.partition('href="/agents/visits/')[2].partition('"')[0]
    photo = await client.get(f"/agents/visits/{place}", headers=agent)
    assert (photo.content, photo.headers["content-type"]) == (PNG, "image/png")
    rows = await office.archive.database.read(lambda c: c.execute(text("select * from agent_visit")).all())
    assert "某村".encode() not in rows[0].sealed_note
    assert PNG not in rows[0].sealed_photo
    other = await sign_in(client, account="clerk")
    assert (await client.get(f"/agents/visits/{place}", headers=other)).status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": ""}, "place"),
        ({"with_whom": ""}, "with_whom"),
        ({"signature": ""}, "signature"),
        ({"visited_at": "yesterday"}, "visited_at"),
        ({"visited_at": "2026-03-03T10:06"}, "visited_at"),
        ({"visited_at": "2026-01-31T10:00"}, "visited_at"),
        ({"case": "360900-A-20260303-000000-0"}, "case"),
        ({"done": "长" * 2001}, "done"),
    ],
)
async def test_what_is_no_visit_is_told_at_its_field(mandate, visit, changed, field):
    answer = await visit(mandate=mandate, **VISIT | changed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


async def test_a_signature_may_be_a_picture(client, agent, mandate, visit):
    answer = await visit({"signature_photo": ("s.png", PNG)}, mandate=mandate, **VISIT | {"signature": ""})
    assert answer.status_code == 303
    assert "手写签名" in (await client.get("/agents", headers=agent)).text


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"%PDF-1.7\n", 415), (b"<script>alert(1)</script>", 415), (PNG + b"0" * (10 << 20), 413)],
)
async def test_a_picture_that_is_none_or_too_large_is_refused(mandate, visit, data, status):
    answer = await visit({"photo": ("p.png", data)}, mandate=mandate, **VISIT)
    assert answer.status_code == status


@pytest.mark.parametrize("field", ["photo", "signature_photo"])
@pytest.mark.parametrize(
    ("data", "code"),
    [(PNG[:40] + b"<script>alert(1)</script>" + PNG[40:], "夹带了其他格式"), (PNG[:-8], "不完整")],
    ids=["a page inside", "cut short"],
)
async def test_pictures_of_a_visit_are_screened_like_papers(mandate, visit, field, data, code):
    answer = await visit({field: ("p.png", data)}, mandate=mandate, **VISIT)
    assert answer.status_code == 422
    told = answer.text.partition(f'id="{field}-error">')[2].partition("</p>")[0]
    assert code in told


async def test_while_the_virus_scanner_is_away_no_picture_is_taken(office, agent, mandate, visit, client):
    object.__setattr__(office.settings, "clamd", "127.0.0.1:9")
    answer = await visit({"photo": ("p.png", PNG)}, mandate=mandate, **VISIT)
    assert answer.status_code == 503
    assert VISIT["place"] not in (await client.get("/agents", headers=agent)).text


async def test_what_is_typed_stays_text(client, agent, mandate, visit):
    await visit(mandate=mandate, **VISIT | {"place": "<script>alert(1)</script>"})
    page = await client.get("/agents", headers=agent)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_the_form_offers_ones_own_people_and_cases(client, office, number, agent, mandate):
    page = await client.get("/agents/visits?lang=en", headers=agent)
    assert f'value="{mandate}"' in page.text
    assert f'value="{number}"' in page.text
    assert len(await mandates_of(office.archive, {"account:nobody"})) == 0
