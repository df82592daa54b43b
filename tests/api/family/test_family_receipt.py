"""One signed receipt tells the cases of a family as the one thing they are."""

import asyncio
from datetime import timedelta

import pytest

from activities.receipt_document import build_document
from activities.rendering import font
from activities.rendering.canonical import canonical, digest
from activities.rendering.qr import new_code
from activities.rendering.sign import PUBLIC_FILE, load_public_keys
from activities.rendering.verify import Standing, Valid, stand, verify_pdf
from api.standing import header_of, standing_of
from console import verify
from onething.counting import BEIJING
from onething.receipt import ReceiptDocument
from records.audit import entries_of
from records.case import get_case
from records.receipt import NewReceipt, receipts_of, store_receipt


async def finish(ruling, number):
    """Every item of the case that is still under way is granted."""
    for _ in range(4):
        for slot, one in ruling.states[number].slots.items():
            if one.state in {"submitting", "received", "accepted"}:
                await ruling.says(number, slot, {"kind": "received", "ref": slot}, {"kind": "granted"})
    assert {slot.state for slot in ruling.states[number].slots.values()} == {"granted"}


async def issue(office, ruling, number, revision=1, reason="accepted"):
    """A receipt of the case as it stands, as the receipt's activity words it."""
    standing = await standing_of(office, number)
    header = await header_of(office, standing)
    earlier = tuple(one.sha256 for one in await receipts_of(office.archive, number))
    at = office.now().astimezone(BEIJING) + timedelta(minutes=ruling.starts, seconds=len(number))
    document = build_document(header, ruling.states[number], (revision, reason, earlier), at, new_code())
    data = canonical(document)
    new = NewReceipt(
        case=number,
        revision=revision,
        reason=reason,
        document=data,
        sha256=digest(data),
        code=document.proof.code,
        issued_at=at,
        predecessor=earlier[-1] if earlier else None,
    )
    return await store_receipt(office.archive, new)


async def test_the_familys_receipt_says_what_both_receipts_say(marriage, child, client, office, ruling):
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    url = f"/api/v1/families/{family}/receipt.json"
    assert (await client.get(url)).status_code == 404
    await finish(ruling, marriage)
    first = await issue(office, ruling, marriage, reason="completed")
    alone = ReceiptDocument.model_validate((await client.get(url)).json())
    assert (alone.state.code, alone.title.zh) == ("completed", "结婚、生育、落户一件事")
    second = await issue(office, ruling, birth)
    answer = await client.get(url)
    whole = ReceiptDocument.model_validate(answer.json())
    assert [(one.case_number, one.document_hash) for one in whole.phases] == [
        (marriage, first.sha256),
        (birth, second.sha256),
    ]
    assert (whole.case_number, whole.state.code, whole.completed_at) == (family, "running", None)
    assert whole.slots[: len(alone.slots)] == alone.slots
    assert (whole.revision.number, len(whole.slots)) == (2, sum(one.slots for one in whole.phases))
    again = await client.get(url, params={"revision": 1})
    assert whole.revision.earlier == (digest(again.content),)
    told = [
        one for one in await entries_of(office.archive, case=birth) if one.action == "give_family_receipt"
    ]
    assert told[-1].fields == ("revision:1", "family:2", "json")
    checked = await client.get(f"/v/{whole.proof.code}")
    assert checked.status_code == 200
    assert digest(answer.content) in checked.text
    assert 'href="/status"' not in checked.text


async def test_the_familys_paper_is_signed_and_verified_like_any_other(  # noqa: PLR0917 - fixtures
    marriage, child, client, office, ruling, settings, tmp_path
):
    font.build()
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    for number in (marriage, birth):
        await issue(office, ruling, number)
    paper = await client.get(f"/api/v1/families/{family}/receipt.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    keys = load_public_keys(settings.keys_dir / PUBLIC_FILE)
    valid = await asyncio.to_thread(verify_pdf, paper.content, keys)
    assert isinstance(valid, Valid)
    assert valid.document.case_number == family
    path = tmp_path / "family.pdf"
    path.write_bytes(paper.content)
    assert await asyncio.to_thread(verify.run, path, settings.keys_dir / PUBLIC_FILE) == verify.VALID
    assert sorted(ruling.handed) == sorted([(marriage, 1), (birth, 1)])
    older = await client.get(f"/api/v1/families/{family}/receipt.pdf", params={"revision": 1})
    before = await asyncio.to_thread(verify_pdf, older.content, keys)
    assert stand(before, valid) is Standing.SUPERSEDED


@pytest.mark.usefixtures("marriage")
async def test_another_sites_page_cannot_have_the_paper(child, client, office):
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    url = f"/api/v1/families/{family}/receipt.pdf"
    assert (await client.get(url, headers={"sec-fetch-site": "cross-site"})).status_code == 403


async def test_the_receipt_over_all_is_for_who_may_see_all_and_no_case_else_hears_of_it(
    marriage, elsewhere, client, office, ruling
):
    family, birth, clerk = elsewhere
    for number in (marriage, birth):
        await issue(office, ruling, number)
    url = f"/api/v1/families/{family}/receipt"
    assert (await client.get(f"{url}.json")).status_code == 200
    for ending in ("json", "pdf"):
        assert (await client.get(f"{url}.{ending}", headers=clerk)).status_code == 404
    told = await entries_of(office.archive, case=marriage)
    assert [one.role for one in told if one.action == "give_family_receipt"] == ["clerk"]
    assert (await client.get(f"/api/v1/families/{family}", headers=clerk)).json()["receipt"] is None
