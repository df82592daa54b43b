import pytest

from records.audit import entries_of
from records.lookup import fingerprint_subject

PLAN = "/api/v1/bundles/bereavement/plan"


async def test_the_first_plan_asks_the_questions_and_complains_of_nothing_wrong(client):
    plan = (await client.post(PLAN, json={"complain": False})).json()
    assert plan["problems"] == []
    assert plan["questions"][0]["pointer"] == "/situations/death_kind"
    assert plan["title"] == {"zh": "身后一件事", "en": "Post-death affairs"}


async def test_with_draft_and_notice_registers_fill_the_form(client, draft_of, story):
    draft = await draft_of()
    body = {"situations": story.situations, "answers": story.answers, "draft": draft}
    plan = (await client.post(PLAN, json=body)).json()
    assert plan["problems"] == []
    fields = {one["pointer"]: one for s in plan["sections"] for b in s["blocks"] for one in b["fields"]}
    assert fields["/deceased/name"]["value"] == "陈国梁"
    assert fields["/deceased/name"]["supply"] == "register"
    assert fields["/deceased/name"]["as_of"]
    assert {one["material"] for one in plan["materials"] if one["uploaded"]} == set(story.materials)
    assert plan["figures"]["fields"]["typed"] < plan["figures"]["fields"]["separate"] / 3


async def test_persons_of_a_list_are_told_apart_by_the_end_of_the_number_typed(client, story):
    heirs = [{"id_number": "36090219710625629X"}, {}]
    answers = {**story.answers, "heirs": heirs, "payee": {"same_as": "heirs/0"}}
    body = {"situations": story.situations, "answers": answers, "complain": False}
    plan = (await client.post(PLAN, json=body)).json()
    fields = {one["pointer"]: one for s in plan["sections"] for b in s["blocks"] for one in b["fields"]}
    named = {one["value"]: one["label"]["zh"] for one in fields["/payee/same_as"]["options"]}
    assert named["heirs/0"] == "继承人 1（证号尾号 629X）"
    assert named["heirs/1"] == "继承人 2"


async def test_persons_of_a_list_are_called_by_their_names_where_these_are_known(client, story):
    answers = {**story.answers, "heirs": [{"name": "陈思远"}, {"name": "陈思敏"}]}
    body = {"situations": story.situations, "answers": answers, "complain": False}
    plan = (await client.post(PLAN, json=body)).json()
    fields = {one["pointer"]: one for s in plan["sections"] for b in s["blocks"] for one in b["fields"]}
    named = {one["value"]: one["label"] for one in fields["/payee/same_as"]["options"]}
    assert named["heirs/0"] == {
        "zh": "继承人 1：陈思远",
        "en": f"{named['heirs/0']['en'].split(' 1')[0]} 1: 陈思远",
    }
    assert named["heirs/1"]["zh"] == "继承人 2：陈思敏"


async def test_without_a_shown_notice_nobody_is_asked(client, draft_of, story, office):
    draft = await draft_of(notice=False)
    body = {"situations": story.situations, "answers": story.answers, "draft": draft}
    plan = (await client.post(PLAN, json=body)).json()
    fields = {one["pointer"]: one for s in plan["sections"] for b in s["blocks"] for one in b["fields"]}
    assert fields["/deceased/name"]["value"] is None
    assert not [one for one in await entries_of(office.archive) if one.action == "ask_register"]


async def test_a_lookup_needs_a_draft(client):
    answer = await client.post(PLAN, json={"notice_shown": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "lookup_refused")


async def test_every_question_is_audited_by_fingerprint_and_put_once(client, draft_of, story, office):
    draft = await draft_of()
    blind = fingerprint_subject(office.archive.ring, "resident_id", story.answers["deceased"]["id_number"])
    asked = [
        one for one in await entries_of(office.archive, subject_blind=blind) if one.action == "ask_register"
    ]
    assert {one.purpose for one in asked} == {"file_case"}
    assert any("register:population" in one.fields and "name" in one.fields for one in asked)
    body = {"situations": story.situations, "answers": story.answers, "draft": draft, "notice_shown": True}
    await client.post(PLAN, json=body)
    again = [
        one for one in await entries_of(office.archive, subject_blind=blind) if one.action == "ask_register"
    ]
    assert len(again) == len(asked)


@pytest.fixture
def people(story, request):
    silent = {name: {**held, "unavailable": True} for name, held in story.registers.items()}
    return silent if "silent" in request.node.name else dict(story.registers)


async def test_silent_registers_turn_their_facts_into_typed_ones(client, draft_of, story):
    draft = await draft_of()
    body = {"situations": story.situations, "answers": story.answers, "draft": draft}
    plan = (await client.post(PLAN, json=body)).json()
    missing = {one["pointer"] for one in plan["problems"] if one["code"] == "required"}
    assert "/deceased/name" in missing


async def test_drafts_belong_to_their_account_and_can_be_thrown_away(client, draft_of):
    draft = await draft_of(notice=False, papers=False)
    answer = await client.put(
        f"/api/v1/drafts/{draft}", json={"answers": {"deceased": {"death_place": "家中"}}}
    )
    assert answer.json()["answers"] == {"deceased": {"death_place": "家中"}}
    assert (await client.delete(f"/api/v1/drafts/{draft}")).status_code == 204
    assert (await client.get(f"/api/v1/drafts/{draft}")).status_code == 404
    assert (await client.post("/api/v1/drafts", json={"bundle": "weddings"})).status_code == 404


async def test_a_clerk_who_opens_a_colleagues_draft_is_told_that_it_is_one(client, draft_of):
    draft = await draft_of(notice=False, papers=False)
    await client.post("/sign-in/development", data={"account": "clerk-2"})
    answer = await client.get(f"/api/v1/drafts/{draft}")
    assert (answer.status_code, answer.json()["code"]) == (404, "draft_of_another")
    page = await client.get(f"/bundles/bereavement/new?draft={draft}")
    assert page.status_code == 404
    assert "这份草稿由另一位经办人保存，请由其继续办理，或者另起一份" in page.text
    own = (await client.post("/api/v1/drafts", json={"bundle": "bereavement"})).json()["id"]
    client.cookies.clear()
    assert (await client.get(f"/api/v1/drafts/{own}")).json()["code"] == "draft_of_another"


async def test_of_a_persons_draft_nobody_else_learns_and_of_a_clerks_no_person(client, draft_of):
    of_clerk = await draft_of(notice=False, papers=False)
    person = {"name": "李一", "id_number": "110105199001011232"}
    await client.post("/sign-in/development", data=person)
    own = (await client.post("/api/v1/drafts", json={"bundle": "bereavement"})).json()["id"]
    assert (await client.get(f"/api/v1/drafts/{of_clerk}")).json()["code"] == "not_known"
    client.cookies.clear()
    assert (await client.get(f"/api/v1/drafts/{own}")).json()["code"] == "not_known"
