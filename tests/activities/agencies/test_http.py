import asyncio
import json
from datetime import UTC, datetime

import httpx2
import pytest

from activities.agencies.http import HttpAgency, HttpOptions, create, path_of
from onething.adapter import EventKind, Submission
from onething.errors import (
    AgencyUnavailable,
    AuthDenied,
    CallbackRejected,
    CatalogError,
    NotWithdrawable,
    PayloadRejected,
    SubmissionUncertain,
)

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
FILING = Submission(
    key="c1/household/1/submit", item="police/x", slot="household", round=1, payload={"xm": "甲"}, at=NOON
)
RECEIVED = {"kind": "received", "event_id": "e1", "occurred_at": "2026-11-03T12:00:00+08:00", "ref": "R1"}


def agency(answer, **options: object):
    """An adapter whose agency answers by `answer`: a response, an exception, or a function of the request."""

    async def handle(request) -> httpx2.Response:
        found = answer(request) if callable(answer) else answer
        if isinstance(found, Exception):
            raise found
        return found

    given = HttpOptions(base_url="http://agency/police", **options)
    return HttpAgency("police", given, httpx2.MockTransport(handle))


def problem(status, code, **more: object):
    return httpx2.Response(status, json={"code": code, **more})


async def test_a_filing_goes_out_under_its_key_in_the_agencys_words_with_our_token():
    seen = []

    def answer(request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(201, json={"key": FILING.key, "events": [RECEIVED]})

    events = await agency(answer, token="t0").submit(FILING)

    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", "http://agency/police/filings")
    assert request.headers["idempotency-key"] == FILING.key
    assert request.headers["authorization"] == "Bearer t0"
    assert json.loads(request.content)["form"] == {"xm": "甲"}
    assert events[0].kind is EventKind.RECEIVED


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ConnectTimeout("slow"),
        httpx2.PoolTimeout("busy"),
        httpx2.Response(429),
        problem(503, "closed", taken=False),
    ],
)
async def test_when_nothing_was_taken_for_certain_the_agency_is_unavailable(failure):
    with pytest.raises(AgencyUnavailable) as caught:
        await agency(failure).submit(FILING)

    assert caught.value.retryable


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ReadTimeout("no reply"),
        httpx2.ReadError("broken"),
        httpx2.WriteError("broken"),
        httpx2.RemoteProtocolError("broken"),
        httpx2.Response(500),
        httpx2.Response(502),
        httpx2.Response(503),
        httpx2.Response(504),
        httpx2.Response(302),
        httpx2.Response(200, text="<html>welcome</html>"),
        httpx2.Response(200, json={"events": []}),
        httpx2.Response(200, json={"events": [{**RECEIVED, "kind": "cheered"}]}),
        httpx2.Response(200, json={"events": [{**RECEIVED, "occurred_at": "2026-11-03T12:00:00"}]}),
    ],
)
async def test_when_the_filing_may_have_arrived_it_is_uncertain_and_never_simply_retried(failure):
    with pytest.raises(SubmissionUncertain) as caught:
        await agency(failure).submit(FILING)

    assert not caught.value.retryable


async def test_a_call_that_takes_too_long_is_uncertain():
    async def hang(request) -> httpx2.Response:
        del request
        await asyncio.Event().wait()
        return httpx2.Response(500)

    slow = HttpAgency(
        "police", HttpOptions(base_url="http://a", timeout_seconds=0.01), httpx2.MockTransport(hang)
    )

    with pytest.raises(SubmissionUncertain):
        await slow.submit(FILING)
    with pytest.raises(AgencyUnavailable):
        await slow.query(FILING.key, NOON)


@pytest.mark.parametrize("status", [400, 404, 409, 413, 415, 422])
async def test_a_form_that_does_not_fit_is_rejected_with_the_agencys_code(status):
    with pytest.raises(PayloadRejected) as caught:
        await agency(problem(status, "malformed")).submit(FILING)

    assert caught.value.params == {"agency": "police", "detail": f"HTTP {status} malformed"}


@pytest.mark.parametrize("status", [401, 403])
async def test_wrong_credentials_are_denied_whatever_is_asked(status):
    denied = agency(httpx2.Response(status))

    for call in (denied.submit(FILING), denied.query("k", NOON), denied.withdraw("k", "r")):
        with pytest.raises(AuthDenied):
            await call


async def test_an_agencys_long_or_personal_code_never_reaches_the_error():
    with pytest.raises(PayloadRejected) as caught:
        await agency(problem(422, "张三 110101194001010013")).submit(FILING)

    assert caught.value.params["detail"] == "HTTP 422"


async def test_only_the_agencys_own_word_makes_a_key_unknown():
    assert await agency(problem(404, "unknown_key")).query("k", NOON) is None
    with pytest.raises(AgencyUnavailable):
        await agency(httpx2.Response(404, text="no such page")).query("k", NOON)


@pytest.mark.parametrize(
    "failure", [httpx2.ReadTimeout("late"), httpx2.Response(500), httpx2.Response(200, text="?")]
)
async def test_a_question_that_gets_no_answer_may_be_asked_again(failure):
    with pytest.raises(AgencyUnavailable):
        await agency(failure).query("k", NOON)


async def test_an_agency_not_queryable_by_key_is_not_asked():
    def answer(request) -> httpx2.Response:
        raise AssertionError(request.url)

    assert await agency(answer, capabilities={"query_by_key": False}).query("k", NOON) is None


async def test_a_withdrawal_carries_its_reason_and_hears_what_is_too_late():
    seen = []

    def answer(request) -> httpx2.Response:
        seen.append(json.loads(request.content))
        return httpx2.Response(204)

    await agency(answer).withdraw("k", "applicant_asked")
    assert seen == [{"reason": "applicant_asked"}]

    for refusal in (problem(409, "decided"), problem(404, "unknown_key")):
        with pytest.raises(NotWithdrawable):
            await agency(refusal).withdraw("k", "applicant_asked")
    with pytest.raises(AgencyUnavailable):
        await agency(httpx2.Response(404)).withdraw("k", "applicant_asked")
    with pytest.raises(NotWithdrawable):
        await agency(httpx2.Response(500), capabilities={"withdraw": False}).withdraw("k", "applicant_asked")


def test_a_callback_is_read_and_a_time_without_zone_is_refused():
    police = agency(httpx2.Response(500))
    body = {"key": "k", "events": [RECEIVED]}

    assert police.parse_callback(json.dumps(body).encode()).key == "k"
    for events in (
        [],
        [{**RECEIVED, "occurred_at": "2026-11-03T12:00:00"}],
        [{**RECEIVED, "kind": "cheered"}],
    ):
        with pytest.raises(CallbackRejected) as caught:
            police.parse_callback(json.dumps({**body, "events": events}).encode())
        assert "R1" not in str(caught.value.params)


async def test_health_says_how_it_is_and_never_raises():
    assert (await agency(httpx2.Response(200, json={"ok": True})).health()).ok
    away = await agency(httpx2.ConnectError("refused")).health()
    assert (away.ok, away.detail) == (False, "agency_unavailable: ConnectError")


async def test_an_open_connection_is_let_go_of():
    police = agency(httpx2.Response(200, json={}))
    await police.health()
    await police.aclose()

    assert police._client.is_closed


def test_a_key_becomes_one_path_segment():
    assert path_of("c1/household/1/submit") == "YzEvaG91c2Vob2xkLzEvc3VibWl0"
    assert not set(path_of("案/?#[]%/1")) & set("/?#[]%=+")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"base_url": "agency"},
        {"base_url": "http://a?x=1"},
        {"base_url": "http://a", "timeout_seconds": 60},
        {"base_url": "http://a", "retries": 3},
    ],
)
def test_options_that_do_not_fit_stop_the_start(options):
    with pytest.raises(CatalogError):
        create("police", options)


def test_secrets_do_not_show_when_options_are_printed():
    options = HttpOptions(base_url="http://a", token="hush", webhook_secret="whsec_hush")

    assert "hush" not in repr(options)
