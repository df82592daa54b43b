"""Agencies at their desks: the case's own rules as engine, whose filings land on the desks."""

import re
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from activities.agencies.registry import at_desks, in_process
from activities.registers.registry import in_process as registers_in_process
from activities.signatures import AgencyReplied
from api.office import Wiring
from api.standing import filings_of, standing_of
from api.start import sweep
from forms.intake import complete
from onething.adapter import Submission
from onething.case import initial_state, step
from onething.case_event import (
    Begun,
    FilingLeft,
    IssueReceipt,
    ReceiptIssued,
    Replied,
    SubmitItem,
    Ticked,
    WithdrawItem,
)
from onething.case_turn import slot_key
from onething.errors import NotWithdrawable
from tests.api.conftest import NOW, RulingEngine

XSS = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


class DeskEngine(RulingEngine):
    """The case's own rules; what they ask of an agency is asked of its adapter, as the activities do."""

    async def start(self, case):
        await super().start(case)
        self.commands += step(case, initial_state(case), Begun(), case.submitted_at).commands

    async def replied(self, number, reply: AgencyReplied):
        await super().replied(number, reply)
        await self.feed(number, Replied(slot=reply.slot, round=reply.round, events=reply.events))

    async def work(self):
        """Do what the rules have asked for, and what that leads to, until nothing is left to do."""
        while True:
            await sweep(self.office)
            commands, self.commands = self.commands, []
            todo = [one for one in commands if isinstance(one, SubmitItem | WithdrawItem | IssueReceipt)]
            if not todo:
                return
            for command in todo:
                await self._do(command)

    async def _do(self, command) -> None:
        number = self.number
        if isinstance(command, IssueReceipt):
            await self.feed(number, ReceiptIssued(revision=command.revision, sha256="a" * 64))
            return
        slot = self.states[number].slots[command.slot]
        adapter = self.office.adapters[slot.agency]
        key = slot_key(self.cases[number], slot.slot, command.round)
        if isinstance(command, WithdrawItem):
            try:
                await adapter.withdraw(key, command.reason)
                gone = True
            except NotWithdrawable:
                gone = False
            await self.feed(number, FilingLeft(slot=slot.slot, round=command.round, gone=gone))
            return
        filing = (await filings_of(self.office, await standing_of(self.office, number)))[slot.slot]
        submission = Submission(
            key=key,
            item=slot.item,
            slot=slot.slot,
            round=command.round,
            payload=complete(filing, command.outputs),
            materials=filing.materials,
            at=self.office.now(),
        )
        events = await adapter.submit(submission)
        await self.feed(number, Replied(slot=slot.slot, round=command.round, events=events))

    @property
    def number(self):
        (number,) = self.cases
        return number

    def state(self, slot):
        return self.states[self.number].slots[slot]

    async def pass_by(self, days):
        """Let days pass, and what they bring about of themselves."""
        self.office.clock.__self__.now += timedelta(days=days)
        await self.feed(self.number, Ticked())
        await self.work()


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def read(self):
        return self.now


class Handler:
    """A handler at a browser: reads pages, fills in forms, and sees what comes back."""

    def __init__(self, browser) -> None:
        self.browser = browser
        self.page = ""

    async def open(self, address, status=200):
        answer = await self.browser.get(address, headers={"accept": "text/html"})
        assert answer.status_code == status, (address, answer.status_code, answer.text[:400])
        self.page = answer.text
        return self.page

    async def inbox(self, wanted=""):
        """The ids of the filings that the inbox shows."""
        page = await self.open(f"/desk?wanted={wanted}")
        return re.findall(r'href="/desk/items/([0-9a-f]{32})', page)

    async def item(self, slot_title=None):
        """Open the first filing, or the one with this title."""
        page = await self.open("/desk")
        found = re.findall(r'href="/desk/items/([0-9a-f]{32})[^"]*">([^<]*)<', page)
        (chosen, *_) = [one for one, title in found if slot_title in {None, title}]
        await self.open(f"/desk/items/{chosen}")
        return chosen

    def form(self, kind):
        """What the page's form of an act sends by itself."""
        (form,) = re.findall(rf'<form [^>]*acts/{kind}"(.*?)</form>', self.page, re.DOTALL)
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
        return dict(hidden)

    async def act(self, item, kind, status=303, form=None, files=None, **fields: Any):
        """Fill in an act's form on the page that is open, and send it."""
        data = (form if form is not None else self.form(kind)) | fields
        answer = await self.browser.post(
            f"/desk/items/{item}/acts/{kind}", data=data, files=files, headers={"accept": "text/html"}
        )
        self.page = answer.text
        assert answer.status_code == status, (
            answer.status_code,
            re.findall(r'class="error"[^>]*>([^<]*)', self.page),
            self.page[:300],
        )
        if status == 303:
            await self.open(answer.headers["location"])
        return self.page


@pytest.fixture(scope="session")
def desks():
    """Which agencies work at a desk; a module about others says so."""
    return ("*",)


@pytest.fixture
def engine():
    return DeskEngine()


@pytest.fixture
def time():
    return Clock()


@pytest.fixture
def clock(time):
    return time.read


@pytest.fixture
def wiring(catalog, rules, calendar, registers, engine, clock, desks):  # noqa: PLR0917 - what a door is made of
    agencies = catalog.agencies.values()
    return Wiring(
        agencies={**in_process(agencies), **at_desks(agencies, desks)},
        registers=registers,
        secrets={},
        catalog=catalog,
        rules=rules,
        calendar=calendar,
        engine=engine,
        clock=clock,
    )


@pytest.fixture
def registers(people):
    return registers_in_process(people)


@pytest.fixture
async def number(file_story, engine, office):
    """A case that is filed, whose first items lie on their agencies' desks."""
    engine.office = office
    number = (await file_story()).json()["number"]
    await engine.work()
    return number


@pytest.fixture
async def at(app, client):
    """A function that signs a handler of an agency in."""
    del client
    async with AsyncExitStack() as stack:

        async def sign_in(agency) -> Handler:
            transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000), raise_app_exceptions=True)
            browser = httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1")
            await stack.enter_async_context(browser)
            answer = await browser.post("/sign-in/development", data={"account": f"handler-{agency}"})
            assert answer.headers["location"].startswith("/desk")
            return Handler(browser)

        yield sign_in


@pytest.fixture
async def visitor(app, client):
    """A function that opens a browser for somebody with a name and a number, or for a chosen account."""
    del client
    opened = []

    async def sign_in(**who: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50002), raise_app_exceptions=True)
        browser = httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        opened.append(browser)
        assert (await browser.post("/sign-in/development", data=who)).status_code == 303
        return browser

    yield sign_in
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def family(visitor, story):
    """The applicant of the story."""
    who = story.answers["applicant"]
    return await visitor(name=who["name"], id_number=who["id_number"])
