"""Random inspections: committed to before the list is complete, drawn after, recomputed by anyone."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.supervision.inspection import least_of
from onething.item import LeastInspected
from onething.item_material import Basis
from onething.text import Text
from records.audit import entries_of
from records.draw import drawn

pytestmark = pytest.mark.usefixtures("ruling")
LIST = "/supervision/inspections"
DONE = "death_proof"


@pytest.fixture
def day():
    """What can be moved on: the days that have passed since the story's."""
    return {"passed": 0}


@pytest.fixture
def clock(clock, day):
    return lambda: clock() + timedelta(days=day["passed"])


@pytest.fixture
async def browser(client, number, day):
    """Signed in as a supervisor, today and tomorrow; a form carries the session's own mark."""
    del number
    mark = ""

    async def sign_in() -> None:
        nonlocal mark
        client.cookies.clear()
        await client.post("/sign-in/development", data={"account": "supervisor"})
        mark = (await client.get(LIST)).text.partition('name="csrf" value="')[2].partition('"')[0]

    async def submit(path, **data: str) -> Any:
        return await client.post(path, data=data | {"csrf": mark}, headers={"accept": "text/html"})

    async def sleep() -> None:
        day["passed"] += 1
        await sign_in()

    await sign_in()
    client.submit, client.sleep = submit, sleep
    return client


def wanted(**changes: str):
    given = {"kind": "records", "starts_on": "2026-03-01", "until": "2026-03-03", "percent": "30"}
    return given | changes


async def laid_down(browser, **changes: str):
    answer = await browser.submit(LIST, **wanted(**changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def published(browser, place):
    return (await browser.get(f"/api/v1/inspections/{place.rpartition('/')[2]}")).json()


async def test_the_commitment_is_public_before_the_draw_and_the_seed_only_after(browser, number):
    place = await laid_down(browser)
    before = await published(browser, place)
    assert (before["seed"], before["names"], before["drawn"]) == (None, [], [])
    early = await browser.submit(f"{place}/draw")
    assert early.status_code == 409
    assert "请在2026年3月4日（含当日）以后回到本页抽取" in (await browser.get(place)).text
    assert "2026年3月4日起可以抽取" in (await browser.get(LIST)).text
    await browser.sleep()
    assert "期间已满，可以抽取" in (await browser.get(LIST)).text
    assert (await browser.submit(f"{place}/draw")).status_code == 303
    after = await published(browser, place)
    assert after["commitment"] == before["commitment"]
    assert hashlib.sha256(bytes.fromhex(after["seed"])).hexdigest() == before["commitment"]
    assert after["names"] == [f"{number}/{DONE}"]
    assert tuple(after["drawn"]) == drawn(after["seed"], after["names"], 30)
    assert (await browser.submit(f"{place}/draw")).status_code == 409
    page = (await browser.get(place)).text
    assert after["seed"] in page
    assert "hmac.new(seed" in page
    assert (await browser.get(f"{place}/names.txt")).text == f"{number}/{DONE}\n"


@pytest.mark.parametrize("kind", ["persons", "approvers"])
async def test_persons_are_drawn_by_case_and_approvers_by_agency(browser, number, engine, kind):
    agency = engine.states[number].slots[DONE].agency
    place = await laid_down(browser, kind=kind)
    await browser.sleep()
    await browser.submit(f"{place}/draw")
    assert (await published(browser, place))["names"] == [number if kind == "persons" else agency]


@pytest.mark.parametrize(
    ("changes", "some"),
    [
        ({"item": "health/death_certificate"}, True),
        ({"item": "civil_affairs/special_hardship"}, False),
        ({"region": "360900"}, True),
        ({"region": "37"}, False),
        ({"starts_on": "2026-03-04", "until": "2026-03-04"}, False),
    ],
)
async def test_only_what_was_decided_there_and_then_of_the_item_is_on_the_list(browser, changes, some):
    place = await laid_down(browser, **changes)
    await browser.sleep()
    await browser.sleep()
    assert (await browser.submit(f"{place}/draw")).status_code == 303
    assert bool((await published(browser, place))["names"]) is some
    assert (await browser.get(place)).status_code == 200


async def test_a_least_share_is_named_with_its_source(browser):
    assert "特困人员认定办法" in (await browser.get(LIST)).text
    assert await laid_down(browser, percent="30", item="civil_affairs/special_hardship")


async def test_the_least_share_is_what_the_items_own_file_says(browser, office):
    known = office.catalog.item("health/death_certificate", office.today())
    assert least_of(office, known.key) is None
    assert least_of(office, "nobody/nothing") is None
    least = LeastInspected(percent=50, source=Text(zh="某办法", en="Some rules"), basis=Basis(cite="某办法"))
    changed = known.model_copy(update={"inspected": least})
    items = {**office.catalog.items, known.key: (changed,)}
    object.__setattr__(office, "catalog", replace(office.catalog, items=items))
    assert "某办法" in (await browser.get(LIST)).text
    answer = await browser.submit(LIST, **wanted(percent="49", item=known.key))
    assert answer.status_code == 422
    assert await laid_down(browser, percent="50", item=known.key)


@pytest.mark.parametrize(
    "changes",
    [
        {"until": "2026-03-02"},
        {"starts_on": "2026-03-05", "until": "2026-03-04"},
        {"percent": "0"},
        {"percent": "29", "item": "civil_affairs/special_hardship"},
        {"starts_on": "soon"},
        {"kind": "everything"},
    ],
)
async def test_a_period_that_is_over_and_too_small_a_share_are_refused(browser, changes):
    answer = await browser.submit(LIST, **wanted(**changes))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_a_fault_is_reported_with_words_and_put_right_by_a_day(browser, number, office):
    place = await laid_down(browser)
    await browser.sleep()
    await browser.submit(f"{place}/draw")
    marks = {f"check_{name}": "yes" for name in ("papers", "limits", "served", "accesses")}
    unanswered = await browser.submit(f"{place}/lots/1", finding="sound")
    assert unanswered.status_code == 422
    silent = await browser.submit(f"{place}/lots/1", finding="fault", **marks)
    assert silent.status_code == 422
    assert "发现的问题" in silent.text
    told = await browser.submit(f"{place}/lots/1", finding="fault", words="缺送达记录", **marks)
    assert told.status_code == 303
    page = (await browser.get(place)).text
    assert "缺送达记录" in page
    assert "2026年3月18日前整改" in page
    assert (await browser.submit(f"{place}/lots/1/corrected")).status_code == 303
    assert (await browser.submit(f"{place}/lots/1/corrected")).status_code == 409
    assert "已整改" in (await browser.get(place)).text
    assert (await browser.submit(f"{place}/lots/2", finding="sound", **marks)).status_code == 404
    actions = [entry.action for entry in await entries_of(office.archive, case=number)]
    assert actions[-2:] == ["report_inspection", "correct_inspection"]
