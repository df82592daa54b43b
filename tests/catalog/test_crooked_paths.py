"""What the shipped life event says about its crooked paths: holds, gates, procedures, papers owed."""

from pathlib import Path
from typing import Any

import pytest

from console.story import file_story
from forms.situation import check_situations
from onething.adapter import Capabilities
from onething.calendar import load_calendar
from onething.case_definition import CaseDefinition
from onething.case_record import WorkOrderKind
from onething.catalog import load_catalog
from onething.clock import MonthGate
from onething.definition import HoldEnd
from onething.duration import Duration, Unit
from onething.errors import AnswersRejected
from onething.item_material import MaterialSource
from onething.story import laid_over
from simulator.world import world_of

ROOT = Path(__file__).resolve().parents[2]
ESTATE = {"pension_account", "medical_account", "housing_fund", "real_estate"}
SON = {"id_number": "360902199408238712", "phone": "13879500117", "heir_signature": True}
MOTHER = {"id_number": "360902197003098468", "phone": "13879500226", "heir_signature": True}
DAUGHTER = {"id_number": "360902201205183264", "phone": "13879500226", "heir_signature": True}
"""Thirteen years old when the succession opened."""
OVERPAID = "overpaid_amount(deceased)"


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="module")
def bundle(catalog):
    return catalog.bundle("bereavement")


@pytest.fixture(scope="module")
def stories(catalog):
    return catalog.scenarios["bereavement"]


@pytest.fixture(scope="module")
def file(catalog, stories):
    """File a story with something else said in it, and give the definition that its case is pinned to."""
    world = (
        load_calendar(ROOT / "catalog" / "calendars"),
        dict.fromkeys(catalog.agencies, Capabilities()),
    )

    def filed(name: str = "minor_heir", **changes: Any) -> CaseDefinition:
        answers = laid_over(stories[name].answers, changes.pop("answers", {}))
        story = stories[name].model_copy(update={**changes, "answers": answers})
        number = "360900-A-20260302-000001-0"
        return file_story(catalog, "bereavement", story, number, world).prepared.case.definition

    return filed


def agreeing(*heirs: dict[str, Any], **first: Any) -> dict[str, Any]:
    """Heirs who agree; what is said otherwise is said of the first."""
    said = [{"waived": False, "agrees": True, **heir} for heir in heirs]
    return {"heirs": [said[0] | first, *said[1:]]}


def shut(definition):
    """The slots behind a shut gate of the heirs."""
    return {
        slot.slot
        for slot in definition.slots
        for gate in slot.gates
        if gate.gate == "heirs_resolved" and not gate.open
    }


# ---- the heirs' gate ------------------------------------------------------------------------------


def test_every_item_of_the_estate_has_the_same_gate(catalog):
    gates = {
        item.key: gate
        for versions in catalog.items.values()
        for item in versions
        for gate in item.gates
        if gate.gate == "heirs_resolved"
    }
    assert len(gates) == 5
    assert len({gate.model_dump_json() for gate in gates.values()}) == 1


def test_the_gate_stands_open_when_all_heirs_agree(file):
    assert shut(file(answers=agreeing(SON, MOTHER))) == set()


@pytest.mark.parametrize("said", [{"agrees": False}, {"waived": True, "agrees": False}])
def test_one_heir_who_does_not_agree_parks_the_estate_and_one_who_gave_it_up_does_not(file, said):
    expected = set() if said.get("waived") else ESTATE
    assert shut(file(answers=agreeing(SON, MOTHER, **said))) == expected


def test_nobody_is_left_to_receive_when_all_have_given_it_up(file, stories):
    given_up = [heir | {"waived": True, "agrees": True} for heir in (SON, MOTHER)]
    situations = {**stories["minor_heir"].situations, "has_real_estate": False}
    assert shut(file(answers={"heirs": given_up}, situations=situations)) == ESTATE - {"real_estate"}


def test_a_minor_agrees_only_through_a_guardian(file):
    assert shut(file(answers=agreeing(DAUGHTER, MOTHER))) == ESTATE
    assert shut(file(answers=agreeing(DAUGHTER, MOTHER, guardian_name="刘淑芬"))) == set()


def test_nobody_gives_up_an_inheritance_for_a_minor(file):
    for guardian in ({}, {"guardian_name": "刘淑芬"}):
        assert shut(file(answers=agreeing(DAUGHTER, MOTHER, waived=True, **guardian))) == ESTATE


@pytest.mark.parametrize("basis", ["notarial", "judgment"])
def test_a_deed_or_judgment_opens_it_whatever_the_heirs_say(file, basis):
    answers = agreeing(SON, MOTHER, agrees=False) | {"estate": {"inheritance_basis": basis}}
    assert shut(file(answers=answers)) == set()


@pytest.mark.parametrize("contested", [True, False])
def test_a_will_opens_it_unless_somebody_contests_it(file, contested):
    will = {"inheritance_basis": "will", "will_contested": contested}
    answers = agreeing(SON, MOTHER) | {"estate": will}
    assert shut(file(answers=answers)) == (ESTATE if contested else set())


def test_whether_a_will_is_contested_is_asked_of_those_only_who_have_one(file):
    with pytest.raises(AnswersRejected) as rejected:
        file(answers=agreeing(SON, MOTHER) | {"estate": {"inheritance_basis": "will"}})
    assert "/estate/will_contested" in str(rejected.value.params)


# ---- the month gate -------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "gates"), [("350500", 1), ("350503", 1), ("360900", 0), ("351000", 0)])
def test_the_medical_account_waits_for_its_month_in_quanzhou_only(file, region, gates):
    account = next(slot for slot in file(region=region).slots if slot.slot == "medical_account")
    waiting = [gate for gate in account.gates if gate.month is not None]
    assert len(waiting) == gates
    assert all(gate.month == MonthGate(months_after=1, day=10) and not gate.open for gate in waiting)


# ---- no heirs, and the last of a household --------------------------------------------------------


def test_without_heirs_nothing_is_filed_that_only_heirs_may_claim(stories):
    claims = ESTATE | {"survivor_benefit", "pension_balance"}
    assert not claims & set(stories["no_heir"].expect.slots)


def test_nobody_names_a_new_head_where_nobody_is_left(file, stories):
    assert file("last_of_household").slots
    others = {**stories["last_of_household"].situations, "special": []}
    with pytest.raises(AnswersRejected) as rejected:
        file("last_of_household", situations=others)
    assert "/household/new_head_name" in str(rejected.value.params)


def test_an_unexplained_death_is_referred_to_the_police_and_the_draft_is_kept(bundle, stories):
    situations = {**stories["yichun_nine"].situations, "death_kind": "unknown"}
    (problem,) = check_situations(bundle, situations)
    assert "草稿" in problem.params["zh"]
    assert "公安机关" in problem.params["zh"]
    assert "draft" in problem.params["en"]


# ---- holds ----------------------------------------------------------------------------------------


def test_holds_tell_what_is_going_on_and_how_they_may_end(bundle):
    ends = {hold.hold: set(hold.ends) for hold in bundle.holds}
    both = {HoldEnd.CONTINUE, HoldEnd.TERMINATE}
    assert ends == {"abnormal_death": both, "reported_alive": both, "identity_mismatch": {HoldEnd.CONTINUE}}
    for hold in bundle.holds:
        assert hold.text.zh
        assert hold.fix.en
        assert hold.basis.cite


def test_one_reason_tells_of_one_hold(bundle):
    reasons = [reason for hold in bundle.holds for reason in hold.reasons]
    assert len(reasons) == len(set(reasons))
    assert all(hold.hold in hold.reasons for hold in bundle.holds)


# ---- procedures -----------------------------------------------------------------------------------


def test_the_registry_tells_on_the_spot_and_counts_no_public_notice(catalog):
    rules = catalog.profiles["real_estate"].rules
    assert rules.notice_within == Duration(amount=0, unit=Unit.DAY)
    assert rules.deemed_acceptance
    assert rules.extension_at_most is None
    assert not rules.counts("public_notice")


def test_social_insurance_knows_no_extension(catalog):
    followers = {
        item.agency
        for versions in catalog.items.values()
        for item in versions
        if item.profile == "social_insurance"
    }
    assert followers == {"social_insurance", "medical_insurance"}
    assert catalog.profiles["social_insurance"].rules.extension_at_most is None
    assert catalog.profiles["social_insurance"].rules.counts("public_notice")


def test_a_procedure_rests_on_something_that_was_read(catalog):
    for profile in catalog.profiles.values():
        assert any(basis.verified and not basis.local for basis in profile.basis), profile.profile


# ---- papers owed ----------------------------------------------------------------------------------


def test_no_main_paper_may_be_missing(catalog):
    for versions in catalog.items.values():
        for item in versions:
            for paper in item.materials:
                assert not (paper.main and paper.may_be_missing), (item.key, paper.material)


def test_a_written_waiver_is_asked_for_where_an_heir_has_given_it_up(file, catalog):
    paper = next(
        paper
        for paper in catalog.items["social_insurance/pension_account"][0].materials
        if paper.material == "waiver_statement"
    )
    assert paper.source is MaterialSource.SELF
    assert [slot.slot for slot in file("owed_paper_brought").slots if slot.owed] == ["pension_account"]
    assert not any(slot.owed for slot in file("died_at_home").slots)


def test_a_main_paper_is_not_accepted_as_missing(file):
    with pytest.raises(AnswersRejected) as rejected:
        file("owed_paper_brought", owed={"death_proof": ("death_certificate_paper",)})
    assert "main_material" in str(rejected.value.params)


# ---- money paid after the death -------------------------------------------------------------------


@pytest.mark.parametrize("item", ["resident_pension_end", "survivor_benefit"])
def test_pension_paid_after_the_death_is_demanded_back(catalog, item):
    for version in catalog.items[f"social_insurance/{item}"]:
        (told,) = (effect for effect in version.effects if effect.fact == OVERPAID)
        assert told.opens is WorkOrderKind.DEMAND_REPAYMENT
        assert told.basis.verified


def test_no_form_asks_how_much_was_paid_too_much(catalog):
    assert catalog.concepts["overpaid_amount"].outcome
    items = [item for versions in catalog.items.values() for item in versions]
    assert OVERPAID not in {box.binding.fact for item in items for box in catalog.boxes(item)}


def test_a_stand_in_demands_nothing_back_unless_its_story_says_so(catalog):
    effects = world_of(catalog).agencies["social_insurance"].effects
    assert all(OVERPAID not in brought for brought in effects.values())


# ---- stories --------------------------------------------------------------------------------------


def test_each_crooked_path_has_a_story_in_both_languages(stories):
    assert len(stories) >= 31
    titles = [story.title.zh for story in stories.values()] + [story.title.en for story in stories.values()]
    assert len(titles) == len(set(titles))


def test_every_story_like_another_says_what_is_to_happen_in_it(stories):
    told = [story for story in stories.values() if story.like is not None]
    assert len(told) >= 25
    assert all(story.expect.timeline for story in told)
