"""Handlers walk every life event at their desks in a real browser, until the clerk sees the receipt."""

import httpx2
import pytest
from playwright.async_api import expect

from activities.agencies.registry import at_desks, in_process
from activities.registers.registry import in_process as registers_in_process
from api.office import Wiring
from tests.api.browser.walk_handler import Desks
from tests.api.browser.walk_look import DESKTOP
from tests.api.browser.walk_story import STORIES, filed_at
from tests.api.desk.conftest import Clock, DeskEngine

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session", params=sorted(STORIES))
def life_event(request):
    return request.param


@pytest.fixture(scope="session")
def story(catalog, life_event):
    return catalog.scenario(life_event, STORIES[life_event])


@pytest.fixture
def engine():
    return DeskEngine()


@pytest.fixture
def clock(story):
    clock = Clock()
    clock.now = filed_at(story)
    return clock.read


@pytest.fixture
def wiring(catalog, rules, calendar, people, engine, clock):  # noqa: PLR0917 - what a door is made of
    agencies = catalog.agencies.values()
    return Wiring(
        agencies={**in_process(agencies), **at_desks(agencies, ("*",))},
        registers=registers_in_process(people),
        secrets={},
        catalog=catalog,
        rules=rules,
        calendar=calendar,
        engine=engine,
        clock=clock,
    )


@pytest.fixture
async def client(site):
    async with httpx2.AsyncClient(base_url=site.address) as browser:
        yield browser


@pytest.fixture
async def desks(  # noqa: PLR0917 - fixtures
    file_story, engine, office, visit, site, look, story
):
    engine.office = office
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    await engine.work()
    return Desks(visit, site, look, engine, story)


async def test_handlers_work_a_life_event_at_their_desks_to_its_receipt(desks, engine, visit, site, look):
    await desks.work()
    done = desks.ledger.done
    assert {kind: done.get(kind) for kind in ("correct", "corrected", "extend", "refuse")} == {
        "correct": 1,
        "corrected": 1,
        "extend": 1,
        "refuse": 1,
    }
    states = [slot.state for slot in engine.states[engine.number].slots.values()]
    assert states.count("refused") == 1
    assert set(states) <= {"granted", "refused", "not_applicable"}
    async with visit(DESKTOP, account="clerk") as page:
        await page.goto(f"{site.address}/cases/{engine.number}")
        await expect(page.locator('.receipt a[href$="/receipt.pdf"]')).to_be_visible()
        await expect(page.locator(".slot.good")).to_have_count(states.count("granted"))
        await look.at(page, "case", "completed")
    assert look.wrong == {}
