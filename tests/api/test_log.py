import json

from structlog.testing import capture_logs


def personal(story):
    yield story.answers["deceased"]["id_number"]
    yield story.answers["applicant"]["name"]
    yield story.answers["applicant"]["phone"]
    for held in story.registers["population"].values():
        yield held["name"]


async def test_nothing_personal_is_logged_on_any_path(  # noqa: PLR0917 - fixtures
    client, filing, draft_of, story, engine, monkeypatch
):
    with capture_logs() as lines:
        draft = await draft_of()
        await client.post(
            "/api/v1/cases", json=filing(draft=draft, pledge=False), headers={"Idempotency-Key": "1"}
        )
        number = story.answers["deceased"]["id_number"]
        await client.get(f"/api/v1/persons/{number}?name={story.answers['applicant']['name']}")
        engine.away = True
        await client.post("/api/v1/cases", json=filing(draft=draft), headers={"Idempotency-Key": "2"})
        await client.post(
            "/api/v1/cases", json=filing(draft=await draft_of()), headers={"Idempotency-Key": "3"}
        )

        def broken(*_: object) -> None:
            raise ValueError(f"no such person: {number}")

        monkeypatch.setattr("api.plan.plan_of", broken)
        await client.post("/api/v1/bundles/bereavement/plan", json={"answers": story.answers})
    text = json.dumps(lines, ensure_ascii=False, default=str)
    assert "unexpected" in text
    assert "start postponed" in text
    for value in personal(story):
        assert value not in text


async def test_each_request_leaves_one_line_with_route_status_and_duration(client):
    with capture_logs() as lines:
        answer = await client.get("/api/v1/bundles/bereavement")
    (line,) = [one for one in lines if one["event"] == "request"]
    assert line["route"].endswith("/bundles/{bundle_id}")
    assert (line["method"], line["status"], line["request"]) == ("GET", 200, answer.headers["x-request-id"])
    assert line["milliseconds"] >= 0
