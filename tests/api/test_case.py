import asyncio
import json

import pytest

from api.case_number import check_character
from records.audit import entries_of, verify
from records.blob import get_blob
from records.case import get_case
from records.notice import unsent


async def test_a_filing_becomes_one_case_with_its_workflow(client, file_story, engine):
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    assert answer.headers["location"] == f"/api/v1/cases/{number}"
    started = engine.started[number]
    assert set(started.payloads) == {slot.slot for slot in started.definition.slots}
    assert started.header
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    assert view["started"]
    assert view["state"] == "running"
    assert len(view["slots"]) == 12
    lines = (await client.get(f"/api/v1/cases/{number}/timeline")).json()
    assert lines[0]["kind"] == "submitted"


async def test_the_number_names_region_event_and_day_and_checks_itself(file_story):
    number = (await file_story()).json()["number"]
    region, code, day, _, check = number.split("-")
    assert (region, code, day) == ("360900", "A", "20260303")
    assert check == check_character(number[:-2])
    assert check_character(number[:-3] + ("1" if number[-3] != "1" else "2")) != check


async def test_the_pinned_definition_names_nobody_and_fits_64_kib(file_story, engine, story):
    await file_story()
    (case,) = engine.started.values()
    document = case.model_dump_json()
    assert len(document.encode()) <= 64 * 1024
    for held in story.registers["population"].values():
        assert held["name"] not in document
    assert story.answers["deceased"]["id_number"] not in document


async def test_the_same_key_and_body_give_the_same_case(client, filing, draft_of, engine):
    body = filing(draft=await draft_of())
    first = await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "k"})
    again = await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {"number": first.json()["number"], "new": False}
    assert engine.starts == 1


async def test_the_same_key_with_another_body_is_refused(client, filing, draft_of):
    body = filing(draft=await draft_of())
    await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "k"})
    answer = await client.post(
        "/api/v1/cases", json=body | {"region": "360902"}, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_reused"


async def test_a_hundred_filings_for_one_deceased_become_one_case(client, typed_filing, engine, office):
    answers = await asyncio.gather(
        *(
            client.post("/api/v1/cases", json=typed_filing, headers={"Idempotency-Key": f"k{index}"})
            for index in range(100)
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 99
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"case_exists"}
    assert len(engine.started) == 1
    assert len(await unsent(office.archive)) == 1
    assert await verify(office.archive) is None


async def test_a_second_filing_learns_the_window_and_nothing_else(  # noqa: PLR0917 - fixtures
    client, file_story, filing, draft_of, office, story
):
    number = (await file_story()).json()["number"]
    answer = await client.post(
        "/api/v1/cases", json=filing(draft=await draft_of()), headers={"Idempotency-Key": "2"}
    )
    problem = answer.json()
    assert answer.status_code == 409
    assert problem["window"] == "政务服务中心综合窗口"
    assert problem["phone"] == "12345"
    assert "请联系该窗口" in problem["title"]
    assert "ask that window to be added" in problem["title_en"]
    assert number not in answer.text
    assert story.answers["applicant"]["name"] not in answer.text
    (notice,) = await unsent(office.archive)
    assert (notice.case, notice.kind) == (number, "second_filing")


async def test_a_paper_that_may_follow_is_owed_and_a_main_one_is_missed(client, filing, draft_of):
    answer = await client.post(
        "/api/v1/cases", json=filing(draft=await draft_of(papers=False)), headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 422
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers
    assert all(pointer.startswith("/materials/") for pointer in pointers)


async def test_nothing_of_a_refused_filing_is_stored(client, filing, draft_of, engine):
    draft = await draft_of()
    answer = await client.post(
        "/api/v1/cases", json=filing(draft=draft, pledge=False), headers={"Idempotency-Key": "k"}
    )
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/pledge"]
    assert (await client.get("/api/v1/cases")).json() == []
    assert engine.starts == 0
    assert (await client.get(f"/api/v1/drafts/{draft}")).status_code == 200


async def test_the_draft_and_its_papers_become_the_cases(client, file_story, engine, office):
    answer = await file_story()
    number = answer.json()["number"]
    assert (await get_case(office.archive, number)).inputs["answers"]
    assert (await client.get("/api/v1/cases?open=true")).json()[0]["number"] == number
    assert engine.started[number].mode == "assisted"


async def test_every_touch_of_a_case_is_audited_with_actor_and_purpose(client, file_story, office):
    number = (await file_story()).json()["number"]
    await client.get(f"/api/v1/cases/{number}")
    await client.get(f"/api/v1/cases/{number}/timeline")
    entries = await entries_of(office.archive, case=number)
    told = [(one.actor, one.purpose, one.action) for one in entries]
    assert told == [
        ("dev-clerk", "file_case", "file_case"),
        ("dev-clerk", "follow_case", "read_case"),
        ("dev-clerk", "follow_case", "read_timeline"),
    ]


async def test_what_was_read_and_what_was_corrected_is_kept_with_the_case(file_story, filing, office):
    answers = filing()["answers"]
    corrected = answers | {"deceased": answers["deceased"] | {"name": "陈国樑"}}
    number = (await file_story(answers=corrected)).json()["number"]
    stored = await get_case(office.archive, number)
    sealed = json.loads(await get_blob(office.archive, number, stored.inputs["answers"]))
    assert sealed["corrections"] == ["/deceased/name"]
    assert sealed["known"]["/deceased/name"]["value"] == "陈国梁"
    (filed,) = [one for one in await entries_of(office.archive, case=number) if one.action == "file_case"]
    assert {"/deceased/id_number", "/deceased/name"} <= set(filed.fields)
    assert "陈国" not in str(filed.fields)


async def test_resuming_waits_for_the_records(client, file_story, engine):
    number = (await file_story()).json()["number"]
    answer = await client.post(f"/api/v1/cases/{number}/slots/medical_stop/resume", json={"action": "retry"})
    assert answer.status_code == 200
    assert [request.slot for _, request in engine.updates] == ["medical_stop"]


async def test_what_the_case_is_not_in_a_state_for_is_refused(client, file_story, engine):
    number = (await file_story()).json()["number"]
    engine.rejects = True
    answer = await client.post(f"/api/v1/cases/{number}/slots/medical_stop/resume", json={"action": "retry"})
    assert (answer.status_code, answer.json()["code"]) == (409, "action_rejected")
    engine.away = True
    answer = await client.post(f"/api/v1/cases/{number}/slots/medical_stop/resume", json={"action": "retry"})
    assert answer.status_code == 503


@pytest.mark.parametrize("number", ["360900-A-20260303-000000-0", "nothing-here"])
async def test_a_case_that_does_not_exist_is_a_404(client, number):
    answer = await client.get(f"/api/v1/cases/{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_known")
