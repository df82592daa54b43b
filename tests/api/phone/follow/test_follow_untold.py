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


async def test_what_is_missing_is_said_to_programs_and_in_the_list_of_cases(citizen, stranger, number, story):
    (todo,) = (await citizen.get(f"/api/v1/own/cases/{number}/wanted")).json()
    assert (todo["kind"], todo["slot"], todo["may"]) == ("untold", "birth_certificate", True)
    (line,) = (await citizen.get("/api/v1/own/cases")).json()
    assert [(one["kind"], one["slot"]) for one in line["wanted"]] == [("untold", "birth_certificate")]
    assert line["asked"]
    for path in ("/m", "/m/cases"):
        page = (await citizen.get(path)).text
        assert "需要您处理" in page
        assert "补填还没有填写的内容" in page
    agreed = {
        "representative_name": "李一",
        "representative_id_number": "110105199001011232",
        "scope": "follow",
        "until": "2026-03-31",
        "signature": story.answers["applicant"]["name"],
    }
    assert (await citizen.post("/m/mandates", agreed)).status_code == 303
    (seen,) = (await stranger.get(f"/api/v1/own/cases/{number}/wanted")).json()
    assert (seen["kind"], seen["may"]) == ("untold", False)
    told = {"answers": {"child": {"chosen_name": "林沐晨"}}, "acknowledged": True}
    answer = await citizen.browser.post(f"/api/v1/own/cases/{number}/corrections", json=told)
    assert answer.status_code == 204, answer.text
    assert "untold" not in {
        one["kind"] for one in (await citizen.get(f"/api/v1/own/cases/{number}/wanted")).json()
    }
    (line,) = (await citizen.get("/api/v1/own/cases")).json()
    assert not line["asked"]


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
