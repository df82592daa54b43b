"""The clerk's page shows what the plan says, and files what was typed, for generated fillings."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.browser import filled, open_page, plan_for, send
from tests.conformance.markup import Node, parse
from tests.conformance.shown import differing, of_markup, of_plan, of_questions, typable
from tests.conformance.typing_hand import EVENTS, GENERATED, OWN, Typing, login_of, typings, without_own


@pytest.mark.parametrize("event", EVENTS)
@GENERATED
@given(data=st.data())
def test_the_clerks_page_shows_the_plan_and_files_what_was_typed(
    event: str, clerk: httpx2.Client, data: st.DataObject
) -> None:
    typing = data.draw(typings(event))
    draft = _begun(clerk, typing)
    start = open_page(clerk, f"/bundles/{event}/new?draft={draft}&step=start")
    page = _type_everything(clerk, typing, draft)
    checked = send(clerk, f"/bundles/{event}/new", filled(page, typing), "check")
    kept = clerk.get(f"/api/v1/drafts/{draft}").json()
    plan = plan_for(clerk, event, kept)

    assert differing(of_markup(start), of_questions(plan)) == []
    assert differing(of_markup(parse(checked.text)), typable(of_plan(plan))) == []
    # A list that lacks somebody is given an empty row, so that all of it is asked at once.
    answers = {role: group for role, group in kept["answers"].items() if group != [{}]}
    assert differing(without_own(event, answers), typing.answers) == []
    assert kept["situations"] == typing.situations


def _begun(clerk: httpx2.Client, typing: Typing) -> str:
    """A draft as it stands after the first step, with the applicant's card read."""
    own = {login_of(typing.bundle): OWN}
    body = {"bundle": typing.bundle, "situations": typing.situations, "answers": own}
    return str(clerk.post("/api/v1/drafts", json=body).raise_for_status().json()["id"])


def _type_everything(clerk: httpx2.Client, typing: Typing, draft: str) -> Node:
    """Add the rows, then type what is shown until nothing new appears; gives the page at the end."""
    address = f"/bundles/{typing.bundle}/new"
    place = f"{address}?draft={draft}&step=form"
    for role, count in typing.rows.items():
        for _ in range(count):
            send(clerk, address, filled(open_page(clerk, place), typing), f"add:/{role}")
    page, before = open_page(clerk, place), frozenset[str]()
    while before != (before := frozenset(of_markup(page))):
        send(clerk, address, filled(page, typing), "save")
        page = open_page(clerk, place)
    return page
