"""Whoever is to correct a decision reads what was corrected: what stood in the own boxes, and stands now."""

import re

from tests.api.desk.test_order import granted
from tests.api.test_correction import MEDICAL, NAME, POLICE


async def test_a_decision_to_correct_names_what_stood_there_and_what_stands_now(number, at, engine, client):
    await granted(engine, number, "death_proof")
    await engine.asks(number, POLICE, fields=["xm"])
    await engine.says(number, MEDICAL, {"kind": "granted"})
    handler = await at(engine.state(MEDICAL).agency)
    place = f"/api/v1/cases/{number}/corrections"
    seen = (await client.post(f"{place}/preview", json={"answers": NAME})).json()
    answer = await client.post(place, json={"answers": NAME, "seen": seen["mark"]})
    assert answer.status_code == 200, answer.text
    page = await handler.open("/desk/orders")
    told = re.findall(r"<li>([^<]* → [^<]*)</li>", page)
    new = NAME["deceased"]["name"]
    assert told
    assert all(f"：陈国梁 → {new}" in one for one in told)
    (order,) = (await handler.browser.get("/api/v1/desk/orders")).json()
    assert [one["zh"] for one in order["corrected"]] == told
    about = await handler.open(f"/desk/items/{order['item']}")
    assert told[0] in about
    police = await at("police")
    assert " → " not in await police.open("/desk/orders")
