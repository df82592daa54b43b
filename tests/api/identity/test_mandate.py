"""Who may act for whom: made, seen, ended, and refused at the door and by the case."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api import standing
from api.identity.acting import filing_mandate
from api.identity.errors import MandateLacking
from api.intake import Filing, file_case
from api.role import Purpose, Role
from api.scope import check_case
from api.session import sign_in as begin
from api.visit import CALLER, Caller
from api.withdrawal import WithdrawalReason, WithdrawalRequest, withdraw
from onething.errors import ActionRejected, NotKnown
from onething.mandate import MandateScope
from records.account import NewAccount, open_account
from records.audit import entries_of
from records.lookup import fingerprint_subject
from records.mandate import counting_for
from records.party import standing_of
from records.schema_account import account as accounts

pytestmark = pytest.mark.usefixtures("ruling")
APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
FRIEND = {"name": "李一", "id_number": "110105199001011232"}
SIGNED = {"kind": "typed", "value": "陈若兰"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


async def sign_in(client, **who: str):
    answer = await client.post("/api/v1/sign-in/development", json=who)
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def give(client, headers, **changed: Any):
    body = {"representative": FRIEND, "scope": ["follow"], "until": "2026-03-31", "signature": SIGNED}
    return await client.post("/api/v1/mandates", json=body | changed, headers=headers)


@pytest.fixture
async def applicant(client):
    return await sign_in(client, **APPLICANT)


@pytest.fixture
async def friend(client):
    return await sign_in(client, **FRIEND)


@pytest.fixture
async def calling(client, office, friend):
    """The friend as a caller, for a purpose."""
    account = (await client.get("/api/v1/me", headers=friend)).json()["account"]
    person = fingerprint_subject(office.archive.ring, "resident_id", FRIEND["id_number"])

    def for_(purpose: Purpose = Purpose.FOLLOW_CASE) -> Caller:
        return Caller(account, Role.CITIZEN, purpose, area=None, person=person)

    return for_


async def test_a_citizen_gives_a_mandate_and_both_see_it_with_numbers_masked(client, applicant, friend):
    made = await give(client, applicant, scope=["withdraw", "follow", "follow"])
    assert made.status_code == 201
    assert [one["scope"] for one in made.json()["scope"]] == ["follow", "withdraw"]
    given = (await client.get("/api/v1/mandates", headers=applicant)).json()
    held = (await client.get("/api/v1/mandates", headers=friend)).json()
    assert [(one["given"], one["state"]) for one in given + held] == [(True, "counts"), (False, "counts")]
    assert held[0]["principal"] == APPLICANT["name"]
    for number in (APPLICANT["id_number"], FRIEND["id_number"]):
        assert number not in str(given + held)
    one = await client.get(made.headers["location"], headers=friend)
    assert one.json()["representative_number"].endswith("1232")


async def test_who_signed_in_without_a_name_is_told_to_have_it_entered_at_a_window(client, office):
    person = fingerprint_subject(office.archive.ring, "resident_id", APPLICANT["id_number"])
    told = {"id_number": APPLICANT["id_number"]}
    new = NewAccount("provincial", "p-1", "citizen", person_blind=person, verified=True, person=told)
    token = await begin(office, await open_account(office.archive, new, office.now()))
    nameless = {"authorization": f"Bearer {token}"}
    answer = await give(client, nameless)
    assert answer.status_code == 422
    (entry,) = answer.json()["errors"]
    assert (entry["pointer"], entry["code"]) == ("/principal/name", "required")
    assert "窗口" in entry["zh"]
    assert "window" in entry["en"]


async def test_nobody_else_sees_it_or_ends_it(client, applicant):
    made = (await give(client, applicant)).json()
    stranger = await sign_in(client, name="王二", id_number="11010519491231002X")
    assert (await client.get("/api/v1/mandates", headers=stranger)).json() == []
    place = f"/api/v1/mandates/{made['id']}"
    assert (await client.get(place, headers=stranger)).status_code == 404
    assert (await client.post(f"{place}/revocation", headers=stranger)).status_code == 404
    assert (await client.get(place, headers=applicant)).json()["state"] == "counts"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"signature": {"kind": "typed", "value": "别人"}}, "/signature"),
        ({"signature": {"kind": "drawn", "value": "bm90IGEgcGljdHVyZQ=="}}, "/signature"),
        ({"representative": APPLICANT}, "/representative/id_number"),
        ({"representative": FRIEND | {"id_number": "110105199001011231"}}, "/representative/id_number"),
        ({"representative": None}, "/representative"),
        ({"agent": "0" * 32}, "/agent"),
        ({"until": "2026-03-02"}, "/until"),
        ({"until": "2027-03-05"}, "/until"),
        ({"starts_on": "2026-03-02"}, "/starts_on"),
        ({"starts_on": "9999-12-31", "until": "2026-03-31"}, "/starts_on"),
        ({"until": "9999-12-31"}, "/until"),
        ({"bundle": "no_such_event"}, "/bundle"),
        ({"case": "360900-A-20260303-000000-0"}, "/case"),
        ({"scope": []}, "/scope"),
        ({"scope": ["everything"]}, "/scope/0"),
    ],
)
async def test_what_makes_no_mandate_is_told_at_its_field(client, applicant, changed, pointer):
    answer = await give(client, applicant, **changed)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await client.get("/api/v1/mandates", headers=applicant)).json() == []


async def test_a_drawn_signature_signs_too(client, applicant):
    answer = await give(client, applicant, signature={"kind": "drawn", "value": PNG})
    assert answer.status_code == 201
    assert PNG not in answer.text


async def test_a_clerk_enters_the_mandate_of_whoever_stands_at_the_window(client, applicant):
    clerk = await sign_in(client, account="clerk")
    assert (await give(client, clerk)).json()["errors"][0]["pointer"] == "/principal"
    made = (await give(client, clerk, principal=APPLICANT)).json()
    assert made["at_window"] is True
    seen = (await client.get("/api/v1/mandates", headers=applicant)).json()
    assert [(one["id"], one["given"]) for one in seen] == [(made["id"], True)]
    ended = await client.post(f"/api/v1/mandates/{made['id']}/revocation", headers=applicant)
    assert ended.json()["state"] == "revoked"


async def test_a_staff_representative_is_chosen_from_a_list(client, applicant):
    agent = await sign_in(client, account="representative")
    listed = (await client.get("/api/v1/representatives", headers=applicant)).json()
    assert [(one["name"], one["organisation"]) for one in listed] == [("代办员", "示范镇便民服务中心")]
    made = await give(client, applicant, representative=None, agent=listed[0]["account"])
    assert made.json()["organisation"] == "示范镇便民服务中心"
    assert len((await client.get("/api/v1/mandates", headers=agent)).json()) == 1


async def test_whoever_nobody_has_proven_gives_no_mandate(client, office, applicant):
    account = (await client.get("/api/v1/me", headers=applicant)).json()["account"]
    unproven = update(accounts).where(accounts.c.id == account).values(verified=False)
    await office.archive.database.write(lambda connection: connection.execute(unproven))
    answer = await give(client, applicant)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity_unproven")


async def test_a_mandate_opens_the_case_for_what_it_covers(client, office, number, applicant, calling):
    with pytest.raises(NotKnown):
        await check_case(office, calling(), number)
    await give(client, applicant, scope=["follow"])
    await check_case(office, calling(), number)
    for purpose in (Purpose.STEER_CASE, Purpose.HAND_OUT_RECEIPT, Purpose.FILE_CASE):
        with pytest.raises(MandateLacking):
            await check_case(office, calling(purpose), number)


@pytest.mark.parametrize("limit", [{"bundle": "newborn"}, {"starts_on": "2026-03-04"}])
async def test_another_life_event_or_a_later_day_opens_nothing(  # noqa: PLR0917 - fixtures
    client, office, number, applicant, calling, limit
):
    await give(client, applicant, **limit)
    with pytest.raises(NotKnown):
        await check_case(office, calling(), number)


async def test_a_mandate_for_one_case_opens_that_one(client, office, number, applicant, calling):
    assert (await give(client, applicant, case=number)).status_code == 201
    await check_case(office, calling(), number)


async def test_a_mandate_for_somebody_elses_case_is_not_made(client, number, friend):
    answer = await give(
        client,
        friend,
        case=number,
        representative=APPLICANT,
        signature=SIGNED | {"value": FRIEND["name"]},
    )
    assert answer.json()["errors"][0]["pointer"] == "/case"


async def test_it_ends_with_its_last_day_and_at_once_when_revoked(client, office, number, applicant, calling):
    made = (await give(client, applicant, until="2026-03-03")).json()
    parties = calling().parties
    day = office.today()
    assert len(await counting_for(office.archive, number, parties, day)) == 1
    assert await counting_for(office.archive, number, parties, day + timedelta(days=1)) == ()
    await client.post(f"/api/v1/mandates/{made['id']}/revocation", headers=applicant)
    with pytest.raises(NotKnown):
        await check_case(office, calling(), number)
    told = [one.action for one in await entries_of(office.archive)]
    assert {"make_mandate", "revoke_mandate"} <= set(told)


async def test_what_is_done_under_a_mandate_carries_it_and_the_case_refuses_what_it_does_not_cover(  # noqa: PLR0917 - fixtures
    client, office, number, applicant, calling, engine
):
    await give(client, applicant, scope=["follow", "withdraw"])
    caller = calling(Purpose.STEER_CASE)
    CALLER.set(caller)
    await withdraw(office, caller, number, WithdrawalRequest(reason=WithdrawalReason.NOT_WANTED))
    action = engine.updates[-1][1]
    assert action.mandate.scope == (MandateScope.FOLLOW, MandateScope.WITHDRAW)
    with pytest.raises(ActionRejected) as told:
        await engine.act(
            number,
            action.model_copy(
                update={"mandate": action.mandate.model_copy(update={"scope": (MandateScope.FOLLOW,)})}
            ),
        )
    assert told.value.params["what"] == "the mandate does not cover this"


async def test_without_a_mandate_for_it_nothing_reaches_the_case(  # noqa: PLR0917 - fixtures
    client, office, number, applicant, calling, engine
):
    await give(client, applicant, scope=["follow"])
    caller = calling(Purpose.STEER_CASE)
    CALLER.set(caller)
    before = len(engine.updates)
    with pytest.raises(MandateLacking):
        await withdraw(office, caller, number, WithdrawalRequest(reason=WithdrawalReason.NOT_WANTED))
    assert len(engine.updates) == before


async def test_in_ones_own_right_no_mandate_is_carried(office, number, calling, engine):
    person = fingerprint_subject(office.archive.ring, "resident_id", APPLICANT["id_number"])
    caller = replace(calling(Purpose.STEER_CASE), account="own", person=person)
    CALLER.set(caller)
    await withdraw(office, caller, number, WithdrawalRequest(reason=WithdrawalReason.NOT_WANTED))
    assert engine.updates[-1][1].mandate is None


async def test_a_representative_files_under_a_mandate_and_the_case_says_so(  # noqa: PLR0917 - fixtures
    client, office, applicant, calling, typed_filing, engine
):
    caller = calling(Purpose.FILE_CASE)
    filing = Filing.model_validate(typed_filing)
    with pytest.raises(MandateLacking):
        await file_case(office, caller, filing, "key-1")
    await give(client, applicant, scope=["follow"])
    with pytest.raises(MandateLacking):
        await file_case(office, caller, filing, "key-1")
    made = (await give(client, applicant, scope=["file", "follow"])).json()
    number = (await file_case(office, caller, filing, "key-1")).number
    assert engine.started[number].origin == "representative"
    assert engine.started[number].mode == "on_behalf"
    header = await standing.header_of(office, await standing.standing_of(office, number))
    assert header.representative.name == "李*"
    assert header.reduction.trips == 0
    assert header.reduction.trips_separate > 1
    capacities = {capacity for capacity, _ in (await standing_of(office.archive, number)).parties}
    assert capacities == {"applicant", "subject"}
    await check_case(office, replace(caller, purpose=Purpose.FOLLOW_CASE), number)
    await client.post(f"/api/v1/mandates/{made['id']}/revocation", headers=applicant)
    with pytest.raises(MandateLacking):
        await filing_mandate(office, caller, "bereavement", {"x"})


async def test_a_citizen_files_their_own_case_as_such(office, calling, typed_filing, engine):
    person = fingerprint_subject(office.archive.ring, "resident_id", APPLICANT["id_number"])
    caller = replace(calling(Purpose.FILE_CASE), person=person)
    number = (await file_case(office, caller, Filing.model_validate(typed_filing), "key-1")).number
    assert engine.started[number].origin == "self"
    assert engine.started[number].mode == "self"
    capacities = {capacity for capacity, _ in (await standing_of(office.archive, number)).parties}
    assert capacities == {"filer", "applicant", "subject"}


FORM = {
    "principal_name": "陈若兰",
    "principal_id_number": APPLICANT["id_number"],
    "representative_name": FRIEND["name"],
    "representative_id_number": FRIEND["id_number"],
    "scope": ["follow", "receive"],
    "until": "2026-03-31",
    "signature": "陈若兰",
}


async def test_a_clerk_enters_and_ends_one_on_a_page(client, applicant):
    clerk = await sign_in(client, account="clerk")
    assert (await client.get("/mandates", headers=clerk)).status_code == 200
    answer = await client.post("/mandates", data=FORM, headers=clerk)
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"], headers=clerk)
    assert "查询进度、领取回执" in page.text
    assert APPLICANT["id_number"] not in page.text
    assert len((await client.get("/api/v1/mandates", headers=applicant)).json()) == 1
    await client.post(f"{answer.headers['location']}/revocation", headers=clerk)
    seen = (await client.get("/api/v1/mandates", headers=applicant)).json()
    assert seen[0]["state"] == "revoked"
    other = await sign_in(client, account="supervisor")
    assert (await client.get(answer.headers["location"], headers=other)).status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"principal_name": ""}, "principal_name"),
        ({"principal_id_number": "110105199001011231"}, "principal_id_number"),
        ({"representative_name": ""}, "representative_name"),
        ({"representative_id_number": APPLICANT["id_number"]}, "representative_id_number"),
        ({"scope": []}, "scope"),
        ({"until": "soon"}, "until"),
        ({"until": "2028-01-01"}, "until"),
        ({"signature": "别人"}, "signature"),
        ({"case": "360900-A-20260303-000000-0"}, "case"),
    ],
)
async def test_what_is_wrong_on_the_page_is_told_at_its_field(client, applicant, changed, field):
    clerk = await sign_in(client, account="clerk")
    answer = await client.post("/mandates", data=FORM | changed, headers=clerk)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert (await client.get("/api/v1/mandates", headers=applicant)).json() == []


OWN = {name: value for name, value in FORM.items() if not name.startswith("principal")}


async def test_a_citizen_gives_and_ends_one_on_the_phone(client, applicant, friend):
    assert (await client.get("/m/mandates/new", headers=applicant)).status_code == 200
    assert (await client.post("/m/mandates", data=OWN, headers=applicant)).status_code == 303
    page = await client.get("/m/mandates", headers=applicant)
    held = await client.get("/m/mandates?lang=en", headers=friend)
    assert "李一" in page.text
    assert "For whom I act" in held.text
    assert APPLICANT["id_number"] not in page.text + held.text
    place = page.text.partition('/revocation"')[0].rpartition("/")[2] + "/revocation"
    assert "确认撤销" in (await client.get(f"/m/mandates/{place}", headers=applicant)).text
    assert (await client.post(f"/m/mandates/{place}", headers=applicant)).status_code == 303
    assert "已撤销" in (await client.get("/m/mandates", headers=applicant)).text


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"signature": ""}, "signature"), ({"until": ""}, "until"), ({"scope": []}, "scope")],
)
async def test_what_is_wrong_on_the_phone_is_told_at_its_field(client, applicant, changed, field):
    answer = await client.post("/m/mandates", data=OWN | changed, headers=applicant)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


async def test_whoever_nobody_has_proven_is_told_so_on_the_phone(client, office, applicant):
    account = (await client.get("/api/v1/me", headers=applicant)).json()["account"]
    unproven = update(accounts).where(accounts.c.id == account).values(verified=False)
    await office.archive.database.write(lambda connection: connection.execute(unproven))
    page = await client.get("/m/mandates", headers=applicant)
    assert "实名核验" in page.text
    assert "/m/mandates/new" not in page.text
    answer = await client.post("/m/mandates", data=OWN, headers=applicant)
    assert answer.status_code == 403


def told_of(page: str) -> dict[str, str]:
    """The sentences of a form by the field they stand at."""
    return dict(re.findall(r'id="([\w]+)-error">([^<]+)<', page))


async def test_an_empty_form_names_each_field_in_its_own_words(client, applicant):
    clerk = await sign_in(client, account="clerk")
    page = (await client.post("/mandates", data={}, headers=clerk)).text
    assert told_of(page) == {
        "principal_name": "请填写委托人姓名",
        "principal_id_number": "请填写委托人身份证号码",
        "representative_name": "请填写受托人姓名",
        "representative_id_number": "请填写受托人身份证号码",
        "scope": "请选择委托事项",
        "until": "请填写截止日期",
        "signature": "请填写委托人签名",
    }
    own = (await client.post("/m/mandates?lang=en", data={}, headers=applicant)).text
    assert told_of(own)["signature"] == "The signature is required"
    assert "principal_name" not in told_of(own)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"until": "3月底"}, "until", "截止日期要写成年-月-日，例如 2026-03-02"),
        ({"until": "2020-01-01"}, "until", "截止日期不能早于2026年3月3日"),
        ({"case": "我的那件"}, "case", "办件编号的写法不对，请核对"),
        ({"case": "360900-A-20260303-000000-0"}, "case", "没有找到委托人的这个办件，请核对办件编号"),
        ({"signature": "别人"}, "signature", "请填写与登录姓名一致的签名"),
        (
            {"representative_id_number": APPLICANT["id_number"]},
            "representative_id_number",
            "受托人不能是委托人本人",
        ),
    ],
)
async def test_what_is_typed_wrongly_is_not_told_as_left_out(client, applicant, changed, field, words):
    answer = await client.post("/m/mandates", data=OWN | changed, headers=applicant)
    assert (answer.status_code, told_of(answer.text)) == (422, {field: words})


async def test_at_the_window_the_signature_is_that_of_who_stands_there(client):
    clerk = await sign_in(client, account="clerk")
    answer = await client.post("/mandates", data=FORM | {"signature": "别人"}, headers=clerk)
    assert told_of(answer.text) == {"signature": "请填写与委托人姓名一致的签名"}


async def test_a_citizen_chooses_among_their_own_cases(client, number, applicant, friend):
    page = (await client.get("/m/mandates/new", headers=applicant)).text
    assert f'<option value="{number}">身后一件事 · 2026年3月3日 · {number}</option>' in page
    assert '<input type="text" id="case"' not in page
    assert (
        await client.post("/m/mandates", data=OWN | {"case": number}, headers=applicant)
    ).status_code == 303
    # Who sees the case only under a mandate has nothing of their own to hand on.
    other = (await client.get("/m/mandates/new", headers=friend)).text
    assert number not in other
    assert 'id="case"' not in other


async def test_a_first_start_has_a_staff_representative_to_choose(client, applicant):
    page = (await client.get("/m/mandates/new", headers=applicant)).text
    shown = page[page.index('<select id="agent"') :].partition("</select>")[0]
    assert re.findall(r"<option[^>]*>([^<]+)<", shown) == ["请选择", "代办员 · 示范镇便民服务中心"]
    (listed,) = (await client.get("/api/v1/representatives", headers=applicant)).json()
    chosen = {name: value for name, value in OWN.items() if not name.startswith("representative")}
    answer = await client.post("/m/mandates", data=chosen | {"agent": listed["account"]}, headers=applicant)
    assert answer.status_code == 303


async def test_where_there_is_no_staff_representative_nobody_is_asked_for_one(
    client, office, applicant, monkeypatch
):
    clerk = await sign_in(client, account="clerk")
    monkeypatch.setattr(type(office.settings), "development_login", False)
    for page in (
        await client.get("/m/mandates/new", headers=applicant),
        await client.get("/mandates", headers=clerk),
    ):
        assert 'id="representative_name"' in page.text
        assert "代办员的在此选择" not in page.text
        assert '<select id="agent"' not in page.text
