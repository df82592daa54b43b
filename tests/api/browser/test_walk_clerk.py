"""A clerk walks every life event in a browser, from the catalogue to the case; one by keys alone."""

import pytest

from runtime.settings import Settings
from tests.api.browser.walk_clerk import Clerk
from tests.api.browser.walk_hand import Keyboard, Pointer
from tests.api.browser.walk_look import DESKTOP
from tests.api.browser.walk_story import STORIES, filed_at

pytestmark = pytest.mark.slow
HANDS = dict.fromkeys(STORIES, Pointer) | {"bereavement": Keyboard}
"""The longest form is the one for which no mouse is touched."""


@pytest.fixture(scope="session", params=sorted(STORIES))
def life_event(request):
    return request.param


@pytest.fixture(scope="session")
def story(catalog, life_event):
    return catalog.scenario(life_event, STORIES[life_event])


@pytest.fixture
def clock(story):
    return lambda: filed_at(story)


@pytest.fixture
def settings(tmp_path, story):
    return Settings(home=tmp_path, region=story.region)


async def test_a_clerk_files_a_life_event_from_the_catalogue_to_the_case(  # noqa: PLR0917 - fixtures
    visit, site, look, story, life_event, engine
):
    look.area = "clerk"
    async with visit(DESKTOP, account="clerk") as page:
        number = await Clerk(HANDS[life_event](page), site, look, story, life_event).file()
    assert list(engine.started) == [number]
    assert engine.started[number].definition.bundle == life_event
    assert look.wrong == {}
