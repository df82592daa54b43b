"""An agency's words in a story: times told from now, ids of their own, and what follows from the rest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from console.act_event import events_of
from onething.adapter import EventKind

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)


def one(**told: object):
    (event,) = events_of([told], NOW, "licence")
    return event


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("now", NOW),
        ("now-2h", NOW - timedelta(hours=2)),
        ("now+1d", NOW + timedelta(days=1)),
        ("2026-03-01T09:00:00+08:00", datetime(2026, 3, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_told_from_now_or_as_an_instant(told, meant):
    assert one(kind="received", occurred_at=told).occurred_at == meant


def test_what_is_left_out_follows_from_the_rest():
    assert one(kind="accepted", occurred_at="now-1h").at == NOW - timedelta(hours=1)
    assert one(kind="suspended", reason="investigation").since == date(2026, 3, 3), "it is night in UTC"
    assert one(kind="resumed").at == date(2026, 3, 3)
    assert one(kind="refused").remedies
    assert one(kind="correction_requested").reasons
    assert one(kind="pending", ready_at="now+2d").ready_at == NOW + timedelta(days=2)


def test_each_event_has_an_id_of_its_own_unless_told_one():
    events = events_of([{"kind": "granted"}, {"kind": "granted"}], NOW, "licence")
    assert len({event.event_id for event in events}) == 2
    assert one(kind="granted", event_id="e-1").event_id == "e-1"


def test_what_is_said_stands():
    reasons = [{"code": "c", "text": {"zh": "甲", "en": "a"}}]
    event = one(kind="declined", reasons=reasons)
    assert (event.kind, event.reasons[0].code) == (EventKind.DECLINED, "c")


@pytest.mark.parametrize(
    "told", [{"kind": "pardoned"}, {}, {"kind": "received", "occurred_at": "2026-03-01T09:00:00"}]
)
def test_what_is_no_event_is_refused(told):
    with pytest.raises(ValidationError):
        events_of([told], NOW, "licence")
