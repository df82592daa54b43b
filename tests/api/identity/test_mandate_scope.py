"""What one scope of a mandate opens, and that it opens nothing of another: every door of a case, by name."""

from typing import Any

import pytest

from onething.mandate import MandateScope

pytestmark = pytest.mark.usefixtures("ruling")
APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
FRIEND = {"name": "李一", "id_number": "110105199001011232"}
ASKED = "household_cancellation"
PDF = b"%PDF-1.7\n%%EOF\n"
DOORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "follow": ("GET", "/api/v1/own/cases/{number}", {}),
    "page": ("GET", "/m/cases/{number}", {}),
    "asked": ("GET", "/api/v1/own/cases/{number}/corrections", {}),
    "asked_page": ("GET", "/m/cases/{number}/correction", {}),
    "preview": ("POST", "/api/v1/own/cases/{number}/corrections/preview", {"json": {"answers": {}}}),
    "paper": (
        "POST",
        "/api/v1/own/cases/{number}/materials",
        {"data": {"material": "household_book_original"}, "files": {"file": ("x.pdf", PDF)}},
    ),
    "correct": (
        "POST",
        "/api/v1/own/cases/{number}/corrections",
        {"json": {"instead": {"household_book_original": "none"}}},
    ),
    "withdrawal": ("GET", "/m/cases/{number}/withdrawal", {}),
    "times": ("GET", f"/api/v1/cases/{{number}}/slots/{ASKED}/appointment", {}),
    "book": (
        "POST",
        f"/api/v1/cases/{{number}}/slots/{ASKED}/appointment",
        {"json": {"day": "2026-03-07", "starts": "10:00"}},
    ),
    "give_back": ("DELETE", f"/api/v1/cases/{{number}}/slots/{ASKED}/appointment", {}),
    "receipt": ("GET", "/api/v1/cases/{number}/receipt.pdf", {}),
}
OPENS: dict[MandateScope, set[str]] = {
    MandateScope.FOLLOW: {"follow", "page", "times"},
    MandateScope.CORRECT: {"asked", "asked_page", "preview", "correct", "paper", "book", "give_back"},
    MandateScope.FILE: {"book", "give_back"},
    MandateScope.WITHDRAW: {"withdrawal"},
    MandateScope.RECEIVE: {"receipt"},
}


async def sign_in(client, **who: str):
    answer = await client.post("/api/v1/sign-in/development", json=who)
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.parametrize("scope", MandateScope)
async def test_a_scope_opens_its_own_doors_and_no_other(client, number, engine, scope):
    signed = {"kind": "typed", "value": APPLICANT["name"]}
    body = {"representative": FRIEND, "scope": [scope], "until": "2026-03-31", "signature": signed}
    made = await client.post("/api/v1/mandates", json=body, headers=await sign_in(client, **APPLICANT))
    assert made.status_code == 201
    await engine.asks(number, ASKED, materials=["household_book_original"])
    friend = await sign_in(client, **FRIEND)
    before = len(engine.updates)
    opened = set()
    for name, (method, path, sent) in DOORS.items():
        answer = await client.request(method, path.format(number=number), headers=friend, **sent)
        if answer.status_code != 403:
            opened.add(name)
        else:
            assert answer.json()["code"] == "mandate_lacking", name
    assert opened == OPENS[scope]
    assert len(engine.updates) - before == (1 if scope is MandateScope.CORRECT else 0)
