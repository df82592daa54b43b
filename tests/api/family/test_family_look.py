"""A couple that married here files the birth of its child; nothing known of it is asked again."""

import pytest

from api.family_known import SOURCE
from api.family_look import look_for_family
from api.lookup import Errand, Held
from api.principal import DEVELOPMENT_WINDOW, Caller, Purpose, Role
from api.standing import filings_of, standing_of
from onething.errors import LookupRefused
from onething.register import Purpose as LookupPurpose
from records.audit import entries_of
from tests.api.family.couple import HUSBAND, OTHER, SITUATIONS, WIFE, fields_of, reused


async def test_a_birth_after_a_marriage_asks_nothing_that_the_marriage_case_knows(marriage, child, office):
    answer, plan = await child(without=[("applicant", "phone")])
    assert answer.status_code == 201, answer.text
    fields = fields_of(plan)
    found = {name: one["value"] for name, one in reused(plan).items()}
    # The population register has not heard of the marriage yet; what was decided stands before it.
    assert found == {"/applicant/phone": "13879522846", "/applicant/marital_status": "married"}
    assert {fields[name]["source"] for name in found} == {f"{SOURCE}{marriage}"}
    filings = await filings_of(office, await standing_of(office, answer.json()["number"]))
    told = filings["subsidy"].provenance
    assert {"source": f"{SOURCE}{marriage}", "grade": "D"} in told.values(), "the phone was typed then"
    assert {"source": f"{SOURCE}{marriage}", "grade": "A"} in told.values(), "the marriage was granted"


async def test_with_registers_away_the_earlier_case_answers_for_them(wed, asked, office):
    office.registers["population"].available = False
    before = await asked()
    marriage = await wed(registers=True)
    after = await asked()
    found = {name for name, one in reused(after).items() if one["source"] == f"{SOURCE}{marriage}"}
    couple = {"name", "ethnicity", "household_address"}
    mother = {"phone", "address", "household_region", "household_kind", "household_nature", "marital_status"}
    expected = {f"/other_parent/{key}" for key in couple}
    assert found == expected | {f"/applicant/{key}" for key in mother | couple - {"name"}}
    typed = [one["figures"]["fields"]["typed"] for one in (before, after)]
    assert typed[0] - typed[1] == len(found)


@pytest.mark.usefixtures("marriage")
async def test_what_is_reused_can_be_corrected_and_stands_as_typed(child, office):
    answer, plan = await child(applicant={"phone": "13900000000"})
    assert fields_of(plan)["/applicant/phone"]["source"] is None
    filings = await filings_of(office, await standing_of(office, answer.json()["number"]))
    assert "13900000000" in filings["subsidy"].payload.values()


@pytest.mark.usefixtures("marriage")
async def test_whichever_of_the_couple_files_each_fact_stays_its_persons(asked):
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
    assert reused(plan) == {}
    assert "reuse_case" not in [one.action for one in await entries_of(office.archive, case=marriage)]


@pytest.mark.usefixtures("marriage")
async def test_who_is_who_may_be_put_right_in_the_same_draft(asked):
    draft, plan = await asked({"applicant_is": "father"}, keep=True)
    assert reused(plan) == {}
    assert reused(await asked(draft=draft))["/applicant/phone"]["value"] == "13879522846"


@pytest.mark.usefixtures("marriage")
async def test_of_a_parent_who_is_not_named_nothing_is_reused(asked):
    draft, _ = await asked(keep=True)
    assert reused(await asked({"parents": "single"}, draft=draft)) == {}


@pytest.mark.usefixtures("marriage")
async def test_a_number_typed_over_later_takes_the_values_along(asked):
    draft, _ = await asked(keep=True)
    plan = await asked({}, {"other_parent": {"id_number": OTHER}}, draft=draft)
    assert reused(plan) == {}


@pytest.mark.usefixtures("marriage")
async def test_without_a_shown_notice_nobody_looks(asked, office):
    plan = await asked(notice=False)
    assert reused(plan) == {}
    entries = await entries_of(office.archive)
    assert "look_for_family" not in [one.action for one in entries]


async def test_nobody_but_a_clerk_at_a_window_looks(marriage, asked, office):
    draft, _ = await asked(keep=True, notice=False)
    form = office.form(office.catalog.bundle("newborn"), SITUATIONS, office.today(), "360900")
    answers = {"applicant": {"id_number": WIFE}, "other_parent": {"id_number": HUSBAND}}
    window = DEVELOPMENT_WINDOW
    for caller in (
        Caller("citizen", Role.PUBLIC, Purpose.FILE_CASE, window),
        Caller("clerk", Role.CLERK, Purpose.FILE_CASE, None),
    ):
        errand = Errand(caller, draft, LookupPurpose.PREFILL, notice_shown=True)
        assert (await look_for_family(office, errand, form, answers, Held())).family == ()
    clerk = Caller("clerk", Role.CLERK, Purpose.FILE_CASE, window)
    errand = Errand(clerk, draft, LookupPurpose.PREFILL, notice_shown=False)
    with pytest.raises(LookupRefused):
        await look_for_family(office, errand, form, answers, Held())
    errand = Errand(clerk, draft, LookupPurpose.PREFILL, notice_shown=True)
    held = await look_for_family(office, errand, form, answers, Held())
    assert [one.case for one in held.family] == [marriage]


async def test_every_look_is_audited_found_or_not(marriage, asked, office):
    await asked()
    await asked({}, {"other_parent": {"id_number": OTHER}})
    entries = await entries_of(office.archive)
    looks = [one for one in entries if one.action == "look_for_family"]
    both = ("bundle:newborn", "bundle:marriage_birth_household")
    assert [one.fields for one in looks] == [(bundle, "for:newborn") for bundle in both] * 2
    assert all(one.subject_blind and one.case is None for one in looks)
    reused = [one for one in entries if one.action == "reuse_case"]
    assert [one.case for one in reused] == [marriage]
    assert "phone(mother)" in reused[0].fields
    assert WIFE not in repr(entries)


async def test_the_next_child_finds_the_birth_before_it_first(marriage, child, asked, ruling):
    birth = (await child(applicant={"phone": "13900000000"}))[0].json()["number"]
    assert {one["source"] for one in reused(await asked()).values()} == {f"{SOURCE}{marriage}"}
    for slot in ("birth_certificate", "birth_registration"):
        await ruling.says(birth, slot, {"kind": "received", "ref": slot}, {"kind": "granted"})
    found = reused(await asked())
    assert (found["/applicant/phone"]["value"], found["/applicant/phone"]["source"]) == (
        "13900000000",
        f"{SOURCE}{birth}",
    )
    assert found["/applicant/marital_status"]["source"] == f"{SOURCE}{marriage}"


async def test_a_marriage_that_is_not_granted_is_no_family(wed, asked):
    await wed(granted=False)
    assert reused(await asked()) == {}


@pytest.mark.usefixtures("marriage")
async def test_the_first_page_lets_the_earlier_case_answer_its_question(client):
    url = "/bundles/newborn/new"
    posted = {"step": "start", "do": "ask", "notice": "true", "/applicant/id_number": WIFE}
    posted |= {"/other_parent/id_number": HUSBAND, "/situations/applicant_is": "mother"}
    posted |= {"shown": "/situations/applicant_is"}
    answer = await client.post(url, data=posted)
    page = (await client.get(answer.headers["location"])).text
    assert '<input type="radio" name="/situations/parents" value="married" checked' in page
    assert "双方此前的办件：公民婚育户一件事" in page
