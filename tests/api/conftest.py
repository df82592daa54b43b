"""The door over a temporary archive, with in-process registers and agencies and a fake workflow engine."""

from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx2
import pytest
from pydantic import TypeAdapter

from activities.agencies.registry import in_process
from activities.record import snapshot_of
from activities.registers.registry import in_process as registers_in_process
from activities.signatures import Applied, RecordCaseInput
from api.app import create_app
from api.errors import EngineRefused, EngineUnavailable
from api.office import Wiring
from forms.merge import merge
from forms.prefill import known_from_registers, without_login
from onething.adapter import AgencyEvent
from onething.calendar import load_calendar
from onething.case import check_action, initial_state, step
from onething.case_event import Begun, Replied
from onething.case_state import CaseState
from onething.catalog import load_catalog
from onething.errors import ActionRejected, NotKnown
from onething.rule_binding import rules_of
from records.snapshot import apply_snapshot
from runtime.settings import TREE, Settings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime.fromisoformat("2026-03-03T10:05:00+08:00")


class FakeEngine:
    """Stands where Temporal stands: remembers what it was told; `away` switches it off."""

    def __init__(self) -> None:
        self.away = False
        self.started: dict[str, Any] = {}
        self.starts = 0
        self.replies: list[tuple[str, Any]] = []
        self.handed: list[tuple[str, int]] = []
        self.updates: list[tuple[str, Any]] = []
        self.ended: set[str] = set()
        self.rejects = False
        self.refused: set[str] = set()
        """Cases, and slots with round, about which the engine takes no message."""
        self.after_update: Any = None
        self.announced: list[Any] = []
        self.taken_up: list[Any] = []
        self.late: list[Any] = []

    async def start(self, case):
        self._check()
        self._take(case.number)
        self.starts += 1
        self.started.setdefault(case.number, case)

    async def replied(self, number, reply):
        self._check()
        self._alive(number)
        self._take(f"{reply.slot}/{reply.round}")
        self.replies.append((number, reply))

    async def handed_out(self, number, revision):
        self._check()
        self._alive(number)
        self.handed.append((number, revision.revision))

    async def act(self, number, action):
        return await self._update(number, action)

    async def take_up(self, ended, action):
        self._check()
        self.taken_up.append((ended, action))
        return Applied(revision=ended.ended["revision"] + 1)

    async def replied_late(self, ended, reply):
        self._check()
        self.late.append((ended, reply))

    async def announce(self, number, calendar):
        self._check()
        self._alive(number)
        self.announced.append((number, calendar))

    async def reachable(self):
        return not self.away

    async def _update(self, number: str, request: Any) -> Applied:
        self._check()
        if self.rejects:
            raise ActionRejected(what="the slot needs no operator", slot=request.slot)
        self.updates.append((number, request))
        return Applied(revision=1)

    def _check(self) -> None:
        if self.away:
            raise EngineUnavailable

    def _take(self, name: str) -> None:
        if name in self.refused:
            raise EngineRefused(status="INVALID_ARGUMENT")

    def _alive(self, number: str) -> None:
        if number in self.ended or number not in self.started:
            raise NotKnown("case", number)


class RulingEngine(FakeEngine):
    """The case's own rules instead of a workflow; what agencies say is fed in by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.office: Any = None
        self.cases: dict[str, Any] = {}
        self.states: dict[str, Any] = {}
        self.commands: list[Any] = []
        self.silent = False
        """The next act is taken in, and its answer is lost."""

    async def start(self, case):
        await super().start(case)
        begun = step(case, initial_state(case), Begun(), case.submitted_at)
        self.cases[case.number], self.states[case.number] = case, begun.state

    async def act(self, number, action):
        self._check()
        if number in self.ended:
            raise NotKnown("case", number)
        return await self._ruled(number, action)

    async def take_up(self, ended, action):
        await super().take_up(ended, action)
        number = ended.number
        self.ended.discard(number)
        self.cases[number] = ended.model_copy(update={"ended": None})
        self.states[number] = CaseState.model_validate(ended.ended)
        return await self._ruled(number, action)

    async def _ruled(self, number: str, action: Any) -> Applied:
        now = self.office.now()
        check_action(self.cases[number], self.states[number], action, now)
        self.updates.append((number, action))
        await self.feed(number, action)
        if self.silent:
            self.silent = False
            raise EngineUnavailable
        return Applied(revision=self.states[number].revision)

    async def feed(self, number, *events: Any, at=None):
        """Let something happen to the case, and record it."""
        for event in events:
            outcome = step(self.cases[number], self.states[number], event, at or self.office.now())
            self.states[number] = outcome.state
            self.cases[number] = outcome.case or self.cases[number]
            self.commands += outcome.commands
            task = RecordCaseInput(state=outcome.state, entries=outcome.entries)
            await apply_snapshot(self.office.archive, snapshot_of(task))

    async def says(self, number, slot, *events: Any, at=None):
        """An agency answers about the slot's present round."""
        told = TypeAdapter(tuple[AgencyEvent, ...]).validate_python(
            [
                {"event_id": f"{slot}/{len(self.states[number].slots[slot].seen)}/{index}"}
                | {"occurred_at": at or self.office.now()}
                | event
                for index, event in enumerate(events)
            ]
        )
        round_ = self.states[number].slots[slot].round
        await self.feed(number, Replied(slot=slot, round=round_, events=told), at=at)

    async def asks(self, number, slot, *, fields=(), materials=(), code="incomplete"):
        """An agency receives a filing and asks for a correction."""
        words = {"zh": "填写有误", "en": "wrong"}
        asked = {"fields": fields, "materials": materials, "reasons": [{"code": code, "text": words}]}
        received = {"kind": "received", "ref": "R-1"}
        await self.says(number, slot, received, {"kind": "correction_requested"} | asked)


@pytest.fixture(scope="session")
def catalog():
    return load_catalog(TREE / "catalog")


@pytest.fixture(scope="session")
def rules(catalog):
    return rules_of(catalog)


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(TREE / "catalog" / "calendars")


@pytest.fixture(scope="session")
def life_event():
    """Which life event the story is about; a module about another one says so."""
    return "bereavement"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("bereavement", "smooth_employee")


@pytest.fixture
def engine(request):
    return RulingEngine() if "ruling" in request.fixturenames else FakeEngine()


@pytest.fixture
async def number(file_story, engine):
    """A case that is filed; under its own rules, with the proof of death granted and the rest under way."""
    number = (await file_story()).json()["number"]
    if isinstance(engine, RulingEngine):
        await engine.says(number, "death_proof", {"kind": "granted"})
    return number


@pytest.fixture
def ruling(engine, office):
    """The engine that follows the case's own rules; whoever asks for it has it as `engine` too."""
    engine.office = office
    return engine


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path)


@pytest.fixture
def people(story):
    return dict(story.registers)


@pytest.fixture
def clock():
    return lambda: NOW


@pytest.fixture
def app(settings, wiring):
    return create_app(settings, wiring)


@pytest.fixture
def wiring(catalog, rules, calendar, people, engine, clock):  # noqa: PLR0917 - what a door is made of
    return Wiring(
        agencies=in_process(catalog.agencies.values()),
        registers=registers_in_process(people),
        secrets={"police": SECRET, "health": SECRET},
        catalog=catalog,
        rules=rules,
        calendar=calendar,
        engine=engine,
        clock=clock,
    )


@asynccontextmanager
async def opened(app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1"):
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, client=client, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url=base_url) as browser:
            yield browser


@pytest.fixture
async def client(app):
    async with opened(app) as browser:
        yield browser


@pytest.fixture
def office(app, client):
    del client
    return app.state.office


@pytest.fixture
def filing(story, life_event):
    """A function that gives the story's filing as the body of `POST /cases`."""

    def make(**changes: Any) -> dict[str, Any]:
        body = {
            "bundle": life_event,
            "region": story.region,
            "situations": dict(story.situations),
            "answers": dict(story.answers),
            "pledge": True,
        }
        return body | changes

    return make


@pytest.fixture
def draft_of(client, story, life_event):
    """Begin a draft for the story: papers uploaded and, unless told otherwise, registers asked."""

    async def begin(*, notice: bool = True, papers: bool = True) -> str:
        answer = await client.post("/api/v1/drafts", json={"bundle": life_event})
        draft = answer.json()["id"]
        for material in story.materials if papers else ():
            await upload(client, draft, material)
        if notice:
            body = {"situations": story.situations, "answers": story.answers, "draft": draft}
            place = f"/api/v1/bundles/{life_event}/plan"
            answer = await client.post(place, json=body | {"notice_shown": True})
            assert answer.status_code == 200, answer.text
        return draft

    return begin


async def upload(client, draft, material, data=b"%PDF-1.7\n%%EOF\n", name="paper.pdf"):
    return await client.post(
        "/api/v1/materials",
        data={"draft": draft, "material": material},
        files={"file": (name, data, "application/octet-stream")},
    )


@pytest.fixture
def file_story(client, filing, draft_of):
    """File the story once; gives the answer."""

    async def file(key: str = "key-1", **changes: Any) -> httpx2.Response:
        body = filing(**({"draft": await draft_of()} | changes))
        return await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": key})

    return file


@pytest.fixture
def typed_filing(catalog, story):
    """A filing that needs neither draft nor papers: what registers would have said is typed in."""
    quiet = {"death_proof_known": True, "has_real_estate": False, "has_medical_account": False}
    situations = story.situations | quiet | {"pension": "none", "benefits": []}
    bundle = catalog.bundle("bereavement")
    form = merge(catalog, bundle, situations, NOW.date())
    rest, login = without_login(form, story.answers)
    known = known_from_registers(form, rest, story.registers, login)
    answers = {role: dict(group) for role, group in story.answers.items() if isinstance(group, dict)}
    for pointer, one in known.items():
        role, _, key = pointer.strip("/").partition("/")
        if role in answers or not bundle.roles[role].many:
            answers.setdefault(role, {}).setdefault(key, one.value)
    return {
        "bundle": "bereavement",
        "region": story.region,
        "situations": situations,
        "answers": answers,
        "pledge": True,
    }
