"""No words stand for an answer: a gate that turns on a field nobody has filled asks for that field."""

import re

import pytest

from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}
POINTER = "/child/chosen_name"
PLACE = "slots/birth_certificate/gates/child_named"
WORDS = "取名林沐晨"


@pytest.fixture(scope="session")
def life_event():
    return "newborn"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("newborn", "name_missing_at_discharge")


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


@pytest.mark.parametrize(
    ("lang", "named"), [("", "请填写新生儿姓名"), ("?lang=en", "Name chosen for the child")]
)
async def test_the_page_asks_for_the_name_and_takes_no_words_for_it(client, number, engine, lang, named):
    place = f"/cases/{number}/{PLACE}{lang}"
    page = (await client.get(place, headers=HTML)).text
    assert re.findall(r'name="shown" value="([^"]+)"', page) == [POINTER]
    assert 'id="proof"' not in page
    assert "选填" not in page
    refused = await client.post(place, data={"proof": WORDS}, headers=HTML)
    assert refused.status_code == 422
    assert named in refused.text
    assert engine.states[number].slots["birth_certificate"].state == "blocked"
    assert WORDS not in (await client.get(f"/cases/{number}", headers=HTML)).text


async def test_a_program_is_told_which_field_is_wanting_in_both_languages(client, number, engine, office):
    refused = await client.post(f"/api/v1/cases/{number}/{PLACE}", json={"proof": WORDS})
    told = refused.json()
    assert (refused.status_code, told["code"]) == (422, "answers_rejected")
    (problem,) = told["errors"]
    assert (problem["pointer"], problem["code"]) == (POINTER, "required")
    assert "新生儿姓名" in problem["zh"]
    assert "Name chosen for the child" in problem["en"]
    assert engine.states[number].slots["birth_certificate"].state == "blocked"
    assert not [one for one in await entries_of(office.archive, case=number) if one.action == "open_gate"]


async def test_with_the_name_the_item_goes_on_and_the_name_stands_in_the_filing(
    client, number, engine
):
    place = f"/cases/{number}/correction"
    typed = {"shown": POINTER, POINTER: "林沐晨"}
    seen = await client.post(place, data=typed | {"do": "check"}, headers=HTML)
    assert "接着办理，即送达部门" in seen.text
    mark = re.search(r'name="seen" value="([^"]+)"', seen.text).group(1)
    assert engine.states[number].slots["birth_certificate"].state == "blocked"
    done = await client.post(place, data=typed | {"do": "confirm", "seen": mark}, headers=HTML)
    assert done.status_code == 303
    assert engine.states[number].slots["birth_certificate"].state == "submitting"
    assert "林沐晨" in (await client.get(f"/cases/{number}/filled", headers=HTML)).text
    assert (await client.get(f"/cases/{number}/{PLACE}", headers=HTML)).status_code == 409
    assert "目前没有部门要求补正" in (await client.get(place, headers=HTML)).text


async def test_nothing_typed_is_told_beside_the_field_and_nothing_else_may_be_changed(client, number, engine):
    place = f"/api/v1/cases/{number}/corrections"
    asked = (await client.get(place)).json()
    assert [one["pointer"] for one in asked["fields"]] == [POINTER]
    assert [one["gate"] for one in asked["gates"]] == ["child_named"]
    empty = (await client.post(place, json={"answers": {"child": {"chosen_name": ""}}})).json()
    assert [(one["pointer"], one["code"]) for one in empty["errors"]] == [(POINTER, "required")]
    more = {"child": {"chosen_name": "林沐晨"}, "account": {"account_no": "6217000010012345678"}}
    refused = (await client.post(place, json={"answers": more})).json()
    assert [one["code"] for one in refused["errors"]] == ["not_asked"]
    assert engine.states[number].slots["birth_certificate"].state == "blocked"
    assert (await client.post(place, json={"answers": {"child": more["child"]}})).status_code == 200
    assert engine.states[number].slots["birth_certificate"].state == "submitting"


async def test_a_name_told_with_a_changed_situation_needs_no_proof_besides(client, number, engine):
    told = {"situations": {"child_named": True}, "answers": {"child": {"chosen_name": "林沐晨"}}}
    assert (await client.post(f"/api/v1/cases/{number}/amendment", json=told)).status_code == 200
    page = (await client.get(f"/cases/{number}/{PLACE}", headers=HTML)).text
    assert 'id="proof"' not in page
    assert 'name="shown"' not in page
    assert (await client.post(f"/cases/{number}/{PLACE}", headers=HTML)).status_code == 303
    assert engine.states[number].slots["birth_certificate"].state == "submitting"
