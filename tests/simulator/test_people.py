import httpx2
import pytest

from activities.registers.http import HttpRegister, HttpRegisterOptions
from onething.errors import LookupRefused, RegisterError, RegisterUnavailable
from onething.register import Ambiguous, Found, LookupRequest, NotFound, Purpose

PERSON, CHILD = "110101194001010013", "110101196501010026"
KIN = "kinship(applicant, deceased)"


def question(number=PERSON, **changed: object):
    given = {
        "register": "population",
        "id_number": number,
        "concepts": ("name", KIN, "fund_account"),
        "others": {KIN: CHILD},
        "purpose": Purpose.PREFILL,
        "actor": "clerk-7",
        "draft": "d-1",
        "notice_shown": True,
    }
    return LookupRequest(**{**given, **changed})


def register(app, token=None):
    options = HttpRegisterOptions(base_url="http://stand-in/registers/population", token=token)
    return HttpRegister("population", options, httpx2.ASGITransport(app=app))


async def call(app, method, path, body):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as client:
        assert (await client.request(method, path, json=body)).status_code == 204


async def test_a_register_tells_what_the_stories_say_under_the_askers_own_words(start):
    found = await register(start()).lookup(question())

    assert isinstance(found, Found)
    assert found.values == {"name": "甲", KIN: "child"}
    assert found.source == "公安人口信息库（模拟）"
    assert found.as_of.hour == 0


async def test_more_people_may_be_loaded_and_two_records_are_ambiguous(start):
    app = start()
    people = {"110101200001010019": {"name": "乙"}, "110101200001010027": [{"name": "丙"}, {"name": "丁"}]}
    await call(app, "POST", "/registers/population/people", people)

    assert (await register(app).lookup(question("110101200001010019"))).values == {"name": "乙"}
    assert await register(app).lookup(question("110101200001010027")) == Ambiguous(records=2)
    assert await register(app).lookup(question("110101200001010035")) == NotFound()


async def test_a_register_switched_off_is_unavailable_until_it_is_switched_on(start):
    app = start()
    await call(app, "PUT", "/registers/population/state", {"available": False})

    with pytest.raises(RegisterUnavailable):
        await register(app).lookup(question())
    assert not (await register(app).health()).ok

    await call(app, "PUT", "/registers/population/state", {"available": True})
    assert isinstance(await register(app).lookup(question()), Found)
    assert (await register(app).health()).ok


async def test_a_question_without_notice_or_purpose_never_leaves_the_house():
    def answer(request) -> httpx2.Response:
        raise AssertionError(request.url)

    options = HttpRegisterOptions(base_url="http://stand-in")
    asker = HttpRegister("population", options, httpx2.MockTransport(answer))

    for missing in ({"notice_shown": False}, {"purpose": None}, {"actor": ""}, {"draft": ""}):
        with pytest.raises(LookupRefused):
            await asker.lookup(question(**missing))


async def test_a_register_that_does_not_know_us_is_no_outage(start):
    app = start(token="t0")

    with pytest.raises(RegisterError) as caught:
        await register(app, token="wrong").lookup(question())
    assert not isinstance(caught.value, RegisterUnavailable)
    assert isinstance(await register(app, token="t0").lookup(question()), Found)


@pytest.mark.parametrize(
    "failure", [httpx2.ConnectError("refused"), httpx2.ReadTimeout("late"), httpx2.Response(200, text="?")]
)
async def test_silence_and_nonsense_are_unavailability(failure):
    def answer(request) -> httpx2.Response:
        del request
        if isinstance(failure, Exception):
            raise failure
        return failure

    options = HttpRegisterOptions(base_url="http://stand-in")
    asker = HttpRegister("population", options, httpx2.MockTransport(answer))

    with pytest.raises(RegisterUnavailable):
        await asker.lookup(question())
    await asker.aclose()
