"""A correction that comes late: the handler is told what will be noted, and asks only when that is known."""

from tests.api.desk.conftest import Handler

SLOT = "death_proof"
LATE = "此次属补充告知"
ASKED = {"reason": "与登记不一致"}


async def desk(at, engine) -> Handler:
    """A handler of the health commission in front of the first filing."""
    handler = await at("health")
    handler.item_id = await handler.item()
    (handler.first, handler.other, *_) = [
        one["name"]
        for one in (await handler.browser.get(f"/api/v1/desk/items/{handler.item_id}")).json()["askable"]
    ]
    del engine
    return handler


async def test_the_first_correction_before_acceptance_needs_no_more_than_its_boxes(number, at, engine):
    del number
    handler = await desk(at, engine)
    assert LATE not in handler.page
    await handler.act(handler.item_id, "correct", **ASKED, fields=[handler.first])
    await engine.work()
    assert not engine.state(SLOT).correction.breach


async def test_a_correction_after_acceptance_is_said_to_be_noted_and_ticked(number, at, engine):
    del number
    handler = await desk(at, engine)
    page = await handler.act(handler.item_id, "accept")
    await engine.work()
    assert f"这份申请已受理，{LATE}" in page
    asked = {**ASKED, "fields": [handler.first]}
    assert "请勾选确认" in await handler.act(handler.item_id, "correct", 422, **asked)
    assert 'href="#act-correct-supplement_known"' in handler.page
    await engine.work()
    assert engine.state(SLOT).state == "accepted"
    await handler.act(handler.item_id, "correct", **asked, supplement_known="yes")
    await engine.work()
    assert engine.state(SLOT).correction.breach


async def test_what_was_named_before_is_asked_again_without_a_tick(number, at, engine):
    del number
    handler = await desk(at, engine)
    await handler.act(handler.item_id, "correct", **ASKED, fields=[handler.first])
    await engine.work()
    page = await handler.open(f"/desk/items/{handler.item_id}")
    assert f"已发过补正告知书，{LATE}" in page
    more = {**ASKED, "fields": [handler.first, handler.other]}
    assert "请勾选确认" in await handler.act(handler.item_id, "correct", 422, **more)
    await handler.act(handler.item_id, "correct", **ASKED, fields=[handler.first])
    await engine.work()
    assert not engine.state(SLOT).correction.breach
    assert "supplementary notice" in await handler.open(f"/desk/items/{handler.item_id}?lang=en")
