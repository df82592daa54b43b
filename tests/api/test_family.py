"""A couple that married here files the birth of its child: nothing their marriage case knows is asked again."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from activities.rendering import font
from activities.receipt_document import build_document
from activities.rendering.canonical import canonical, digest
from activities.rendering.qr import new_code
from activities.rendering.sign import PUBLIC_FILE, load_public_keys
from activities.rendering.verify import Standing, Valid, stand, verify_pdf
from api.family_known import SOURCE
from api.family_look import look_for_family
from api.lookup import Errand, Held
from api.principal import DEVELOPMENT_WINDOW, Caller, Purpose, Role
from api.standing import filings_of, header_of, standing_of
from console.serve import receipt_pdf
from onething.case_event import GateOpened
from onething.counting import BEIJING
from onething.errors import LookupRefused
from onething.receipt import ReceiptDocument
from onething.register import Purpose as LookupPurpose
from records.audit import AuditEntry, entries_of
from records.case import erase_case, get_case
from records.receipt import NewReceipt, receipts_of, store_receipt

WIFE, HUSBAND = "360902199903264846", "360902199807145273"
MOTHER, FATHER = "360902199604123269", "360902199408235175"
"""The couple of the marriage story, and the parents of the birth story, whose numbers are replaced by theirs."""
OTHER = "360902196910054114"
SITUATIONS = {
    "applicant_is": "mother",
    "parents": "married",
    "children_born": "one",
    "birth_place": "hospital",
    "certificate_issued": False,
    "child_named": True,
    "joins": "applicant",
    "ethnicity_as": "applicant",
    "has_siblings": False,
    "mother_work": "employee",
    "settled_directly": True,
    "wants_nursery": False,
    "special": [],
}


@dataclass(frozen=True)
class Filing:
    """Which life event, and which papers come with it."""

    bundle: str
    materials: tuple[str, ...]


async def upload(client, draft, material):
    file = {"file": ("paper.pdf", b"%PDF-1.7\n%paper\n", "application/octet-stream")}
    await client.post("/api/v1/materials", data={"draft": draft, "material": material}, files=file)


def as_couple(value):
    """A birth story's part, about the couple of the marriage story."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.replace(MOTHER, WIFE).replace(FATHER, HUSBAND))


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("marriage_birth_household", "smooth_four_items")


@pytest.fixture(scope="session")
def birth(catalog):
    return catalog.scenario("newborn", "smooth")


@pytest.fixture
def people(story, birth):
    held = as_couple(birth.registers)
    for name, record in story.registers.items():
        for number, facts in record.items():
            group = held.setdefault(name, {})
            group[number] = {**group.get(number, {}), **facts}
    return held


@pytest.fixture
def wiring(wiring, settings):
    """The same wiring, with papers over several cases drawn and signed."""
    return replace(wiring, pdf_of=receipt_pdf(settings.keys_dir))


@pytest.fixture
def asked(client, birth):
    """The plan of the couple's birth form, or of whoever the changes name; in a draft of its own."""

    async def plan(situations=None, changes=None, draft=None, *, notice=True, keep=False):
        if draft is None:
            draft = (await client.post("/api/v1/drafts", json={"bundle": "newborn"})).json()["id"]
        answers = as_couple(birth.answers)
        del answers["applicant"]["phone"]
        for role, group in (changes or {}).items():
            answers[role] = answers[role] | group if group else {}
        body = {"situations": SITUATIONS | (situations or {}), "answers": answers, "draft": draft}
        answer = await client.post("/api/v1/bundles/newborn/plan", json=body | {"notice_shown": notice})
        assert answer.status_code == 200, answer.text
        return (draft, answer.json()) if keep else answer.json()

    return plan


@pytest.fixture
def file(client):
    """File through a draft whose notice was shown; gives the answer and the plan before it."""

    async def filed(story, situations, answers, between=None):
        draft = (await client.post("/api/v1/drafts", json={"bundle": story.bundle})).json()["id"]
        for material in story.materials:
            await upload(client, draft, material)
        body = {"situations": situations, "answers": answers, "draft": draft}
        url = f"/api/v1/bundles/{story.bundle}/plan"
        plan = await client.post(url, json=body | {"notice_shown": True})
        assert plan.status_code == 200, plan.text
        if between is not None:
            await between()
        whole = body | {"bundle": story.bundle, "region": "360900", "pledge": True}
        key = {"Idempotency-Key": f"{story.bundle}-1"}
        return await client.post("/api/v1/cases", json=whole, headers=key), plan.json()

    return filed


@pytest.fixture
def wed(ruling, file, story, office):
    """File the couple's marriage case and, unless told otherwise, have the marriage granted."""

    async def filed(*, granted=True, registers=False):
        if registers:
            office.registers["population"].available = True
        filing = Filing("marriage_birth_household", story.materials)
        answer, _ = await file(filing, story.situations, story.answers)
        assert answer.status_code == 201, answer.text
        number = answer.json()["number"]
        if registers:
            office.registers["population"].available = False
        await ruling.says(number, "appointment", {"kind": "received", "ref": "R-0"}, {"kind": "granted"})
        await ruling.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
        effects = [{"fact": "marriage_date(registration)", "value": "2026-03-03"}]
        await ruling.says(number, "marriage", {"kind": "received", "ref": "R-1"})
        if granted:
            await ruling.says(number, "marriage", {"kind": "granted", "effects": effects})
        return number

    return filed


@pytest.fixture
async def marriage(wed):
    """The couple's marriage case, with the marriage granted."""
    return await wed()


@pytest.fixture
def child(file, birth):
    """File the birth for the couple, with what the changes say."""

    async def filed(without=(), between=None, **changes):
        answers = as_couple(birth.answers)
        answers = {role: group | changes.get(role, {}) for role, group in answers.items()}
        for role, name in without:
            del answers[role][name]
        return await file(Filing("newborn", birth.materials), birth.situations, answers, between)

    return filed


def fields_of(plan):
    return {
        one["pointer"]: one
        for section in plan["sections"]
        for block in section["blocks"]
        for one in block["fields"]
    }


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


async def test_a_birth_after_a_marriage_asks_nothing_that_the_marriage_case_knows(marriage, child, office):
    answer, plan = await child(without=[("applicant", "phone")])
    assert answer.status_code == 201, answer.text
    fields = fields_of(plan)
    reused = {name: one["value"] for name, one in fields.items() if (one["source"] or "").startswith(SOURCE)}
    # The population register has not heard of the marriage yet; what was decided stands before it.
    assert reused == {"/applicant/phone": "13879522846", "/applicant/marital_status": "married"}
    assert {fields[name]["source"] for name in reused} == {f"{SOURCE}{marriage}"}
    filings = await filings_of(office, await standing_of(office, answer.json()["number"]))
    told = filings["subsidy"].provenance
    assert {"source": f"{SOURCE}{marriage}", "grade": "D"} in told.values(), "the phone was typed then"
    assert {"source": f"{SOURCE}{marriage}", "grade": "A"} in told.values(), "the marriage was granted"


async def test_with_registers_away_the_earlier_case_answers_for_them(ruling, wed, asked, office):
    office.registers["population"].available = False
    before = await asked()
    marriage = await wed(registers=True)
    after = await asked()
    source = f"{SOURCE}{marriage}"
    reused = {name for name, one in fields_of(after).items() if one["source"] == source}
    couple = {"name", "ethnicity", "household_address"}
    mother = {"phone", "address", "household_region", "household_kind", "household_nature", "marital_status"}
    expected = {f"/other_parent/{key}" for key in couple}
    assert reused == expected | {f"/applicant/{key}" for key in mother | couple - {"name"}}
    typed = [one["figures"]["fields"]["typed"] for one in (before, after)]
    assert typed[0] - typed[1] == len(reused)


async def test_what_is_reused_can_be_corrected_and_stands_as_typed(marriage, child, office):
    answer, plan = await child(applicant={"phone": "13900000000"})
    assert fields_of(plan)["/applicant/phone"]["source"] is None
    filings = await filings_of(office, await standing_of(office, answer.json()["number"]))
    assert "13900000000" in filings["subsidy"].payload.values()


async def test_whichever_of_the_couple_files_each_fact_stays_its_persons(marriage, asked):
    swapped = {"applicant": {"id_number": HUSBAND, "name": "彭志远"}, "other_parent": {"id_number": WIFE}}
    fields = fields_of(await asked({"applicant_is": "father"}, swapped))
    assert fields["/applicant/phone"]["value"] == "13970511273"


@pytest.mark.parametrize(
    "changes",
    [
        {"other_parent": {"id_number": OTHER}},
        {"applicant": {"id_number": OTHER}},
        {"other_parent": {}},
        {"applicant": {"id_number": OTHER}, "other_parent": {"id_number": WIFE}},
    ],
)
async def test_other_persons_numbers_find_nothing(marriage, asked, office, changes):
    plan = await asked({}, changes)
    assert not [one for one in fields_of(plan).values() if (one["source"] or "").startswith(SOURCE)]
    assert "reuse_case" not in [one.action for one in await entries_of(office.archive, case=marriage)]


async def test_a_number_typed_over_later_takes_the_values_along(marriage, asked):
    draft, _ = await asked(keep=True)
    plan = await asked({}, {"other_parent": {"id_number": OTHER}}, draft=draft)
    assert not [one for one in fields_of(plan).values() if (one["source"] or "").startswith(SOURCE)]


async def test_without_a_shown_notice_nobody_looks(marriage, asked, office):
    plan = await asked(notice=False)
    assert not [one for one in fields_of(plan).values() if (one["source"] or "").startswith(SOURCE)]
    entries = await entries_of(office.archive)
    assert "look_for_family" not in [one.action for one in entries]


async def test_nobody_but_a_clerk_at_a_window_looks(marriage, asked, office):
    draft, _ = await asked(keep=True, notice=False)
    form = office.form(office.catalog.bundle("newborn"), SITUATIONS, office.today())
    answers = {"applicant": {"id_number": WIFE}, "other_parent": {"id_number": HUSBAND}}
    window = DEVELOPMENT_WINDOW
    for caller in (
        Caller("citizen", Role.PUBLIC, Purpose.FILE_CASE, window),
        Caller("clerk", Role.CLERK, Purpose.FILE_CASE, None),
    ):
        errand = Errand(caller, draft, LookupPurpose.PREFILL, notice_shown=True)
        assert (await look_for_family(office, errand, form, answers, Held())).family == ()
    clerk = Caller("clerk", Role.CLERK, Purpose.FILE_CASE, window)
    with pytest.raises(LookupRefused):
        errand = Errand(clerk, draft, LookupPurpose.PREFILL, notice_shown=False)
        await look_for_family(office, errand, form, answers, Held())
    errand = Errand(clerk, draft, LookupPurpose.PREFILL, notice_shown=True)
    held = await look_for_family(office, errand, form, answers, Held())
    assert [one.case for one in held.family] == [marriage]


async def test_every_look_is_audited_found_or_not(marriage, asked, office):
    await asked()
    await asked({}, {"other_parent": {"id_number": OTHER}})
    entries = await entries_of(office.archive)
    looks = [one for one in entries if one.action == "look_for_family"]
    assert [one.fields for one in looks] == [("bundle:marriage_birth_household", "for:newborn")] * 2
    assert all(one.subject_blind and one.case is None for one in looks)
    reused = [one for one in entries if one.action == "reuse_case"]
    assert [one.case for one in reused] == [marriage]
    assert "phone(mother)" in reused[0].fields
    assert WIFE not in repr(entries)


async def test_a_marriage_that_is_not_granted_is_no_family(ruling, wed, asked):
    await wed(granted=False)
    assert not [one for one in fields_of(await asked()).values() if (one["source"] or "").startswith(SOURCE)]


async def test_an_erased_case_is_not_found_and_leaves_its_family(marriage, child, asked, client, office):
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    entry = AuditEntry(actor="dev-clerk", role="clerk", purpose="erase", action="erase_case", case=marriage)
    await erase_case(office.archive, marriage, office.now(), entry)
    view = (await client.get(f"/api/v1/families/{family}")).json()
    assert [one["number"] for one in view["cases"]] == [birth]
    fields = fields_of(await asked())
    assert not [one for one in fields.values() if (one["source"] or "").startswith(SOURCE)]
    await erase_case(office.archive, birth, office.now(), replace(entry, case=birth))
    assert (await client.get(f"/api/v1/families/{family}")).status_code == 404


async def test_what_was_looked_up_and_is_erased_before_filing_joins_nothing(marriage, child, asked, office):
    entry = AuditEntry(actor="dev-clerk", role="clerk", purpose="erase", action="erase_case", case=marriage)

    async def erased():
        await erase_case(office.archive, marriage, office.now(), entry)

    answer, _ = await child(between=erased)
    assert answer.status_code == 201
    assert (await get_case(office.archive, answer.json()["number"])).family is None


async def test_both_cases_are_one_family_with_one_page(marriage, child, client, office):
    assert (await get_case(office.archive, marriage)).family is None
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, marriage)).family
    assert family == (await get_case(office.archive, birth)).family
    view = (await client.get(f"/api/v1/families/{family}")).json()
    assert view["title"]["zh"] == "结婚、生育、落户一件事"
    assert [one["number"] for one in view["cases"]] == [marriage, birth]
    page = (await client.get(f"/families/{family}")).text
    assert page.index("公民婚育户一件事") < page.index("出生一件事")
    for number in (marriage, birth):
        assert f'href="/families/{family}"' in (await client.get(f"/cases/{number}")).text
    for shown in (page, json.dumps(view)):
        assert WIFE not in shown
        assert "彭" not in shown


async def test_one_entry_stands_for_both_life_events(client):
    page = (await client.get("/")).text
    card = next(part for part in page.split('<li class="card') if "结婚、生育、落户一件事" in part)
    assert card.index("/bundles/marriage_birth_household/new") < card.index("/bundles/newborn/new")
    assert page.count("/bundles/newborn/new") == 1


async def test_the_first_page_lets_the_earlier_case_answer_its_question(marriage, client):
    url = "/bundles/newborn/new"
    posted = {"step": "start", "do": "ask", "notice": "true", "/applicant/id_number": WIFE}
    posted |= {"/other_parent/id_number": HUSBAND, "/situations/applicant_is": "mother"}
    posted |= {"shown": "/situations/applicant_is"}
    answer = await client.post(url, data=posted)
    page = (await client.get(answer.headers["location"])).text
    assert '<input type="radio" name="/situations/parents" value="married" checked' in page
    assert "双方此前的办件：公民婚育户一件事" in page


async def test_the_familys_receipt_says_what_both_receipts_say(marriage, child, client, office, ruling):
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    url = f"/api/v1/families/{family}/receipt.json"
    assert (await client.get(url)).status_code == 404
    first = await issue(office, ruling, marriage)
    alone = ReceiptDocument.model_validate((await client.get(url)).json())
    second = await issue(office, ruling, birth)
    answer = await client.get(url)
    whole = ReceiptDocument.model_validate(answer.json())
    assert [(one.case_number, one.document_hash) for one in whole.phases] == [
        (marriage, first.sha256),
        (birth, second.sha256),
    ]
    assert whole.case_number == family
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


async def test_the_familys_paper_is_signed_and_verified_like_any_other(  # noqa: PLR0917 - fixtures
    marriage, child, client, office, ruling, settings
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
    older = await client.get(f"/api/v1/families/{family}/receipt.pdf", params={"revision": 1})
    before = await asyncio.to_thread(verify_pdf, older.content, keys)
    assert stand(before, valid) is Standing.SUPERSEDED


async def test_another_sites_page_cannot_have_the_paper(marriage, child, client, office):
    birth = (await child())[0].json()["number"]
    family = (await get_case(office.archive, birth)).family
    url = f"/api/v1/families/{family}/receipt.pdf"
    assert (await client.get(url, headers={"sec-fetch-site": "cross-site"})).status_code == 403
