"""A whole life event with every agency at a desk: worked by the pages alone to its last receipt."""

RESULTS = {
    "/effects/cremation_certificate_no(funeral)": "HH20260304001",
    "/effects/cremation_date(funeral)": "2026-03-03",
}


async def test_every_item_of_a_bereavement_is_worked_at_a_desk_to_its_receipt(number, at, engine, catalog):
    handlers = {name: await at(name) for name in catalog.agencies}
    worked = []
    while True:
        before = len(worked)
        for name, handler in handlers.items():
            for item in await handler.inbox():
                await handler.open(f"/desk/items/{item}")
                given = RESULTS if "/effects/cremation_date(funeral)" in handler.page else {}
                await handler.act(item, "grant", **given)
                worked.append((name, item))
        await engine.work()
        if len(worked) == before:
            break
    state = engine.states[number]
    assert {slot.state for slot in state.slots.values()} == {"granted"}
    assert len(worked) == len(state.slots) == 12
    assert state.state == "completed"
    assert len(state.receipts) >= 2
