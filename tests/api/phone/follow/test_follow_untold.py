"""What nobody has filled in, and an item waits for: the family says it on the phone, and the item goes on."""

import re

import pytest

pytestmark = pytest.mark.usefixtures("ruling")
POINTER = "/child/chosen_name"


@pytest.fixture(scope="session")
def life_event():
    return "newborn"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("newborn", "name_missing_at_discharge")


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


async def test_the_name_is_asked_for_and_with_it_the_certificate_goes_on(citizen, number, engine):
    place = f"/m/cases/{number}/correction"
    assert f'href="{place}"' in (await citizen.get(f"/m/cases/{number}")).text
    page = (await citizen.get(place)).text
    assert re.findall(r'name="shown" value="([^"]+)"', page) == [POINTER]
    assert "目前没有" not in page
    typed = {"shown": POINTER, POINTER: "林沐晨"}
    seen = (await citizen.post(place, typed | {"do": "check"})).text
    mark = re.search(r'name="seen" value="([^"]+)"', seen).group(1)
    done = await citizen.post(place, typed | {"do": "confirm", "seen": mark})
    assert done.status_code == 303
    assert engine.states[number].slots["birth_certificate"].state == "submitting"
    assert f'href="{place}"' not in (await citizen.get(f"/m/cases/{number}")).text
