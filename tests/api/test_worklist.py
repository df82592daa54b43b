"""What is stuck cannot be hidden, and what is late is listed with whose it is."""

from datetime import timedelta
from html import unescape

import pytest

from api.page_view import word
from onething.case_event import Stuck, Ticked
from onething.case_state import OperatorReason
from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"


async def test_a_stuck_item_is_listed_with_reason_owner_age_and_telephone(client, number, engine, office):
    early = office.now() - timedelta(days=3, hours=5)
    stuck = Stuck(slot=POLICE, round=1, reason=OperatorReason.PAYLOAD_REJECTED, detail="HTTP422")
    await engine.feed(number, stuck, at=early)
    (line,) = (await client.get("/api/v1/worklists/stuck")).json()
    assert (line["number"], line["slot"], line["reason"]) == (number, POLICE, "payload_rejected")
    assert line["reason_text"]["zh"] == "部门系统不接受这份表单"
    assert (line["owner"], line["age_days"], line["age_hours"]) == ("window", 3, 77)
    assert (line["note"], line["window"]["phone"]) == ("HTTP422", "12345")
    assert line["agency_phone"]
    assert line["title"]["zh"]
    assert (await client.get("/api/v1/worklists/stuck?agency=health")).json() == []
    assert (await client.get("/api/v1/worklists/stuck?region=360902")).json() == []
    last = (await entries_of(office.archive))[-1]
    assert (last.action, last.purpose) == ("read_worklist", "supervise")


async def test_late_items_come_red_first_with_their_holder(client, number, engine, office):
    at = office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    lines = (await client.get("/api/v1/worklists/overdue")).json()
    assert lines[0]["slot"] == POLICE
    assert (lines[0]["light"], lines[0]["holder"]) == ("red", "agency")
    assert "promised" in lines[0]["passed"]
    assert lines[0]["holder_text"] == lines[0]["agency"]
    assert [line["light"] for line in lines] == sorted(line["light"] for line in lines)
    await engine.says(number, POLICE, {"kind": "granted"})
    later = (await client.get("/api/v1/worklists/overdue")).json()
    assert POLICE not in {line["slot"] for line in later}


async def test_a_paused_item_says_since_when_why_and_when_it_were_due_if_it_went_on_today(
    client, number, engine, office
):
    at = office.now() - timedelta(days=4)
    events = (
        {"kind": "accepted", "at": at},
        {"kind": "suspended", "reason": "hearing", "since": "2026-02-28"},
    )
    await engine.says(number, POLICE, *events, at=at)
    await engine.feed(number, Ticked())
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    (slot,) = (one for one in view["slots"] if one["slot"] == POLICE)
    (pause,) = slot["pauses"]
    assert (pause["first"], pause["last"], pause["text"]["zh"]) == ("2026-02-28", None, "听证")
    assert pause["if_resumed"]["due"] > slot["promised"]["due"]
    assert pause["if_resumed"]["explanation"]["zh"]


@pytest.mark.parametrize("reason", list(OperatorReason))
async def test_every_reason_is_listed_in_words_with_what_to_press_next(client, number, engine, reason):
    await engine.feed(number, Stuck(slot=POLICE, round=1, reason=reason, detail=""))
    told = {"zh": word(f"next_{reason.value}").zh, "en": word(f"next_{reason.value}").en}
    (line,) = (await client.get("/api/v1/worklists/stuck")).json()
    assert line["next"] == told
    page = (await client.get("/worklists", headers={"accept": "text/html"})).text
    assert told["zh"] in page
    assert line["reason_text"]["zh"] in page
    assert reason.value not in page
    assert told["en"] in unescape((await client.get("/worklists?lang=en")).text)
