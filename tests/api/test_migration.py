"""A running case keeps the rules it was filed under until somebody moves it to newer ones on purpose."""

from dataclasses import replace

import pytest

from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
ITEM = "real_estate/inheritance_transfer"


@pytest.fixture
def rewritten(office):
    """Write the catalog anew for one item, as an edit of its file would."""

    def write(**changes: object) -> None:
        versions = tuple(item.model_copy(update=changes) for item in office.catalog.items[ITEM])
        catalog = replace(office.catalog, items={**office.catalog.items, ITEM: versions})
        object.__setattr__(office, "catalog", catalog)
        office.forms.clear()

    return write


async def post(client, number, path=""):
    return await client.post(f"/api/v1/cases/{number}/migration{path}")


def shorter(office):
    limits = office.catalog.items[ITEM][0].limits
    return limits.model_copy(update={"promised": limits.promised.model_copy(update={"amount": 2})})


async def test_a_case_under_the_present_rules_has_nothing_to_move_to(client, number, engine):
    seen = await post(client, number, "/preview")
    assert seen.json() == {"slots": [], "case": []}
    assert engine.updates == []


async def test_a_shorter_promise_holds_for_a_running_case_once_it_is_moved(
    client, number, engine, office, rewritten
):
    before = engine.cases[number]
    rewritten(limits=shorter(office))
    assert engine.cases[number] == before
    seen = (await post(client, number, "/preview")).json()
    assert [(one["slot"], one["parts"]) for one in seen["slots"]] == [("real_estate", ["promised"])]
    answer = await post(client, number)
    assert answer.status_code == 200, answer.text
    promised = {slot.slot: slot.promised.amount for slot in engine.cases[number].definition.slots}
    assert promised["real_estate"] == 2
    assert engine.cases[number].payloads == before.payloads
    assert (await post(client, number, "/preview")).json() == {"slots": [], "case": []}
    last = [one for one in await entries_of(office.archive, case=number) if one.purpose == "steer_case"][-2]
    assert last.action == "migrate_case"


async def test_a_catalog_that_lost_an_effect_cannot_carry_the_case(client, number, engine, rewritten):
    before = engine.cases[number]
    rewritten(effects=())
    for path in ("/preview", ""):
        refused = await post(client, number, path)
        assert refused.status_code == 409, refused.text
        assert refused.json()["code"] == "action_rejected"
        assert refused.json()["title"] == "更新办理规则不能减少办理结果"
    assert engine.cases[number] == before
