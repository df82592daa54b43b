"""At the window no paper that may follow is passed over: it is uploaded, comes later, or there is none."""

import re

import pytest

from api.standing import header_of, standing_of
from onething.receipt import PaperSource
from tests.api.guide.walk import HTML, Clerk

PAPER = "household_book_original"
UNDECIDED = "或者选择“以后补”或“没有”"


@pytest.fixture
def alone(story):
    """The story of somebody after whom nobody is left in the household: its book may follow."""
    return story.model_copy(update={"situations": story.situations | {"special": ["last_of_household"]}})


@pytest.mark.parametrize(("said", "owed"), [("later", 1), ("none", 0)])
async def test_a_paper_of_which_nothing_was_said_keeps_the_case_from_being_filed(
    client, office, alone, said, owed
):
    clerk = Clerk(client, "bereavement", alone)
    await clerk.to_form()
    await clerk.fill_in(said={})
    await clerk.click("next")
    assert (clerk.status, UNDECIDED in clerk.page) == (422, True)
    assert f'href="#f-owed-{PAPER}"' in clerk.page
    assert f'id="f-owed-{PAPER}"' in clerk.page
    draft = re.search(r'name="draft" value="(\w+)"', clerk.page)
    assert draft is not None
    early = {"draft": draft[1], "step": "check", "do": "submit", "/pledge": "true"}
    refused = await client.post(clerk.place, data=early, headers=HTML)
    assert (refused.status_code, UNDECIDED in refused.text) == (422, True)
    await clerk.click("next", **{f"/owed/{PAPER}": said})
    assert ("没有这份材料" in clerk.page) == (said == "none")
    await clerk.click("submit", **{"/pledge": "true"})
    number = re.search(r"\d{6}-[A-Z]-\d{8}-\d{6}-\w", clerk.page)
    assert number is not None
    header = await header_of(office, await standing_of(office, number[0]))
    listed = [paper for slot in header.materials.values() for paper in slot]
    assert sum(one.source is PaperSource.OWED for one in listed) == owed
