"""The administrator opens, changes and closes accounts and windows, and the audit trail tells of it."""

import re

import httpx2
import pytest

from api.identity.place import place_of
from api.window import DEVELOPMENT_WINDOW
from records.account import NewAccount, find_account, list_accounts, open_account, prove_account
from records.audit import entries_of
from records.lookup import fingerprint_subject
from records.window import get_window

ACCOUNT = {"provider": "oidc", "subject": "s-7", "name": "王窗口", "role": "clerk", "window": "yichun-1"}
WINDOW = {
    "id": "yichun-1",
    "name_zh": "袁州区窗口",
    "name_en": "Yuanzhou window",
    "region": "360902",
    "area": "360902",
    "phone": "0795-1",
    "address_zh": "某路 1 号",
    "address_en": "1 Some Road",
    "hours_zh": "工作日",
    "hours_en": "Working days",
}


@pytest.fixture
async def bearer(client):
    answer = await client.post("/api/v1/sign-in/development", json={"account": "administrator"})
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
async def ask(client, bearer):
    async def post(place: str, **form: str) -> httpx2.Response:
        return await client.post(f"/administration/{place}", data=form or {"": ""}, headers=bearer)

    return post


async def token_of(office, subject="s-7"):
    """Sign in as the account of a subject, whoever proves it."""
    from api.session import sign_in

    account = await find_account(office.archive, "oidc", subject)
    return account, {"authorization": f"Bearer {await sign_in(office, account)}"}


async def test_a_new_window_is_worked_at_at_once(client, office, ask, bearer):
    assert (await ask("windows", **WINDOW)).status_code == 303
    opened = await ask("accounts", **ACCOUNT)
    assert opened.status_code == 303
    _, clerk = await token_of(office)
    who = (await client.get("/api/v1/me", headers=clerk)).json()
    assert (who["role"], who["window"]["id"], who["area"]) == ("clerk", "yichun-1", "360902")
    assert (await client.get("/api/v1/bundles", headers=clerk)).status_code == 200
    page = await client.get("/administration", headers=bearer)
    assert "袁州区窗口" in page.text
    assert "王窗口" in page.text
    told = [one.action for one in await entries_of(office.archive)]
    assert {"open_window", "open_account"} <= set(told)


async def test_a_handler_is_given_an_area_to_work_for(client, office, ask):
    form = ACCOUNT | {"role": "handler", "agency": "police", "area": "3609"}
    assert (await ask("accounts", **form)).status_code == 303
    account, handler = await token_of(office)
    assert (account.agency, account.area) == ("police", "3609")
    assert (await client.get("/api/v1/desk/items", headers=handler)).json()["area"] == "3609"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": "citizen"}, "role"),
        ({"role": "public"}, "role"),
        ({"subject": ""}, "subject"),
        ({"name": " "}, "name"),
        ({"window": "nowhere"}, "window"),
        ({"role": "handler", "agency": "nobody"}, "agency"),
        ({"role": "representative"}, "organisation"),
        ({"role": "supervisor", "area": "36x"}, "area"),
        ({"role": "supervisor", "area": "9999"}, "area"),
        (
            {"role": "representative", "organisation": "村委会", "id_number": "110105199001011231"},
            "id_number",
        ),
    ],
)
async def test_what_opens_no_account_is_told_at_its_field(office, ask, changed, field):
    await ask("windows", **WINDOW)
    before = len(await list_accounts(office.archive))
    answer = await ask("accounts", **ACCOUNT | changed)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"', answer.text)
    assert len(await list_accounts(office.archive)) == before


async def test_what_a_role_needs_is_not_called_optional_or_not_applicable(client, bearer):
    form = (await client.get("/administration/accounts", headers=bearer)).text
    assert "不适用" not in form
    assert form.count('<option value="">请选择</option>') == 2
    organisation = re.search(r'<label class="label" for="organisation">.*?</label>', form)
    assert "选填" not in organisation[0]


async def test_one_account_for_each_name_at_the_identity_service(ask):
    await ask("windows", **WINDOW)
    await ask("accounts", **ACCOUNT)
    answer = await ask("accounts", **ACCOUNT)
    assert answer.status_code == 422
    assert 'id="subject-error"' in answer.text


async def test_an_account_that_is_closed_is_signed_out_at_once_and_may_be_opened_again(client, office, ask):
    await ask("windows", **WINDOW)
    await ask("accounts", **ACCOUNT)
    account, clerk = await token_of(office)
    await ask(f"accounts/{account.id}/closing")
    assert (await client.get("/api/v1/me", headers=clerk)).status_code == 401
    await ask(f"accounts/{account.id}/reopening")
    _, clerk = await token_of(office)
    assert (await client.get("/api/v1/me", headers=clerk)).status_code == 200
    await ask(f"accounts/{account.id}/sessions")
    assert (await client.get("/api/v1/me", headers=clerk)).status_code == 401


async def test_another_role_counts_at_once_and_takes_the_old_place_away(client, office, ask):
    await ask("windows", **WINDOW)
    await ask("accounts", **ACCOUNT)
    account, clerk = await token_of(office)
    form = {"role": "supervisor", "window": "yichun-1", "area": "3609"}
    assert (await ask(f"accounts/{account.id}", **form)).status_code == 303
    assert (await client.get("/api/v1/me", headers=clerk)).status_code == 401
    _, supervisor = await token_of(office)
    who = (await client.get("/api/v1/me", headers=supervisor)).json()
    assert (who["role"], who["window"], who["area"]) == ("supervisor", None, "3609")


async def test_nobody_closes_their_own_account_or_takes_their_own_role(client, ask, bearer):
    own = (await client.get("/api/v1/me", headers=bearer)).json()["account"]
    assert (await ask(f"accounts/{own}/closing")).status_code == 422
    assert (await ask(f"accounts/{own}", role="auditor")).status_code == 422
    assert (await client.get("/administration", headers=bearer)).status_code == 200


async def test_a_number_that_the_administrator_types_makes_nobody_that_person(client, office, number, ask):
    applicant = "360902197106256246"
    form = {"provider": "oidc", "subject": "s-8", "name": "某人", "role": "representative"}
    opened = await ask("accounts", **form, organisation="村委会", id_number=applicant)
    assert opened.status_code == 303
    account, agent = await token_of(office, "s-8")
    assert (account.verified, account.person_blind) == (False, None)
    assert account.person["id_number"] == applicant
    assert (await client.get("/api/v1/me", headers=agent)).json()["verified"] is False
    assert (await client.get(f"/api/v1/own/cases/{number}", headers=agent)).status_code == 404
    assert (await client.get(f"/m/cases/{number}/withdrawal", headers=agent)).status_code == 404
    assert (await client.get("/api/v1/own/cases", headers=agent)).json() == []


async def test_an_account_of_staff_that_counted_as_proven_before_opens_no_case_of_that_person(
    client, office, number, ask
):
    form = {"provider": "oidc", "subject": "s-8", "name": "某人", "role": "representative"}
    await ask("accounts", **form, organisation="村委会")
    account, agent = await token_of(office, "s-8")
    blind = fingerprint_subject(office.archive.ring, "resident_id", "360902197106256246")
    await prove_account(office.archive, account.id, blind, account.person)
    assert (await client.get(f"/api/v1/own/cases/{number}", headers=agent)).status_code == 404


async def test_a_citizens_account_is_not_the_administrators_to_see(client, ask, bearer, office):
    person = {"name": "李一", "id_number": "110105199001011232"}
    citizen = (await client.post("/api/v1/sign-in/development", json=person)).json()["token"]
    headers = {"authorization": f"Bearer {citizen}"}
    account = (await client.get("/api/v1/me", headers=headers)).json()["account"]
    page = await client.get("/administration", headers=bearer)
    assert account not in page.text
    assert (await client.get(f"/administration/accounts/{account}", headers=bearer)).status_code == 404
    for what in ("closing", "reopening", "sessions"):
        assert (await ask(f"accounts/{account}/{what}")).status_code == 404
    assert (
        await find_account(office.archive, "development", f"citizen:{person['id_number']}")
    ).disabled_at is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": "Yichun 1"}, "id"),
        ({"id": "dev-window-1"}, "id"),
        ({"region": "3609"}, "region"),
        ({"region": "999999"}, "region"),
        ({"area": "x"}, "area"),
        ({"area": "99"}, "area"),
        ({"phone": ""}, "phone"),
    ],
)
async def test_what_opens_no_window_is_told_at_its_field(ask, changed, field):
    answer = await ask("windows", **WINDOW | changed)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


async def test_a_window_changes_and_closes_to_new_accounts(client, ask, bearer):
    await ask("windows", **WINDOW)
    assert (await ask("windows", **WINDOW)).status_code == 422
    await ask("windows/yichun-1", **WINDOW | {"phone": "0795-2"})
    assert "0795-2" in (await client.get("/administration", headers=bearer)).text
    await ask("windows/yichun-1/closing")
    assert (await ask("accounts", **ACCOUNT)).status_code == 422
    await ask("windows/yichun-1/closing")
    assert (await ask("accounts", **ACCOUNT)).status_code == 303


async def test_a_window_needs_no_english_and_what_it_does_not_say_follows_the_chinese(
    client, office, ask, bearer
):
    chinese = {name: value for name, value in WINDOW.items() if not name.endswith("_en")}
    assert (await ask("windows", **chinese)).status_code == 303
    kept = await get_window(office.archive, "yichun-1")
    assert (kept.name_en, kept.address_en, kept.hours_en) == ("袁州区窗口", "某路 1 号", "工作日")
    form = (await client.get("/administration/windows/yichun-1", headers=bearer)).text
    assert re.search(r'name="address_en" value=""', form)
    for name in ("name_en", "address_en", "hours_en"):
        label = re.search(rf'<label class="label" for="{name}">.*?</label>', form)
        assert "选填" in label[0]
    await ask("windows/yichun-1", **chinese | {"address_zh": "某路 2 号", "hours_en": "Every day"})
    kept = await get_window(office.archive, "yichun-1")
    assert (kept.address_en, kept.hours_en) == ("某路 2 号", "Every day")


@pytest.mark.parametrize(
    ("place", "form", "said"),
    [
        ("windows", WINDOW | {"id": "Yichun 1"}, "窗口标识只能使用小写字母、数字和短横线，例如 yichun-1"),
        ("windows", WINDOW | {"region": "3609"}, "例如 360902"),
        ("accounts", ACCOUNT | {"role": "auditor", "area": "36x"}, "例如 3609"),
    ],
)
async def test_what_is_written_wrongly_is_told_how_it_is_written(ask, place, form, said):
    page = (await ask(place, **form)).text
    told = re.findall(r'<p class="error"[^>]*>(.*?)</p>', page)
    assert len(told) == 1
    assert said in told[0]
    assert "写法不对" not in page


async def test_what_is_built_in_is_listed_as_such_and_leads_nowhere(client, bearer):
    page = (await client.get("/administration", headers=bearer)).text
    accounts, windows = page.split('<h2 id="windows">')
    for part in (accounts, windows):
        assert "政务服务中心综合窗口" in part
        assert "系统内置" in part
    assert "本机不登录时使用" in accounts
    assert "/administration/windows/dev-window-1" not in page


async def test_where_everybody_signs_in_no_clerk_is_built_in(client, bearer, office, monkeypatch):
    monkeypatch.setattr(type(office.settings), "development_login", False)
    page = (await client.get("/administration", headers=bearer)).text
    assert "本机不登录时使用" not in page
    assert "政务服务中心综合窗口" in page


async def test_fields_stand_under_the_role_that_they_are_for(client, bearer):
    form = (await client.get("/administration/accounts", headers=bearer)).text
    groups = re.findall(r'<fieldset class="(.*?)"><legend>(.*?)</legend>(.*?)</fieldset>', form, re.DOTALL)
    held = {legend: re.findall(r' name="(\w+)"', body) for _, legend, body in groups}
    assert held["窗口人员"] == ["window"]
    assert held["部门经办"] == ["agency"]
    assert held["代办员"] == ["organisation", "id_number"]
    assert [names for legend, names in held.items() if "审计人员" in legend] == [["area"]]


async def test_what_belongs_to_another_role_is_dropped_unread(office, ask):
    await ask("windows", **WINDOW)
    stray = {"area": "36x", "id_number": "110105199001011231", "organisation": "村委会", "agency": "nobody"}
    assert (await ask("accounts", **ACCOUNT | stray)).status_code == 303
    account, _ = await token_of(office)
    assert account.person == {"name": "王窗口"}
    assert (account.area, account.organisation, account.agency) == (None, None, None)


async def test_how_somebody_signs_in_is_said_in_words(client, office, ask, bearer):
    await ask("windows", **WINDOW)
    await ask("accounts", **ACCOUNT)
    account = await find_account(office.archive, "oidc", "s-7")
    page = (await client.get(f"/administration/accounts/{account.id}", headers=bearer)).text
    assert "单位统一身份认证" in page
    assert "oidc" not in page


async def test_every_page_of_administration_is_drawn_in_both_languages(client, office, ask, bearer):
    await ask("windows", **WINDOW)
    await ask("accounts", **ACCOUNT)
    account = await find_account(office.archive, "oidc", "s-7")
    for place in ("", "/accounts", f"/accounts/{account.id}", "/windows", "/windows/yichun-1"):
        for lang in ("zh", "en"):
            page = await client.get(f"/administration{place}?lang={lang}", headers=bearer)
            assert page.status_code == 200
            assert page.text.count("<h1>") == 1


async def test_a_clerk_may_work_at_the_window_that_is_built_in_and_nobody_alters_it(
    client, office, ask, bearer
):
    opened = await ask("accounts", **ACCOUNT | {"window": "dev-window-1"})
    assert opened.status_code == 303
    account, clerk = await token_of(office)
    assert (await client.get("/api/v1/me", headers=clerk)).json()["window"]["id"] == "dev-window-1"
    form = (await client.get(f"/administration/accounts/{account.id}", headers=bearer)).text
    assert form.count('value="dev-window-1"') == 1
    for place in ("windows/dev-window-1", "windows/dev-window-1/closing"):
        assert (await ask(place, **WINDOW)).status_code == 404
    assert (await ask(f"accounts/{account.id}", role="clerk", window="dev-window-1")).status_code == 303


async def test_a_clerk_of_the_built_in_window_is_listed_at_that_window(office):
    new = NewAccount("test", "one", "clerk", None, None, person={"name": "一"})
    account = await open_account(office.archive, new, office.now())
    assert await place_of(office, account) == DEVELOPMENT_WINDOW.name
