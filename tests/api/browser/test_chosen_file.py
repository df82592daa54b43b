"""Whoever chooses a file for a form sees that it is there, before the form is sent."""

import pytest

from activities.agencies.registry import at_desks, in_process
from activities.registers.registry import in_process as registers_in_process
from api.office import Wiring
from tests.api.browser.walk_look import DESKTOP, PHONE
from tests.api.conftest import NOW
from tests.api.desk.conftest import DeskEngine

pytestmark = pytest.mark.slow
SCAN = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}


@pytest.fixture
def engine():
    return DeskEngine()


@pytest.fixture
def wiring(catalog, rules, calendar, people, engine):
    agencies = catalog.agencies.values()
    return Wiring(
        agencies={**in_process(agencies), **at_desks(agencies, ("*",))},
        registers=registers_in_process(people),
        secrets={},
        catalog=catalog,
        rules=rules,
        calendar=calendar,
        engine=engine,
        clock=lambda: NOW,
    )


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
async def test_a_file_chosen_at_the_desk_is_shown_with_its_name(  # noqa: PLR0917 - fixtures
    file_story, engine, office, visit, site, fit, width
):
    engine.office = office
    await file_story()
    await engine.work()
    async with visit(width, account="handler-health") as page:
        await page.goto(f"{site.address}/desk")
        await page.locator("table.list a").first.click()
        await page.locator("#act-grant > summary").click()
        field = page.locator("#act-grant .field:has([type=file])")
        box, told = field.locator("[type=file]"), field.locator(".chosen")
        assert not await told.is_visible()
        assert await field.locator(".kinds").is_visible()
        assert await box.evaluate("one => getComputedStyle(one).opacity") == "0"
        await box.set_input_files([SCAN])
        assert await told.is_visible()
        assert not await field.locator(".kinds").is_visible()
        # The browser's own words beside the field are the file's name.
        assert await box.evaluate("one => getComputedStyle(one).opacity") == "1"
        seen = await box.bounding_box()
        assert seen is not None
        assert seen["width"] > 100
        assert await fit(page) == []
