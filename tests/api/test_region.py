"""The door in a region: the plan and the form follow the place where the case is filed."""

from datetime import date

from api.principal import DEVELOPMENT_WINDOW

DAY = date(2026, 3, 3)


async def test_the_plan_counts_for_the_place_it_is_asked_for(client, office):
    story = office.catalog.scenario("social_assistance")
    figures = {}
    for region in ("370214", "110101"):
        request = {"situations": story.situations, "answers": story.answers, "region": region}
        answer = await client.post("/api/v1/bundles/social_assistance/plan", json=request)
        assert answer.status_code == 200, answer.text
        figures[region] = answer.json()["figures"]
    assert figures["370214"]["region"]["steps"]["after"] < figures["370214"]["region"]["steps"]["before"]
    assert "region" not in figures["110101"]


async def test_a_plan_for_no_place_at_all_is_refused(client):
    answer = await client.post("/api/v1/bundles/social_assistance/plan", json={"region": "Qingdao"})
    assert answer.status_code == 422


async def test_without_a_place_the_windows_own_rules_hold(client, office):
    story = office.catalog.scenario("newborn")
    request = {"situations": story.situations, "answers": story.answers}
    figures = (await client.post("/api/v1/bundles/newborn/plan", json=request)).json()["figures"]
    assert figures["region"]["code"] == DEVELOPMENT_WINDOW.region[:2] == "36"


def test_forms_are_merged_once_for_all_places_with_the_same_rules(office):
    bundle = office.catalog.bundle("social_assistance")
    said = office.catalog.scenario("social_assistance").situations
    assert office.form(bundle, said, DAY, "370611") is office.form(bundle, said, DAY, "370602")
    assert office.form(bundle, said, DAY, "370611") is not office.form(bundle, said, DAY, "370614")
