"""What a handler is told of each value: who has supplied it, what its code means, and what has changed."""

import re

import pytest

TYPED, REGISTER, INFERRED = "本人填写", "登记", "由本人填写的内容推算"


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
    assert "申请人要等各部门的补正要求汇总后一次告知，现在还没有收到" in police.page
    assert "申请人和窗口随即可以看到" not in police.page
    await engine.work()
    await waits(police, engine)
    answers = {"answers": {"deceased": {"name": "陈国樑"}}, "acknowledged": True}
    assert (await client.post(f"/api/v1/cases/{number}/corrections", json=answers)).status_code == 200
    await engine.work()
    (again,) = await police.inbox()
    page = await police.open(f"/desk/items/{again}")
    marked = {title for title, text in rows(page).items() if "已更正" in text}
    assert marked
    assert all("陈国樑" in rows(page)[title] for title in marked)
    assert all(TYPED in rows(page)[title] for title in marked)
    said = re.sub(r"<[^>]*>", "", page)
    assert re.search(r"第 1 次提交时要求补正：\S*姓名、\S*姓名与户籍不一致", said)
    assert re.search(r"申请人已更正：\S*姓名", said)
    assert "没有更改" not in said


async def waits(police, engine):
    """The item and the inbox say until when the applicant may answer, and what comes then."""
    untold = "补正要求待一次性告知申请人"
    assert untold in await police.open(f"/desk/items/{police.item_id}")
    assert "受理与告知截止" not in police.page
    assert untold in await police.open("/desk")
    await engine.pass_by(8)
    day = engine.state("household_cancellation").correction.due.due.due
    until = f"申请人补正截止 {day.year}年{day.month}月{day.day}日"
    police.browser.cookies.clear()
    await police.browser.post("/sign-in/development", data={"account": "handler-police"})
    assert f"{until}：逾期未补正，视为撤回申请" in await police.open(f"/desk/items/{police.item_id}")
    page = await police.open("/desk")
    assert until in page
    assert untold not in page


async def test_an_answer_that_changed_nothing_says_so(police, engine, client, number):
    await police.act(police.item_id, "correct", reason="姓名与户籍不一致", fields=["xm"])
    await engine.work()
    answers = {"slots": ["household_cancellation"]}
    answer = await client.post(f"/api/v1/cases/{number}/corrections", json=answers)
    assert answer.status_code == 200, answer.text
    await engine.work()
    (again,) = await police.inbox()
    said = re.sub(r"<[^>]*>", "", await police.open(f"/desk/items/{again}"))
    assert "申请人已更正：核对无误，内容没有更改" in said
    assert "姓名与户籍不一致" in said


@pytest.mark.parametrize(
    ("title", "meant"),
    [("国籍", "CHN（中国）"), ("民族", "01（汉族）"), ("户口所在地", "360902（行政区划代码）")],
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


async def test_what_was_worked_out_of_typed_answers_is_not_said_to_be_typed(police):
    inferred = {title for title, text in rows(police.page).items() if text.endswith(INFERRED)}
    assert inferred == {"死亡日期"}
