"""The life event of a couple: what it asks, what it saves, who may use it, and what hangs on the marriage."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.story import file_story
from forms.certificate import certificate
from forms.intake import Prepared
from forms.merge import merge
from forms.prefill import known_from_registers, without_login
from forms.situation import check_situations
from onething.adapter import Capabilities
from onething.calendar import load_calendar
from onething.case_event import Reapplied, Revoked
from onething.case_record import WorkOrderKind
from onething.case_state import BundleState, SlotState
from onething.catalog import load_catalog
from onething.definition import Scenario
from onething.fact import parse_fact
from onething.item import FilledBy
from onething.item_material import MaterialSource
from tests.onething.office import Play

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = "marriage_birth_household"
BEHIND = {"husband_status", "wife_status", "wife_joins", "fertility"}
"""What hangs on the marriage in the demonstration."""
ROWS = {
    "civil_affairs/marriage_appointment": ((1, 14),),
    "civil_affairs/marriage_registration": ((2, 27), (3, 31)),
    "police/marital_status_change": ((4, 23),),
    "police/spouse_migration": ((5, 44), (6, 20), (7, 22)),
    "health/fertility_registration": ((8, 46),),
}
"""Sections of forms/marriage-newborn.md that each item's form holds, and how many rows each has."""
EXCLUDED = ("foreign", "hk_macao_taiwan", "overseas", "military", "imprisoned")


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="module")
def bundle(catalog):
    return catalog.bundle(BUNDLE)


@pytest.fixture(scope="module")
def stories(catalog):
    return catalog.scenarios[BUNDLE]


@pytest.fixture(scope="module")
def told(catalog, bundle):
    """A story's form, what is typed, and what registers supply."""

    def tell(story: Scenario) -> tuple[Any, ...]:
        form = merge(catalog, bundle, story.situations, date.fromisoformat(story.filed_at[:10]))
        answers, login = without_login(form, story.answers)
        return form, answers, known_from_registers(form, answers, story.registers, login)

    return tell


@pytest.fixture(scope="module")
def file(catalog, stories):
    world = (load_calendar(ROOT / "catalog" / "calendars"), dict.fromkeys(catalog.agencies, Capabilities()))

    def filed(name: str, **changes: Any) -> Prepared:
        story = stories[name].model_copy(update=changes)
        return file_story(catalog, BUNDLE, story, "360900-B-20260309-000001-0", world).prepared

    return filed


@pytest.fixture
def play(file):
    """The demonstration's case as pinned, begun with a new clock and driven by hand."""
    definition = file("smooth_four_items").case.definition
    return Play(definition.slots, profiles=definition.profiles, holds=definition.holds).begin()


def finished(play):
    """Every receipt asked for is stored, so the case ends."""
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED


def married(play):
    play.grant("appointment")
    play.open_gate("marriage", "both_in_person")
    return play.grant("marriage")


@pytest.mark.parametrize(
    "story", ["smooth_four_items", "two_cities_one_late", "remarriage_with_divorce_papers"]
)
def test_at_most_a_quarter_is_typed_and_less_than_a_third_of_the_papers_brought(stories, told, story):
    counted = certificate(*told(stories[story]))
    assert counted.separate > 100
    assert counted.typed <= counted.separate * 0.25
    assert counted.materials_brought <= counted.materials_separate * 0.3
    assert counted.trips_once == 1 < counted.trips_separate


def test_a_quarter_suffices_even_where_few_items_go_together(stories, told):
    counted = certificate(*told(stories["residence_permit_couple"]))
    assert counted.items == 3
    assert counted.typed <= counted.separate * 0.25


@pytest.mark.parametrize("item", sorted(ROWS))
def test_every_row_of_the_source_stands_in_the_form(catalog, item):
    sources = [box.binding.source or "" for box in catalog.boxes(catalog.items[item][0])]
    for section, rows in ROWS[item]:
        found = {one.split(f"§{section} ")[1].split(" ")[0] for one in sources if f"§{section} " in one}
        assert found == {str(row) for row in range(1, rows + 1)}


def test_nobody_is_asked_for_the_household_book_to_marry(catalog):
    listed = {each.material for each in catalog.items["civil_affairs/marriage_registration"][0].materials}
    assert not any("household_book" in material for material in listed)


def test_only_a_photo_a_tenancy_and_a_courts_paper_are_ever_brought(catalog):
    brought = {
        each.material
        for item in ROWS
        for each in catalog.items[item][0].materials
        if each.source is MaterialSource.SELF
    }
    assert brought == {"couple_photo", "tenancy_contract", "divorce_judgment"}


def test_what_staff_fill_in_is_never_sent(catalog):
    for item in ROWS:
        for box in catalog.boxes(catalog.items[item][0]):
            if box.binding.by is FilledBy.OFFICER:
                assert not box.sent, (item, box.name)


def test_words_that_everybody_reads_fit_the_phone_as_well_as_the_counter(bundle):
    asked = [text for one in bundle.situations for text in (one.question, one.why)]
    for text in (*asked, *(role.title for role in bundle.roles.values())):
        assert "窗口" not in text.zh
        assert "window" not in text.en.lower()


@pytest.mark.parametrize("concept", ["no_spouse_statement", "no_kin_statement", "free_will_statement"])
def test_whoever_fills_it_in_declares_nothing_for_the_other_who_does_so_in_person(catalog, concept):
    said = catalog.concepts[concept]
    assert "登记时由本人当面声明" in said.title.zh
    assert "不代替本人声明" in said.why.zh
    assert "before the registrar" in said.why.en


def test_health_is_not_asked_of_anybody_who_marries(catalog):
    boxes = {box.name: box for box in catalog.boxes(catalog.items["civil_affairs/marriage_registration"][0])}
    assert not boxes["statement_man.MyHasill"].sent
    assert not boxes["statement_woman.MyHasill"].sent


def test_whichever_of_the_two_is_at_the_window_the_agencies_receive_the_same(stories, file):
    groom = stories["smooth_four_items"]
    bride = stories["bride_at_the_window"]
    situations = {**bride.situations, "applicant_is": "husband"}
    answers = {
        "applicant": groom.answers["applicant"],
        "partner": {**groom.answers["partner"], "pregnancy_state": None},
        "filing": {"signature": True},
    }
    one = file("bride_at_the_window").filings
    other = file("smooth_four_items", situations=situations, answers=answers).filings
    assert one["marriage"].payload == other["marriage"].payload
    assert one["marriage"].payload["statement_man"]["MyName"] == "彭志远"
    for status in ("husband_status", "wife_status"):
        declarants = {"sbryxm", "sbrgmsfhm"}
        assert {k: v for k, v in one[status].payload.items() if k not in declarants} == {
            k: v for k, v in other[status].payload.items() if k not in declarants
        }


def test_one_item_is_bound_twice_and_each_spouse_is_the_others(file):
    filings = file("two_cities_one_late").filings
    his, hers = filings["husband_status"].payload, filings["wife_status"].payload
    assert his["xm"] == hers["poxm"] == "易文博"
    assert hers["xm"] == his["poxm"] == "温晓岚"
    assert his["gmsfhm"][:6] != hers["gmsfhm"][:6]


def test_the_household_of_its_head_receives_not_that_of_whoever_files(file):
    payload = file("smooth_four_items").filings["wife_joins"].payload
    assert payload["lhsfz"] == "360902196910054114"
    assert payload["qrdpcs"] == payload["sqrhkdjjg"] != payload["hkszddjjg"]


def test_a_second_marriage_is_told_to_the_police_as_one(file):
    filings = file("remarriage_with_divorce_papers").filings
    assert filings["wife_status"].payload["hyzk"] == "22"
    assert filings["fertility"].payload["fhyzk"] == "再婚"
    assert filings["fertility"].payload["ddlhc"] == 2
    assert filings["fertility"].payload["yexb"] == "1"


def test_a_previous_child_is_named_only_from_the_second_on(file):
    assert "yecsrq" not in file("smooth_four_items").filings["fertility"].payload


@pytest.mark.parametrize("group", EXCLUDED)
def test_an_excluded_group_is_told_why_and_where_to(bundle, stories, group):
    (problem,) = check_situations(bundle, {**stories["smooth_four_items"].situations, "special": [group]})
    assert problem.code == "contradiction"
    assert "不在此一并办理" in problem.params["zh"]
    assert "not " in problem.params["en"]


def test_a_couple_with_residence_permits_is_offered_nothing_about_household_books(catalog, bundle):
    for couple, slots in (
        ("residence_permit", {"marriage", "fertility"}),
        ("elsewhere", {"marriage"}),
        ("local", {"marriage", "husband_status", "wife_status", "wife_joins", "fertility"}),
    ):
        said = {"applicant_is": "wife", "couple": couple, "appointment": False, "status_change": True}
        said |= {"who_moves": "wife", "fertility": True, "special": []}
        form = merge(catalog, bundle, said, date(2026, 3, 9))
        assert {slot.name for slot in form.slots} == slots


def test_nothing_starts_before_both_have_come_and_nobody_can_stand_in(play, bundle):
    play.grant("appointment")
    assert play.slot("marriage").state is SlotState.BLOCKED
    gate = next(slot for slot in play.case.definition.slots if slot.slot == "marriage").gates[0]
    assert gate.in_person
    assert [title.zh for title in gate.who] == ["申请的一方", "另一方"]
    assert not gate.open
    assert play.submitted() == ["appointment"]
    assert not any("representative" in role for role in bundle.roles)


def test_after_a_refusal_nothing_else_ever_starts_and_each_says_behind_what(play):
    play.grant("appointment")
    play.open_gate("marriage", "both_in_person")
    play.answer("marriage", play.tell.received(play.now), play.tell.refused(play.now))
    assert set(play.submitted()) == {"appointment", "marriage"}
    for name in BEHIND:
        slot = play.slot(name)
        assert slot.state is SlotState.BLOCKED
        assert slot.blocked_by.slot == "marriage"
        assert "结婚登记" in slot.blocked_by.text.zh


def test_a_refused_marriage_may_be_applied_for_again_after_the_end_and_the_rest_follows(play):
    play.grant("appointment")
    play.open_gate("marriage", "both_in_person")
    play.answer("marriage", play.tell.received(play.now), play.tell.refused(play.now))
    finished(play)
    play.take(Reapplied(slot="marriage", payload="blob-marriage", actor="applicant"), timedelta(days=400))
    play.grant("marriage")
    assert play.slot("marriage").round == 2
    assert {"husband_status", "wife_status", "fertility"} <= set(play.submitted())


def test_the_mover_keeps_the_order_of_papers_and_the_other_spouse_does_not_matter(play):
    married(play)
    play.answer("husband_status", play.tell.received(play.now), play.tell.refused(play.now))
    assert play.slot("wife_joins").state is SlotState.WAITING
    play.grant("wife_status")
    assert "wife_joins" in play.submitted()


def test_a_marriage_void_after_the_end_is_put_right_by_the_police_and_asked_of_a_person(play):
    married(play).grant("husband_status", "wife_status", "wife_joins", "fertility")
    finished(play)
    play.take(Revoked(reason="marriage_void", actor="clerk"), timedelta(days=90))
    orders = {order.slot: order.kind for order in play.state.work_orders}
    assert orders.pop("marriage") is WorkOrderKind.ASK_PERSON
    assert set(orders) == BEHIND | {"appointment"}
    assert set(orders.values()) == {WorkOrderKind.UNDO}


def test_marriage_facts_feed_everything_behind_it_and_are_asked_of_nobody(catalog, bundle, stories, told):
    counted = certificate(*told(stories["smooth_four_items"]))
    outcomes = {"marriage_date", "marriage_certificate_no"}
    assert not outcomes & {fact.concept for _, fact in counted.typed_leaves}
    for name in ("husband_status", "wife_joins", "fertility"):
        slot = next(one for one in bundle.slots if one.slot == name)
        facts = [box.binding.fact for box in catalog.boxes(catalog.items[slot.item][0]) if box.binding.fact]
        assert outcomes & {parse_fact(fact).concept for fact in facts}, name


def test_stories_tell_of_every_slot_and_name_nothing_that_is_not_there(bundle, stories):
    slots = {slot.slot for slot in bundle.slots}
    questions = {question.situation for question in bundle.situations}
    assert len(stories) >= 12
    for story in stories.values():
        assert set(story.situations) <= questions
        assert set(story.expect.slots) <= slots
    assert {name for story in stories.values() for name in story.expect.slots} == slots
