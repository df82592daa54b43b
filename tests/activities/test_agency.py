"""Filing and asking through an adapter: what is certain, what is tried again, and what waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.agency import AgencyActivities
from activities.signatures import Answer, QueryItemInput, SubmitItemInput
from onething.adapter import Capabilities, Effect
from onething.errors import AgencyUnavailable, AuthDenied, PayloadRejected, SubmissionUncertain
from tests.onething.office import FILED_AT, Events

SAY = Events()
CERTIFICATE = (Effect(fact="death_certificate_no(deceased)", value="2026-1-0002137"),)


class Scripted:
    """Answers what it is told to, or raises it, and keeps what it was given."""

    def __init__(self, *, submit=(), query=None, can=None) -> None:
        self.answers = {"submit": submit, "query": query}
        self.capabilities = can or Capabilities()
        self.given = []

    async def submit(self, submission):
        return self._answer("submit", submission)

    async def query(self, key, at):
        return self._answer("query", (key, at))

    def _answer(self, name, given) -> Any:
        self.given.append((name, given))
        if isinstance(self.answers[name], Exception):
            raise self.answers[name]
        return self.answers[name]


@pytest.fixture
def run(archive, sealed):
    """A function that runs one activity against a scripted agency."""

    async def run(adapter, operation, *, attempt=1, outputs=CERTIFICATE, **asked: Any) -> Answer:
        environment = ActivityEnvironment()
        environment.info = environment.info.__class__(
            **{
                **vars(environment.info),
                "attempt": attempt,
                "current_attempt_scheduled_time": FILED_AT,
            }
        )
        activities = AgencyActivities({"agency": adapter}, archive, "http://us/agencies")
        key = f"{sealed.number}/a/1/submit"
        if operation == "submit":
            task = SubmitItemInput(
                case=sealed.number,
                slot="a",
                item="agency/a",
                agency="agency",
                round=1,
                key=key,
                payload=sealed.payload,
                outputs=outputs,
            )
            return await environment.run(activities.submit_item, task)
        given = {"at": FILED_AT, "every": 600, **asked}
        return await environment.run(activities.query_item, QueryItemInput(agency="agency", key=key, **given))

    return run


async def failure(running):
    with pytest.raises(ApplicationError) as raised:
        await running
    return raised.value


async def test_a_filing_carries_its_own_form_completed_with_what_came_about(run, sealed):
    received = SAY.received()
    adapter = Scripted(submit=(received,))
    answer = await run(adapter, "submit")
    assert answer.events == (received,)
    ((_, filed),) = adapter.given
    assert filed.payload == {"NAME": "周桂生", "CERT_NO": "2026-1-0002137"}
    assert filed.key == f"{sealed.number}/a/1/submit"
    assert filed.at == FILED_AT
    assert filed.callback_url == "http://us/agencies/agency/callbacks"


async def test_a_filing_that_would_not_fit_its_agencys_form_is_never_sent(run):
    adapter = Scripted(submit=(SAY.received(),))
    error = await failure(run(adapter, "submit", outputs=()))
    assert (error.type, error.non_retryable) == ("projection_rejected", True)
    assert adapter.given == []


async def test_a_second_attempt_asks_first_and_files_only_what_is_not_known(run):
    known = Scripted(submit=(SAY.received(),), query=(SAY.received(),))
    answer = await run(known, "submit", attempt=2)
    assert [name for name, _ in known.given] == ["query"]
    assert answer.events == known.answers["query"]
    unknown = Scripted(submit=(SAY.received(),), query=None)
    await run(unknown, "submit", attempt=2)
    assert [name for name, _ in unknown.given] == ["query", "submit"]


async def test_a_second_attempt_at_an_agency_that_cannot_be_asked_just_files(run):
    adapter = Scripted(submit=(SAY.received(),), can=Capabilities(query_by_key=False))
    await run(adapter, "submit", attempt=2)
    assert [name for name, _ in adapter.given] == ["submit"]


@pytest.mark.parametrize(
    ("raised", "final"),
    [
        (AgencyUnavailable(agency="agency", detail="周桂生"), False),
        (SubmissionUncertain(agency="agency", detail="周桂生"), True),
        (PayloadRejected(agency="agency", detail="周桂生"), True),
        (AuthDenied(agency="agency", detail="周桂生"), True),
    ],
    ids=lambda one: getattr(one, "code", ""),
)
@pytest.mark.parametrize("operation", ["submit", "query"])
async def test_an_error_travels_as_its_code_alone(run, raised, final, operation):
    error = await failure(run(Scripted(submit=raised, query=raised), operation))
    assert (error.type, error.non_retryable) == (raised.code, final)
    assert "周桂生" not in f"{error}{error.details}"


async def test_a_surprise_is_told_by_its_type_and_never_retried(run):
    error = await failure(run(Scripted(submit=ValueError("周桂生")), "submit"))
    assert (error.type, error.non_retryable, str(error)) == ("ValueError", True, "ValueError: surprise")


async def test_an_agency_nobody_serves_is_told(archive):
    activities = AgencyActivities({}, archive, None)
    task = QueryItemInput(agency="nobody", key="k", at=datetime.fromtimestamp(0, UTC), every=60)
    error = await failure(ActivityEnvironment().run(activities.query_item, task))
    assert (error.type, error.non_retryable) == ("not_known", True)


# ---- asking ---------------------------------------------------------------------------------------


async def test_nothing_is_asked_before_its_time(run):
    adapter = Scripted(query=(SAY.received(),))
    error = await failure(run(adapter, "query", at=FILED_AT + timedelta(hours=3)))
    assert (error.type, error.next_retry_delay) == ("not_yet", timedelta(hours=3))
    assert adapter.given == []


async def test_news_is_brought_whole(run):
    told = (SAY.received(), SAY.accepted(), SAY.granted())
    answer = await run(Scripted(query=told), "query", seen=(told[0].event_id,))
    assert (answer.events, answer.found) == (told, True)


async def test_without_news_it_is_asked_again_after_its_interval(run):
    told = (SAY.received(), SAY.accepted())
    seen = tuple(event.event_id for event in told)
    error = await failure(run(Scripted(query=told), "query", seen=seen))
    assert (error.type, error.next_retry_delay) == ("not_yet", timedelta(seconds=600))


async def test_an_agency_that_says_when_is_asked_then(run):
    told = (SAY.received(), SAY.pending(FILED_AT + timedelta(days=2)))
    error = await failure(run(Scripted(query=told), "query", seen=(told[0].event_id,)))
    assert error.next_retry_delay == timedelta(days=2)


async def test_a_promise_that_has_passed_falls_back_on_the_interval(run):
    told = (SAY.received(), SAY.pending(FILED_AT - timedelta(days=2)))
    error = await failure(run(Scripted(query=told), "query", seen=(told[0].event_id,)))
    assert error.next_retry_delay == timedelta(seconds=600)


async def test_where_it_is_uncertain_whether_it_arrived_not_knowing_is_an_answer(run):
    assert (await run(Scripted(query=None), "query", uncertain=True)).found is False
    error = await failure(run(Scripted(query=None), "query"))
    assert error.type == "not_yet"


async def test_where_it_is_uncertain_whether_it_arrived_not_yet_is_an_answer_too(run):
    told = (SAY.pending(FILED_AT + timedelta(days=2)),)
    assert (await run(Scripted(query=told), "query", uncertain=True)).events == told
