"""What registers and the login fill in, so that the family does not."""

import pytest

from forms.merge import Supply, key_owner, merge
from forms.prefill import known_from_registers, register_facts, situations_from_registers, without_login
from forms.resolve import Resolution
from forms.validate import validate
from onething.fact import parse_fact


def test_the_applicants_card_fills_name_and_number(story):
    _, answers, known = story()
    assert "name" not in answers["applicant"]
    assert known["/applicant/name"].value == "周明远"
    assert known["/applicant/id_number"].source == "login"


def test_the_card_wins_over_the_register_and_completes_it(story, real):
    form, answers, _ = story()
    registers = real.scenario("bereavement", "yichun_nine").registers
    login = {"id_number": "360902199408238712", "name": "周明遠"}
    assert known_from_registers(form, answers, registers, login)["/applicant/name"].value == "周明遠"
    bare = known_from_registers(form, answers, registers, {"id_number": "360902199408238712"})
    assert bare["/applicant/name"].value == "周明远"
    assert not [key for key, value in known_from_registers(form, answers, registers, {}).items()
                if value.source == "login"]  # fmt: skip


def test_each_heir_is_looked_up_by_their_own_number_and_kinship_by_both(story):
    _, _, known = story()
    assert [known[f"/heirs/{index}/name"].value for index in range(2)] == ["周明远", "刘淑芬"]
    assert known["/heirs/1/kinship_to_deceased"].value == "spouse"


def test_the_account_is_the_payees_and_the_household_the_deceaseds(real, story):
    bundle = real.bundle("bereavement")
    assert {role: key_owner(bundle, role) for role in ("account", "household", "property", "heirs")} == {
        "account": "payee",
        "household": "deceased",
        "property": "deceased",
        "heirs": "heirs",
    }
    form, answers, known = story()
    assert known["/account/bank_code"].value == "icbc"
    answers["payee"] = {"same_as": "heirs/1"}
    registers = real.scenario("bereavement", "yichun_nine").registers
    assert "/account/bank_code" not in known_from_registers(form, answers, registers, {})


def test_without_a_number_nothing_is_known_and_an_ambiguous_record_tells_nothing(story, real):
    form, answers, _ = story()
    registers = dict(real.scenario("bereavement", "yichun_nine").registers)
    number = answers["deceased"].pop("id_number")
    assert "/deceased/name" not in known_from_registers(form, answers, registers, {})
    answers["deceased"]["id_number"] = number
    registers["population"] = {number: [{"name": "甲"}, {"name": "乙"}]}
    assert "/deceased/name" not in known_from_registers(form, answers, registers, {})


def test_a_register_that_is_down_leaves_its_facts_to_be_typed(story, real):
    form, answers, _ = story()
    registers = real.scenario("bereavement", "yichun_nine").registers
    registers = registers | {"population": registers["population"] | {"unavailable": True}}
    known = known_from_registers(
        form, answers, registers, {"id_number": "360902199408238712", "name": "周明远"}
    )
    missing = {problem.pointer for problem in validate(form, answers, known).problems}
    assert "/deceased/name" in missing
    assert "/applicant/name" not in missing
    assert known["/deceased/death_time"].source == "death"


def test_registers_answer_situations_that_the_family_need_not_know(real):
    story = real.scenario("bereavement", "yichun_nine")
    answers = situations_from_registers(real.bundle("bereavement"), story.registers, "360902196805178131")
    assert answers.items() <= story.situations.items()
    assert {"pension", "has_housing_fund"} <= set(answers)


def test_without_an_applicant_nothing_is_taken_out(story):
    form, _, _ = story()
    assert without_login(form, {"deceased": {"name": "甲"}}) == ({"deceased": {"name": "甲"}}, {})


@pytest.mark.parametrize("registered", [False, True])
def test_a_register_that_cannot_know_a_death_yet_is_not_asked_for_it(story, real, registered):
    form, answers, _ = story()
    form = merge(real, form.bundle, form.situations | {"death_proof_known": registered}, form.on)
    time = parse_fact("death_time(deceased)")
    assert form.fields[time].supply is (Supply.REGISTER if registered else Supply.TYPED)
    assert form.fields[parse_fact("name(deceased)")].supply is Supply.REGISTER
    registers = real.scenario("bereavement", "yichun_nine").registers
    known = known_from_registers(form, answers, registers, {})
    assert ("/deceased/death_time" in known) is registered
    asked = {
        fact.register for fact in register_facts(form, Resolution(form, answers, {})) if fact.fact == time
    }
    assert asked == ({"death"} if registered else set())
