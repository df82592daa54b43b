"""What a handler is told of each value: who has supplied it, what its code means, and what has changed."""

import re

import pytest

TYPED, REGISTER = "本人填写", "登记"


@pytest.fixture
async def police(number, at, engine):
    """A handler of the police in front of a household cancellation that came just now."""
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    handler = await at("police")
    handler.item_id = await handler.item()
    return handler


def rows(page):
    """What stands beside each title, as text."""
    found = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page)
    return {title: re.sub(r"<[^>]*>", "", text) for title, text in found}


async def test_each_value_says_whether_a_register_or_the_applicant_supplied_it(police):
    told = rows(police.page)
    assert any(text.endswith(TYPED) for text in told.values()), told
    assert any(text.endswith(REGISTER) for text in told.values()), told
    assert "已更正" not in police.page
    answer = await police.browser.get(f"/api/v1/desk/items/{police.item_id}")
    origins = {row["origin"] for group in answer.json()["form"] for row in group["rows"]}
    assert {"typed", "register"} <= origins


async def test_who_somebody_is_as_a_window_entered_it_is_not_said_to_be_checked(police):
    assert "窗口录入" in police.page
    assert "身份核验" not in police.page


async def test_what_was_typed_is_not_said_to_come_from_registers(police):
    assert "所需信息由共享数据取得" not in police.page
    assert "没有随申请提交的材料。哪些内容由本人填写" in police.page


async def test_a_second_submission_marks_what_was_put_right_and_nothing_else(police, engine, client, number):
    await police.act(police.item_id, "correct", reason="姓名与户籍不一致", fields=["xm"])
    await engine.work()
    answers = {"answers": {"deceased": {"name": "陈国樑"}}}
    assert (await client.post(f"/api/v1/cases/{number}/corrections", json=answers)).status_code == 200
    await engine.work()
    (again,) = await police.inbox()
    page = await police.open(f"/desk/items/{again}")
    marked = {title for title, text in rows(page).items() if "已更正" in text}
    assert marked
    assert all("陈国樑" in rows(page)[title] for title in marked)
    assert all(TYPED in rows(page)[title] for title in marked)


@pytest.mark.parametrize(
    ("title", "meant"), [("国籍", "CHN（中国）"), ("民族", "01（汉族）"), ("户口所在地", "360902（江西省）")]
)
async def test_codes_say_what_they_mean(number, at, engine, title, meant):
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    funeral = await at("funeral")
    await funeral.item()
    told = rows(funeral.page)
    assert told[title].startswith(meant)
    assert told["业务类型（B 火化）"] == "B"
    assert told["国籍"].endswith("系统得出")
