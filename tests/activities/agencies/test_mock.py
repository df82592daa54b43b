from datetime import UTC, datetime, timedelta

import pytest

from activities.agencies.mock import MockCrashed, create
from onething.adapter import EventKind, Submission
from onething.errors import (
    AgencyUnavailable,
    CatalogError,
    NotWithdrawable,
    SubmissionUncertain,
)

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
KEY = "case1/household/1/submit"


def filing(key=KEY, *, slot="household", at=NOON, number=1):
    return Submission(
        key=key, item="police/cancel_household", slot=slot, round=number, payload={"xm": "甲"}, at=at
    )


def agency(behaviour=(), **options: object):
    return create("police", {"behaviour": {"household": list(behaviour)}, **options})


def kinds(events):
    return [event.kind.value for event in events]


async def test_the_trio_one_succeeds_one_refuses_as_expected_one_crashes():
    trio = create("police", {"behaviour": {"no": ["refuse"], "broken": ["crash"]}})

    assert kinds(await trio.submit(filing("k1", slot="yes"))) == ["received", "accepted", "granted"]
    assert kinds(await trio.submit(filing("k2", slot="no"))) == ["received", "accepted", "refused"]
    with pytest.raises(MockCrashed):
        await trio.submit(filing("k3", slot="broken"))
    assert trio.ledger == {"k1": 1}


async def test_the_same_key_twice_has_one_effect():
    police = agency()

    assert await police.submit(filing()) == await police.submit(filing(at=NOON + timedelta(hours=1)))
    assert police.ledger == {KEY: 1}


async def test_an_agency_that_knows_no_key_again_makes_a_second_effect():
    police = agency(capabilities={"idempotent_submit": False, "query_by_key": False})

    first, second = await police.submit(filing()), await police.submit(filing())

    assert police.ledger == {KEY: 2}
    assert {event.event_id for event in first}.isdisjoint(event.event_id for event in second)


async def test_a_lost_reply_is_uncertain_and_the_effect_has_come_about():
    police = agency(["lose_reply"])

    with pytest.raises(SubmissionUncertain):
        await police.submit(filing())
    assert police.ledger == {KEY: 1}
    assert kinds(await police.query(KEY, NOON)) == ["received", "accepted", "granted"]


async def test_an_agency_not_queryable_by_key_says_nothing_after_a_lost_reply():
    police = agency(["lose_reply"], capabilities={"idempotent_submit": False, "query_by_key": False})

    with pytest.raises(SubmissionUncertain):
        await police.submit(filing())
    assert await police.query(KEY, NOON) is None


async def test_a_delayed_decision_is_pending_until_its_time_and_counts_only_then():
    police = agency([{"wait": "3d"}])

    pending = (await police.submit(filing()))[-1]
    assert pending.kind is EventKind.PENDING
    assert police.ledger == {}

    assert kinds(await police.query(KEY, pending.ready_at)) == ["received", "accepted", "granted"]
    assert police.ledger == {KEY: 1}


async def test_an_outage_of_three_days_ends_after_three_days():
    police = agency([{"unavailable": "3d"}])

    for day in range(3):
        with pytest.raises(AgencyUnavailable):
            await police.submit(filing(at=NOON + timedelta(days=day)))
    assert await police.query(KEY, NOON) is None
    assert kinds(await police.submit(filing(at=NOON + timedelta(days=3))))[-1] == "granted"


async def test_an_outage_counted_in_attempts_ends_after_them():
    police = agency([{"unavailable": 2}, "lose_reply"])

    for error in (AgencyUnavailable, AgencyUnavailable, SubmissionUncertain):
        with pytest.raises(error):
            await police.submit(filing())
    assert kinds(await police.submit(filing()))[-1] == "granted"
    assert police.ledger == {KEY: 1}


async def test_an_undecided_filing_is_taken_back_and_never_decided():
    police = agency([{"wait": "3d"}])
    await police.submit(filing())

    await police.withdraw(KEY, "applicant_asked")
    await police.withdraw(KEY, "applicant_asked")

    assert kinds(await police.query(KEY, NOON + timedelta(days=9))) == ["received", "accepted"]
    assert police.ledger == {}


async def test_a_decided_or_unknown_filing_is_not_taken_back():
    police = agency()
    await police.submit(filing())

    for key in (KEY, "never/seen/1/submit"):
        with pytest.raises(NotWithdrawable):
            await police.withdraw(key, "applicant_asked")


async def test_an_agency_that_takes_nothing_back_says_so():
    police = agency([{"wait": "3d"}], capabilities={"withdraw": False})
    await police.submit(filing())

    with pytest.raises(NotWithdrawable):
        await police.withdraw(KEY, "applicant_asked")


async def test_the_items_effects_are_granted():
    police = agency(effects={"cancel_household": ["household_cancelled(deceased)"]})

    granted = (await police.submit(filing()))[-1]

    assert [(effect.fact, effect.value) for effect in granted.effects] == [
        ("household_cancelled(deceased)", True)
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"behaviours": {}},
        {"pace": 0},
        {"behaviour": {"household": ["dance"]}},
        {"effects": {"cancel_household": {"a_no(deceased)": "{moon}"}}},
    ],
)
def test_options_that_make_no_sense_stop_the_start(options):
    with pytest.raises(CatalogError):
        create("police", options)
