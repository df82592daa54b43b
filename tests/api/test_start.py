import os
from datetime import timedelta

from api.app import create_app
from api.errors import EngineRefused
from api.start import sweep
from records.case import unstarted_cases
from runtime.health import PROCESS_HEADER

ANOTHER = "360902194311094350"
"""Another man born on the same day as the story's deceased."""


async def test_a_filing_while_the_engine_is_away_is_kept_and_started_later(
    client, file_story, engine, office
):
    engine.away = True
    answer = await file_story()
    assert answer.status_code == 201
    number = answer.json()["number"]
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    assert not view["started"]
    assert view["state"] == "submitted"
    assert await sweep(office) == 0
    engine.away = False
    assert await sweep(office) == 1
    assert list(engine.started) == [number]
    assert await unstarted_cases(office.archive, office.now(), timedelta()) == ()
    assert (await client.get(f"/api/v1/cases/{number}")).json()["state"] == "running"


async def test_a_case_is_started_with_the_same_input_however_it_is_started(file_story, engine, office):
    await file_story()
    (at_the_door,) = engine.started.values()
    engine.started.clear()
    from api.start import case_input
    from records.case import get_case

    again = await case_input(office, await get_case(office.archive, at_the_door.number))
    assert again == at_the_door


async def test_what_was_committed_before_a_crash_is_started_at_boot(settings, wiring, file_story, engine):
    engine.away = True
    number = (await file_story()).json()["number"]
    engine.away = False
    second = create_app(settings, wiring)
    async with second.router.lifespan_context(second):
        for _ in range(200):
            if engine.started:
                break
            await second.state.office.archive.database.read(lambda _: None)
    assert list(engine.started) == [number]


async def test_one_sweep_goes_on_past_a_case_that_cannot_start(file_story, engine, office):
    engine.away = True
    number = (await file_story()).json()["number"]
    engine.away = False
    from api.audit import entry
    from api.principal import Caller, Purpose, Role
    from records.case import erase_case

    await erase_case(
        office.archive, number, office.now(), entry(Caller("x", Role.CLERK, Purpose.OPERATE), "erase")
    )
    assert await sweep(office) == 0
    assert engine.started == {}


async def test_one_case_that_the_engine_does_not_take_keeps_no_other_from_starting(
    client, file_story, typed_filing, engine, office
):
    engine.away = True
    first = (await file_story()).json()["number"]
    other = typed_filing["answers"]["deceased"] | {"id_number": ANOTHER}
    body = typed_filing | {"answers": typed_filing["answers"] | {"deceased": other}}
    answer = await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "k2"})
    assert answer.status_code == 201, answer.text
    engine.away = False
    engine.refused.add(first)
    assert await sweep(office) == 1
    assert list(engine.started) == [answer.json()["number"]]
    engine.refused.clear()
    assert await sweep(office) == 1


async def test_a_filing_that_the_engine_does_not_take_is_kept_all_the_same(file_story, engine, monkeypatch):
    monkeypatch.setattr(engine, "_take", refuse)
    assert (await file_story()).status_code == 201
    assert engine.started == {}


def refuse(_name):
    raise EngineRefused(status="INVALID_ARGUMENT")


async def test_expired_drafts_are_thrown_away(client, draft_of, office, monkeypatch):
    draft = await draft_of(notice=False, papers=False)
    later = office.now() + timedelta(days=8)
    monkeypatch.setattr("api.office.Office.now", lambda _: later)
    await sweep(office)
    assert (await client.get(f"/api/v1/drafts/{draft}")).status_code == 404


async def test_ready_means_database_and_engine(client, engine):
    assert (await client.get("/readyz")).json() == {"status": "ready", "database": "ok", "temporal": "ok"}
    engine.away = True
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["temporal"]) == (503, "away")
    alive = await client.get("/healthz")
    assert (alive.status_code, alive.headers[PROCESS_HEADER]) == (200, str(os.getpid()))
