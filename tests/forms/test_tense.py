"""A death has been and an appointment is to come: a day on the wrong side of the filing is told."""

from datetime import date

import pytest

from forms.merge import merge
from forms.person import persons_lacking
from forms.plan_field import tell
from forms.prefill import without_login
from forms.resolve import Resolution
from forms.tense import days_amiss
from forms.validate import validate
from onething.catalog import load_catalog
from runtime.settings import TREE

CATALOG = load_catalog(TREE / "catalog")
FILED = date(2026, 3, 3)


def form_of(bundle, story):
    told = CATALOG.scenario(bundle, story)
    form = merge(CATALOG, CATALOG.bundle(bundle), told.situations, FILED)
    return form, without_login(form, told.answers)[0]


def amiss(form, answers):
    return [(one.pointer, one.code) for one in days_amiss(form, answers)]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-03-02T04:10", []),
        ("2026-03-03T23:59", []),
        ("2026-03-04T00:00", [("/deceased/death_time", "future_day")]),
        ("2027-03-01T10:00", [("/deceased/death_time", "future_day")]),
    ],
)
def test_nobody_dies_after_the_day_it_is_told(moment, told):
    form, answers = form_of("bereavement", "smooth_employee")
    answers = {**answers, "deceased": {**answers["deceased"], "death_time": moment}}
    assert amiss(form, answers) == told


def test_what_is_no_day_is_told_as_that_and_not_as_a_day_to_come():
    form, answers = form_of("bereavement", "smooth_employee")
    answers = {**answers, "deceased": {**answers["deceased"], "death_time": "tomorrow"}}
    found = {one.pointer: one.code for one in validate(form, answers, {}).problems}
    assert found["/deceased/death_time"] in {"format", "pattern"}


def test_an_appointment_lies_ahead_and_is_worded():
    form, answers = form_of(
        "marriage_birth_household", CATALOG.bundle("marriage_birth_household").default_scenario
    )
    role = next(fact.owner for fact in form.fields if fact.concept == "appointment_date")
    answers = {**answers, role: {**answers.get(role, {}), "appointment_date": "2026-03-02"}}
    (problem,) = (one for one in days_amiss(form, answers) if one.pointer.endswith("appointment_date"))
    assert problem.code == "past_day"
    assert tell(form, problem).text.zh == "预约日期不能早于今天"


def test_whoever_agrees_about_an_estate_is_named():
    form, answers = form_of("bereavement", "smooth_employee")
    assert answers["estate"]["inheritance_basis"] == "agreement"
    bare = {role: group for role, group in answers.items() if role != "heirs"}
    found = {one.pointer: one for one in validate(form, bare, {}).problems}
    assert tell(form, found["/heirs"]).text.zh == "继承人至少要填 1 位"
    notary = {**bare, "estate": {**answers["estate"], "inheritance_basis": "notarial"}}
    assert list(persons_lacking(form, Resolution(form, notary, {}))) == []


def test_the_deceased_does_not_apply():
    form, answers = form_of("bereavement", "smooth_employee")
    own = answers["deceased"]["id_number"]
    answers = {**answers, "applicant": {**answers["applicant"], "id_number": own}}
    found = {one.pointer: one.code for one in validate(form, answers, {}).problems}
    assert found["/deceased/id_number"] == "same_person"


def test_how_a_field_is_written_is_said_again_where_it_is_written_otherwise():
    form, answers = form_of("bereavement", "smooth_employee")
    answers = {**answers, "applicant": {**answers["applicant"], "phone": "12"}}
    problem = next(one for one in validate(form, answers, {}).problems if one.pointer == "/applicant/phone")
    said = "联系电话（申请人）的写法不对，请核对：11 位手机号，或者带区号的固定电话"
    assert tell(form, problem).text.zh == said


@pytest.mark.parametrize(
    ("role", "key", "value", "said"),
    [
        ("applicant", "id_number", "3609021971062562", "应为 18 位"),
        ("deceased", "death_time", "昨天晚上", "要写成日期和时间，例如 2026-03-02 09:30"),
        ("applicant", "phone", "12", "（申请人）"),
    ],
)
def test_a_finding_says_how_the_field_is_written_and_whose_it_is(role, key, value, said):
    form, answers = form_of("bereavement", "smooth_employee")
    answers = {**answers, role: {**answers[role], key: value}}
    problem = next(one for one in validate(form, answers, {}).problems if one.pointer == f"/{role}/{key}")
    assert said in tell(form, problem).text.zh
