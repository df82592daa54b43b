"""Ten thousand tries: refused with the wait, the same for every account, and nothing told but that."""

import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from fastapi import Request
from sqlalchemy import select

from api.errors import TooManyTries
from api.identity.throttle import ACCOUNT_FAILURES, FAILURES, TRIES, Throttle
from records.schema_attempt import attempt

PLACE = "/api/v1/sign-in/development"
WRONG = {"account": "nobody"}


def person(number):
    return {"name": "李一", "id_number": number}


@pytest.mark.parametrize("tries", [100, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_ten_thousand_tries_are_refused_after_a_few_and_told_how_long(client, tries):
    answers = [await client.post(PLACE, json=WRONG) for _ in range(tries)]
    assert {one.status_code for one in answers[: ACCOUNT_FAILURES.amount]} == {422}
    late = answers[ACCOUNT_FAILURES.amount :]
    assert {(one.status_code, one.json()["code"]) for one in late} == {(429, "too_many_tries")}
    assert 0 < int(re.findall(r"\d+", late[0].json()["title"])[0]) <= 300
    assert all("nobody" not in one.text for one in answers)


async def test_many_wrong_names_from_one_address_are_refused_whatever_they_name(client):
    for index in range(FAILURES.amount):
        assert (await client.post(PLACE, json={"account": f"nobody-{index}"})).status_code == 422
    for account in ("nobody-x", "clerk"):
        assert (await client.post(PLACE, json={"account": account})).status_code == 429


async def test_the_refusal_of_one_account_does_not_shut_others_out(client):
    for _ in range(ACCOUNT_FAILURES.amount + 1):
        await client.post(PLACE, json=WRONG)
    assert (await client.post(PLACE, json=WRONG)).status_code == 429
    assert (await client.post(PLACE, json={"account": "clerk"})).status_code == 200


async def test_the_tries_of_one_address_do_not_shut_another_out(app, client):
    for index in range(FAILURES.amount):
        await client.post(PLACE, json={"account": f"nobody-{index}"})
    transport = httpx2.ASGITransport(app=app, client=("::1", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as other:
        assert (await other.post(PLACE, json={"account": "clerk"})).status_code == 200


async def test_the_page_refuses_as_the_program_does_and_those_signed_in_go_on(client):
    signed_in = await client.post(PLACE, json={"account": "supervisor"})
    for index in range(FAILURES.amount):
        await client.post("/sign-in/development", data=person(str(index)))
    answer = await client.post("/sign-in/development", data=person("1"), headers={"accept": "text/html"})
    assert answer.status_code == 429
    assert "秒" in answer.text
    bearer = {"authorization": f"Bearer {signed_in.json()['token']}"}
    assert (await client.get("/api/v1/me", headers=bearer)).status_code == 200


@pytest.mark.slow
async def test_even_tries_that_succeed_have_an_end(client):
    answers = [await client.post(PLACE, json={"account": "clerk"}) for _ in range(TRIES.amount + 5)]
    assert answers[-1].status_code == 429


def request_through(app, proxy, told):
    headers = [(b"x-forwarded-for", told.encode())]
    return Request({"type": "http", "app": app, "client": (proxy, 1), "headers": headers})


@pytest.mark.parametrize(("trusted", "refused"), [("10.0.0.9", False), ("10.0.0.8", True), (None, True)])
async def test_a_trusted_proxy_says_whom_it_speaks_for_and_any_other_is_counted_itself(
    app, office, settings, trusted, refused
):
    app.state.office = replace(office, settings=settings.model_copy(update={"trusted_proxy": trusted}))
    throttle = Throttle()
    for index in range(FAILURES.amount):
        await throttle.failed(request_through(app, "10.0.0.9", f"203.0.113.200, 198.51.100.{index}"))
    try:
        await throttle.check(request_through(app, "10.0.0.9", "203.0.113.200, 192.0.2.1"))
    except TooManyTries:
        assert refused
    else:
        assert not refused


async def test_a_restart_forgets_no_try(app, client):
    for _ in range(ACCOUNT_FAILURES.amount):
        await client.post(PLACE, json=WRONG)
    # What a process remembers by itself goes with it.
    app.state.throttle = Throttle()
    assert (await client.post(PLACE, json=WRONG)).status_code == 429


async def test_what_is_refused_once_costs_the_records_nothing_more(client, office):
    async def rows() -> list[Any]:
        return await office.archive.database.read(lambda one: list(one.execute(select(attempt))))

    for _ in range(ACCOUNT_FAILURES.amount + 1):
        await client.post(PLACE, json=WRONG)
    before = await rows()
    for _ in range(50):
        assert (await client.post(PLACE, json=WRONG)).status_code == 429
    assert await rows() == before
