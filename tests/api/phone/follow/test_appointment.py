"""Two people who have to come book a time on the phone, move it and give it back; nobody books it twice."""

import re
from html import unescape

import pytest

from api.phone.appointment_view import appointments_of_case
from records.appointment import appointments_of, taken
from records.notice import notices_of

pytestmark = pytest.mark.usefixtures("ruling")


@pytest.fixture(scope="session")
def life_event():
    return "marriage_birth_household"


@pytest.fixture(scope="session")
def story(catalog):
    """A couple that booked nothing beforehand; which office is asked only of those who do."""
    told = catalog.scenario("marriage_birth_household", "smooth_four_items")
    situations = told.situations | {"appointment": False}
    answers = {role: group for role, group in told.answers.items() if role != "registration"}
    return told.model_copy(update={"situations": situations, "answers": answers})


@pytest.fixture
async def number(file_story):
    """The couple's case, waiting for both of them to come."""
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


@pytest.fixture
def place(number):
    return f"/m/cases/{number}/slots/marriage/appointment"


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


async def book(browser, place, day="2026-03-07", starts="09:00"):
    return await browser.post(place, {"day": day, "starts": starts})


async def test_the_case_says_that_they_have_to_come_and_a_saturday_is_booked(citizen, number, place, office):
    assert "需要本人到场，请预约时间" in words(await citizen.get(f"/m/cases/{number}"))
    page = await citizen.get(f"{place}?on=2026-03-07")
    assert page.status_code == 200, page.text
    assert "请双方本人携带居民身份证" in words(page)
    assert 'name="starts" value="09:00"' in page.text
    answer = await book(citizen, place)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/cases/{number}")
    assert "已预约 2026年3月7日 09:00" in words(await citizen.get(f"/m/cases/{number}"))
    (line,) = await appointments_of_case(office, number)
    assert (line.slot, line.starts, line.past) == ("marriage", "09:00", False)


async def test_a_booking_is_moved_and_given_back_and_each_is_told_once(citizen, number, place, office):
    for starts in ("09:00", "09:00", "09:30"):
        assert (await book(citizen, place, starts=starts)).status_code == 303
    (line,) = await appointments_of_case(office, number)
    assert line.starts == "09:30"
    for _ in range(2):
        assert (await citizen.post(f"{place}/cancel")).status_code == 303
    assert await appointments_of_case(office, number) == ()
    told = [
        one.kind for one in await notices_of(office.archive, number) if one.kind.startswith("appointment_")
    ]
    assert told == ["appointment_booked", "appointment_cancelled", "appointment_moved"]


async def test_giving_a_time_back_is_asked_about_first_and_said_afterwards(citizen, number, place, office):
    asks = f"{place}/cancel"
    assert (await citizen.get(asks)).headers["location"] == f"/m/cases/{number}"
    await book(citizen, place)
    page = await citizen.get(place)
    assert f'action="{asks}"' not in page.text
    assert f'href="{asks}"' in page.text
    question = await citizen.get(asks)
    assert "取消“结婚登记”的预约 2026年3月7日 周六 09:00" in words(question)
    assert "Keep it and go back" in words(await citizen.get(f"{asks}?lang=en"))
    assert len(await appointments_of_case(office, number)) == 1
    answer = await citizen.post(asks)
    assert answer.headers["location"] == f"/m/cases/{number}?done=cancelled"
    assert "预约已取消" in words(await citizen.get(answer.headers["location"]))
    assert await appointments_of_case(office, number) == ()


async def test_a_time_that_nobody_offers_is_not_booked(citizen, place, number, office):
    for day, starts in (("2026-03-08", "09:00"), ("2026-03-07", "09:10"), ("2026-03-03", "09:00")):
        answer = await book(citizen, place, day, starts)
        assert answer.status_code == 409
        assert "刚刚被预约，请另选时间" in words(answer)
    assert await appointments_of_case(office, number) == ()


async def test_a_clerk_books_for_them_and_a_stranger_does_not(client, stranger, place, number):
    assert (await book(stranger, place)).status_code == 404
    answer = await client.post(place, data={"day": "2026-03-07", "starts": "09:00"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{number}")


async def test_programs_book_through_the_api(client, number):
    place = f"/api/v1/cases/{number}/slots/marriage/appointment"
    days = (await client.get(place)).json()["days"]
    assert {one["kind"] for day in days for one in day["times"]} == {"usual", "noon", "saturday"}
    answer = await client.post(place, json={"day": "2026-03-07", "starts": "10:00"})
    assert answer.json()["booked"]["starts"] == "10:00"
    refused = await client.post(place, json={"day": "2026-03-08", "starts": "10:00"})
    assert (refused.status_code, refused.json()["code"]) == (409, "action_rejected")
    assert (await client.delete(place)).json()["booked"] is None


async def test_nothing_is_booked_where_nobody_has_to_come(citizen, number):
    answer = await citizen.get(f"/m/cases/{number}/slots/household_move/appointment")
    assert answer.status_code == 404


@pytest.mark.parametrize("body", [{"slot": "marriage", "reason": "not_wanted"}, {"reason": "not_wanted"}])
async def test_what_is_withdrawn_gives_its_time_back_and_the_page_says_so(  # noqa: PLR0917 - fixtures
    client, citizen, number, place, office, body
):
    assert (await book(citizen, place)).status_code == 303
    (held,) = await appointments_of(office.archive, number)
    answer = await client.post(f"/api/v1/cases/{number}/withdrawal", json=body)
    assert answer.status_code == 200, answer.text
    assert await appointments_of(office.archive, number) == ()
    assert await taken(office.archive, held.window_id, held.item, held.day, held.day) == {}
    page = words(await citizen.get(f"/m/cases/{number}"))
    assert "原预约 2026年3月7日 09:00，因事项已终结，预约已取消，不用再来" in page
    assert "已预约 2026年3月7日" not in page
