"""Each life event is filed on a phone, lists of persons with it."""

from datetime import datetime

import pytest

STORIES = {
    "bereavement": "smooth_resident",
    "marriage_birth_household": "smooth_four_items",
    "newborn": "twins",
    "social_assistance": "low_income_with_linked",
}


@pytest.fixture(params=sorted(STORIES))
def life_event(request):
    return request.param


@pytest.fixture
def story(catalog, life_event):
    return catalog.scenario(life_event, STORIES[life_event])


@pytest.fixture
def clock(story):
    filed_at = datetime.fromisoformat(str(story.filed_at))
    return lambda: filed_at


async def test_a_life_event_is_filed_section_by_section(signed_in, life_event, engine):
    page = await signed_in.file(life_event)
    assert page.path.startswith("/m/done/"), page.text
    assert len(engine.started) == 1
