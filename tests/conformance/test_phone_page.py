"""The phone's pages show what the plan says, and file what was typed, for generated fillings."""

from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.browser import filled, open_page, plan_for, send
from tests.conformance.shown import Shown, differing, of_markup, of_plan, of_questions, typed_only
from tests.conformance.typing_hand import EVENTS, GENERATED, Typing, typings, without_own


@pytest.mark.parametrize("event", EVENTS)
@GENERATED
@given(data=st.data())
def test_the_phones_pages_show_the_plan_and_file_what_was_typed(
    event: str, citizen: httpx2.Client, data: st.DataObject
) -> None:
    typing = data.draw(typings(event, person=True))
    body = {"bundle": event, "situations": typing.situations}
    draft = str(citizen.post("/api/v1/drafts", json=body).raise_for_status().json()["id"])
    start = open_page(citizen, f"/m/drafts/{draft}/start")
    # Whoever does not agree to registers being asked types everything.
    send(citizen, f"/m/drafts/{draft}/notice", [], "decline")
    _type_everything(citizen, typing, draft)
    kept = _kept(citizen, draft)
    plan = plan_for(citizen, event, kept)

    assert differing(of_markup(start), of_questions(plan, person=True)) == []
    assert differing(_pages(citizen, draft, plan, "?mend=1"), typed_only(of_plan(plan))) == []
    assert differing(without_own(event, kept["answers"]), typing.answers) == []
    assert kept["situations"] == typing.situations


def _type_everything(citizen: httpx2.Client, typing: Typing, draft: str) -> None:
    """Page by page: add the rows, then type what is shown until nothing new appears on any of them."""
    plan = plan_for(citizen, typing.bundle, _kept(citizen, draft))
    for section in plan["sections"]:
        for role in section["many"]:
            place = f"/m/drafts/{draft}/sections/{section['section']}"
            for _ in range(typing.rows.get(role, 0)):
                page = open_page(citizen, place)
                send(citizen, place, filled(page, typing) if of_markup(page) else [], f"add:/{role}")
    seen, fresh = set[str](), True
    while fresh:
        fresh = False
        for section in plan_for(citizen, typing.bundle, _kept(citizen, draft))["sections"]:
            place = f"/m/drafts/{draft}/sections/{section['section']}"
            page = open_page(citizen, place)
            if of_markup(page).keys() - seen:
                seen |= of_markup(page).keys()
                fresh = True
                send(citizen, place, filled(page, typing), "later")


def _pages(citizen: httpx2.Client, draft: str, plan: dict[str, Any], query: str = "") -> dict[str, Shown]:
    """Every field on every section's page."""
    found: dict[str, Shown] = {}
    for section in plan["sections"]:
        page = open_page(citizen, f"/m/drafts/{draft}/sections/{section['section']}{query}")
        found |= of_markup(page)
    return found


def _kept(citizen: httpx2.Client, draft: str) -> dict[str, Any]:
    kept: dict[str, Any] = citizen.get(f"/api/v1/drafts/{draft}").raise_for_status().json()
    return kept
