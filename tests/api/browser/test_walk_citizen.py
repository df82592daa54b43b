"""A citizen walks every life event on a phone, from the first page to where the case is."""

import pytest

from runtime.settings import Settings
from tests.api.browser.walk_citizen import Citizen
from tests.api.browser.walk_hand import Pointer
from tests.api.browser.walk_look import PHONE
from tests.api.browser.walk_story import STORIES, filed_at

pytestmark = pytest.mark.slow
WALKS = [*((event, False) for event in sorted(STORIES)), ("newborn", True)]


@pytest.fixture(scope="session", params=WALKS, ids=[f"{event}{'-large' * large}" for event, large in WALKS])
def walk(request):
    return request.param


@pytest.fixture(scope="session")
def life_event(walk):
    return walk[0]


@pytest.fixture(scope="session")
def story(catalog, life_event):
    return catalog.scenario(life_event, STORIES[life_event])


@pytest.fixture
def clock(story):
    return lambda: filed_at(story)


@pytest.fixture
def settings(tmp_path, story):
    return Settings(home=tmp_path, region=story.region)


async def test_a_citizen_files_a_life_event_on_a_phone_and_sees_where_it_is(  # noqa: PLR0917 - fixtures
    visit, site, look, story, walk, catalog, engine
):
    life_event, large = walk
    look.area = "citizen-large" if large else "citizen"
    role = next(name for name, one in catalog.bundle(life_event).roles.items() if one.login)
    person = {key: story.answers[role][key] for key in ("name", "id_number")}
    async with visit(PHONE, large=large, **person) as page:
        number = await Citizen(Pointer(page), site, look, story, life_event).file()
    assert list(engine.started) == [number]
    assert (engine.started[number].definition.bundle, engine.started[number].mode) == (life_event, "self")
    assert look.wrong == {}
