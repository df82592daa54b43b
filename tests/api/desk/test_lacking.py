"""A handler is told of a paper that was asked for and did not come what is said about it."""

import re

import pytest

BOOK = "household_book_original"


@pytest.mark.parametrize(
    ("way", "words"),
    [("none", "申请人没有这份材料，请按现有材料审核"), ("at_window", "原件已交窗口，由窗口转交")],
)
async def test_what_is_said_about_a_paper_that_did_not_come_stands_with_it(  # noqa: PLR0917 - fixtures
    at, engine, client, number, way, words
):
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    police = await at("police")
    first = await police.item()
    await police.act(first, "correct", reason="请提交户口簿原件", materials=[BOOK])
    await engine.work()
    body = {"instead": {BOOK: way}, "acknowledged": True}
    answer = await client.post(f"/api/v1/cases/{number}/corrections", json=body)
    assert answer.status_code == 200, answer.text
    await engine.work()
    (again,) = await police.inbox()
    page = await police.open(f"/desk/items/{again}")
    assert re.search("未随补正上传</strong>：居民户口簿.{0,40}" + words, page)
    assert "核对无误，内容没有更改" not in page
