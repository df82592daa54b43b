"""Short forms of everyday speech find what titles write out in full, and case numbers need no dashes."""

import pytest

from api.case_work.abbreviation import ABBREVIATIONS, meanings

pytestmark = pytest.mark.usefixtures("ruling")


async def found(client, words):
    answer = await client.post("/api/v1/search", json={"q": words})
    assert answer.status_code == 200, answer.text
    return [one["line"]["number"] for one in answer.json()["found"]]


async def test_medical_insurance_is_found_by_its_short_name(client, number):
    assert await found(client, "医保") == [number]
    assert await found(client, "医保 身后") == [number]


@pytest.mark.parametrize("short", ABBREVIATIONS)
def test_every_short_form_stands_for_something_in_the_catalog(catalog, short):
    titles = [one.title.zh for versions in catalog.items.values() for one in versions]
    titles += [one.title.zh for one in catalog.agencies.values()]
    assert any(meaning in title for meaning in tuple(meanings(short))[1:] for title in titles)


async def test_a_case_number_is_found_without_its_dashes_and_in_parts(client, number):
    plain = number.replace("-", "")
    for typed in (plain, plain.lower(), number, number[:-2], plain[7:], plain[7:-1], number[-8:]):
        assert await found(client, typed) == [number], typed
    assert await found(client, plain[:-1] + ("A" if plain[-1] != "A" else "B")) == []
