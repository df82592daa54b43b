async def test_a_filing_becomes_one_case_with_its_workflow(client, file_story, engine):
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    assert list(engine.started) == [number]
    started = engine.started[number]
    assert set(started.payloads) == {slot.slot for slot in started.definition.slots}
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    assert view["started"]
    assert view["state"] == "running"
    assert len(view["slots"]) == 12
    lines = (await client.get(f"/api/v1/cases/{number}/timeline")).json()
    assert [line["kind"] for line in lines][:1] == ["submitted"]
