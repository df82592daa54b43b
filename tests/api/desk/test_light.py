"""A light is the same on the inbox and on the filing, and there is none where no limit is counted."""

import re
from datetime import date

import pytest

from api.desk.inbox import light_of
from records.desk_item import DeskState

DUE = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("state", "due", "lights", "shown"),
    [
        (DeskState.NEW, DUE, ("green", None), "green"),
        (DeskState.REVIEW, DUE, ("green", "yellow"), "yellow"),
        (DeskState.REVIEW, DUE, ("yellow", "red"), "red"),
        (DeskState.NEW, None, ("green", None), "none"),
        (DeskState.CORRECTION, DUE, ("yellow", None), "none"),
        (DeskState.GRANTED, DUE, ("red", None), "none"),
    ],
)
def test_the_worst_light_of_a_limit_that_is_counted_is_shown(state, due, lights, shown):
    assert light_of(state, due, lights) == shown


def lit(page):
    return re.findall(r'class="light (\w+)"', page)


async def test_inbox_and_filing_show_the_same_light(number, at, engine):
    del number
    for agency in ("health", "funeral", "police"):
        handler = await at(agency)
        inbox = await handler.open("/desk")
        rows = re.findall(r"<tr>\s*<td><a href=\"(/desk/items/\w+)(.*?)</tr>", inbox, re.DOTALL)
        for address, row in rows:
            assert lit(await handler.open(address)) == lit(row), (agency, row)
    handler = await at("health")
    item = await handler.item()
    form = re.findall(r'name="fields" value="([^"]*)"', handler.page)
    asked = {"fields": form[:1], "reason": "请核对", "cause": "incomplete"}
    causes = re.findall(r'name="cause" value="([^"]*)"', handler.page)
    await handler.act(item, "correct", **(asked | {"cause": causes[0]} if causes else asked))
    await engine.work()
    assert lit(await handler.open(f"/desk/items/{item}")) == []
    row = (await handler.open("/desk")).partition(f"/desk/items/{item}")[2].partition("</tr>")[0]
    assert lit(row) == []
