"""What every agency's adapter must keep: in goes a bench with the adapter, out comes silence or a breach.

Run over our own adapters and over a stranger's alike; needs no test framework:

    for check in CHECKS:
        await check(await make_bench())
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from onething.adapter import AgencyAdapter, AgencyEvent, EventKind, Submission
from onething.errors import AdapterError, CallbackRejected, NotWithdrawable


class ContractBroken(AssertionError):
    """The adapter breaks a promise; the message says which."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One fresh adapter with an agency behind it that decides in favour at once."""

    adapter: AgencyAdapter
    submission: Submission
    """A filing that the agency takes; its key was never used before."""
    effects: Callable[[str], Awaitable[int]] | None = None
    """Counts the effects under a key in the agency's own ledger, where that can be read."""
    open_submission: Submission | None = None
    """A filing that the agency takes and leaves undecided, for withdrawal."""
    callback: bytes | None = None
    """A well-formed callback of this agency about `submission.key`."""

    @property
    def later(self) -> datetime:
        """A time by which the agency has decided."""
        return self.submission.at + timedelta(days=1)


Check = Callable[[Bench], Awaitable[None]]


async def knows_the_contract(bench: Bench) -> None:
    """It offers every method and declares its capabilities."""
    _hold(isinstance(bench.adapter, AgencyAdapter), "part of onething.adapter.AgencyAdapter is missing")
    _hold(bench.adapter.capabilities.settle_after >= 0, "settle_after is negative")


async def answers_a_filing_with_events(bench: Bench) -> None:
    """A filing is received first, and events are well-formed, in order and each under its own id."""
    events = await bench.adapter.submit(bench.submission)
    _hold(bool(events), "a filing was answered without any event")
    _hold(events[0].kind is EventKind.RECEIVED, "the first event is not `received`")
    _well_formed(events)


async def tells_the_same_again(bench: Bench) -> None:
    """Asked by key it tells what it told before, under the same ids, oldest first."""
    if not bench.adapter.capabilities.query_by_key:
        return
    told = await bench.adapter.submit(bench.submission)
    first, second = [await bench.adapter.query(bench.submission.key, bench.later) for _ in range(2)]
    _hold(first is not None and second is not None, "it does not know a key under which it took a filing")
    _well_formed(first or ())
    _hold(_ids(first or ()) == _ids(second or ()), "event ids change from one question to the next")
    _hold(_ids(told) <= _ids(first or ()), "events told at filing are missing from the answer to a question")


async def takes_one_key_once(bench: Bench) -> None:
    """Where it declares `idempotent_submit`, the same key twice has one effect and the same events."""
    if not bench.adapter.capabilities.idempotent_submit:
        return
    first = await bench.adapter.submit(bench.submission)
    second = await bench.adapter.submit(bench.submission)
    _hold(_ids(first) <= _ids(second), "the same key was answered with other events")
    if bench.effects is not None:
        count = await bench.effects(bench.submission.key)
        _hold(count == 1, f"the same key twice had {count} effects")


async def admits_an_unknown_key(bench: Bench) -> None:
    """A key never filed is answered with None, not with an error or an empty list."""
    answer = await bench.adapter.query("no-such-case/no-such-slot/1/submit", bench.later)
    _hold(answer is None, "an unknown key was not answered with None")


async def takes_back_what_is_undecided(bench: Bench) -> None:
    """Where it declares `withdraw`, an undecided filing is taken back, and a second time does no harm."""
    if not bench.adapter.capabilities.withdraw or bench.open_submission is None:
        return
    await bench.adapter.submit(bench.open_submission)
    await bench.adapter.withdraw(bench.open_submission.key, "applicant_asked")
    await bench.adapter.withdraw(bench.open_submission.key, "applicant_asked")


async def keeps_what_cannot_be_taken_back(bench: Bench) -> None:
    """A key never filed cannot be taken back: NotWithdrawable."""
    try:
        await bench.adapter.withdraw("no-such-case/no-such-slot/1/submit", "applicant_asked")
    except NotWithdrawable as error:
        _hold(bool(error.params.get("agency")), "the error does not name its agency")
        return
    raise ContractBroken("an unknown filing was taken back without NotWithdrawable")


async def refuses_junk_callbacks(bench: Bench) -> None:
    """What is no callback of its own is CallbackRejected, whatever it is."""
    for junk in (b"", b"\xff\xfe", b"null", b"[]", b"{}", b'{"key": 1, "events": [{"kind": "cheered"}]}'):
        try:
            bench.adapter.parse_callback(junk)
        except CallbackRejected:
            continue
        raise ContractBroken(f"{junk!r} was taken for a callback")


async def reads_its_own_callback(bench: Bench) -> None:
    """A callback of its own names its key and carries well-formed events."""
    if bench.callback is None:
        return
    callback = bench.adapter.parse_callback(bench.callback)
    _hold(callback.key == bench.submission.key, "the callback's key was not read")
    _hold(bool(callback.events), "the callback's events were not read")
    _well_formed(callback.events)


async def says_how_it_is(bench: Bench) -> None:
    """Health answers and raises nothing of the error tree."""
    try:
        health = await bench.adapter.health()
    except AdapterError as error:
        raise ContractBroken(f"health raised {error.code}") from error
    _hold(health.ok, f"the agency behind the bench is not well: {health.detail}")


CHECKS: Final[tuple[Check, ...]] = (
    knows_the_contract,
    answers_a_filing_with_events,
    tells_the_same_again,
    takes_one_key_once,
    admits_an_unknown_key,
    takes_back_what_is_undecided,
    keeps_what_cannot_be_taken_back,
    refuses_junk_callbacks,
    reads_its_own_callback,
    says_how_it_is,
)


def _well_formed(events: tuple[AgencyEvent, ...]) -> None:
    _hold(all(event.event_id for event in events), "an event has no id")
    _hold(all(event.occurred_at.tzinfo is not None for event in events), "a time has no zone")
    times = [event.occurred_at for event in events]
    _hold(times == sorted(times), "events are not in order")
    firm = [event.event_id for event in events if event.kind is not EventKind.PENDING]
    _hold(len(firm) == len(set(firm)), "two events share an id")
    early = [event.kind for event in events[:-1]]
    _hold(EventKind.PENDING not in early, "`pending` stands before other events")


def _ids(events: tuple[AgencyEvent, ...]) -> set[str]:
    """Ids that must stay; `pending` is a promise of its moment only."""
    return {event.event_id for event in events if event.kind is not EventKind.PENDING}


def _hold(condition: bool, promise: str) -> None:
    if not condition:
        raise ContractBroken(promise)
