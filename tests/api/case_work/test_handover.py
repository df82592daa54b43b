"""Who answers for a case: whoever took it first, until another of the area has said yes."""

import re
from datetime import timedelta
from typing import Any

import pytest

from records.account import NewAccount, change_account, find_account, open_account
from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}


@pytest.fixture
async def pair(window, clerk):
    near = await window("near", "3609")
    return await clerk("安娜", near), await clerk("本", near)


def only(headers):
    return {"authorization": headers["authorization"]}


async def owner(client, number, who=None):
    answer = await client.get(f"/api/v1/cases/{number}/owner", headers=only(who) if who else {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def offer(client, number, to, who=None, **changes: Any):
    body = {"account": to["account"], "window": "near", "reason": "leave"} | changes
    headers = only(who) if who else {}
    return await client.post(f"/api/v1/cases/{number}/handover", json=body, headers=headers)


async def say(client, number, answer, who=None):
    place = f"/api/v1/cases/{number}/handover/answer"
    return await client.post(place, json={"answer": answer}, headers=only(who) if who else {})


async def test_the_clerk_who_files_answers_for_the_case(client, number):
    who = await owner(client, number)
    assert who["mine"]
    assert who["owner"]["account"] == "dev-clerk"
    assert [one["state"] for one in who["steps"]] == ["taken"]


async def test_it_goes_over_when_the_other_accepts_and_both_are_audited(client, number, pair, office):
    anna, ben = pair
    assert (await offer(client, number, anna)).status_code == 200
    assert (await owner(client, number))["mine"]
    assert (await owner(client, number, anna))["for_me"]
    assert not (await owner(client, number, ben))["for_me"]
    assert (await say(client, number, "accept", ben)).status_code == 409
    assert (await say(client, number, "accept", anna)).json()["mine"]
    assert (await owner(client, number))["owner"]["name"]["zh"] == "安娜"
    assert (await offer(client, number, ben)).status_code == 409
    actions = [(one.action, one.actor) for one in await entries_of(office.archive)]
    assert ("offer_case", "dev-clerk") in actions
    assert ("accept_case_offer", anna["account"]) in actions


async def test_however_many_people_sign_in_the_case_can_still_be_offered(client, number, pair, office):
    anna, _ = pair
    names = [f"citizen-{index}" for index in range(201)]
    later = office.now() + timedelta(seconds=1)
    for name in names:
        await open_account(office.archive, NewAccount("wechat", name, "citizen"), later)
    assert anna["account"] in (await client.get(f"/cases/{number}/handover")).text
    assert (await offer(client, number, anna)).status_code == 200


async def test_nobody_outside_the_area_is_offered_a_case_and_it_is_never_nobody_s(
    client, number, window, clerk
):
    far = await clerk("远", await window("far", "37"))
    assert (await offer(client, number, far, window="far")).status_code == 409
    assert (await offer(client, number, far, account=None, window="nowhere")).status_code == 409
    assert (await offer(client, number, far, account=None, window=None)).status_code == 409
    assert (await owner(client, number))["mine"]
    answer = await client.get(f"/api/v1/cases/{number}/owner", headers=only(far))
    assert answer.status_code == 404


async def test_by_clicks_alone_a_case_is_offered_accepted_and_told_on_its_page(client, number, pair):
    anna, _ = pair
    page = await client.get(f"/cases/{number}/handover", headers=HTML)
    assert "安娜" in page.text
    form = {"to": f"{anna['account']}|near", "reason": "leave"}
    answer = await client.post(f"/cases/{number}/handover", data=form)
    assert answer.status_code == 303
    assert "请您接办" in (await client.get("/work", headers=HTML | only(anna))).text
    answer = await client.post(
        f"/cases/{number}/handover/answer", data={"answer": "accept"}, headers=only(anna)
    )
    assert answer.status_code == 303
    told = (await client.get(f"/cases/{number}", headers=HTML)).text
    assert "移交安娜" in told
    page = await client.get(f"/cases/{number}/handover", headers=HTML)
    assert "只有首派责任人可以移交" in page.text


async def test_on_a_machine_for_trying_out_a_second_clerk_takes_a_case_over(client, number):
    page = await client.get(f"/cases/{number}/handover", headers=HTML)
    to = re.search(r'<option value="([0-9a-f]{32}\|dev-window-2)"', page.text)[1]
    form = {"to": to, "reason": "leave"}
    assert (await client.post(f"/cases/{number}/handover", data=form)).status_code == 303
    assert 'value="clerk-2"' in (await client.get("/sign-in", headers=HTML)).text
    second = await client.post("/api/v1/sign-in/development", json={"account": "clerk-2"})
    headers = {"authorization": f"Bearer {second.json()['token']}"}
    assert (await say(client, number, "accept", headers)).json()["mine"]


async def test_a_clerk_without_colleagues_is_told_who_opens_accounts(client, number, window, clerk, office):
    near = await clerk("安娜", await window("near", "3609"))
    await offer(client, number, near)
    await say(client, number, "accept", near)
    second = await find_account(office.archive, "development", "clerk-2")
    await change_account(office.archive, second.id, disabled_at=office.now())
    page = await client.get(f"/cases/{number}/handover", headers=HTML | only(near))
    assert "请系统管理员先开通账号" in page.text
