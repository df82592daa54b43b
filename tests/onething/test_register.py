import pytest

from onething.errors import LookupRefused
from onething.register import Found, LookupRequest, Purpose, guard, select

ALLOWED = {
    "register": "population",
    "id_number": "110101194001010013",
    "concepts": ("name", "kinship(applicant, deceased)"),
    "others": {"kinship(applicant, deceased)": "110101196501010026"},
    "purpose": Purpose.PREFILL,
    "actor": "clerk-7",
    "draft": "d-1",
    "notice_shown": True,
}


def test_a_lookup_with_draft_actor_purpose_and_notice_may_be_made():
    assert guard(LookupRequest(**ALLOWED)) is None


@pytest.mark.parametrize(
    ("name", "value"), [("draft", ""), ("actor", ""), ("purpose", None), ("notice_shown", False)]
)
def test_a_lookup_lacking_one_of_them_is_refused_and_told_which(name, value):
    with pytest.raises(LookupRefused) as caught:
        guard(LookupRequest(**{**ALLOWED, name: value}))

    assert caught.value.params["missing"] == (name,)


def test_only_what_was_asked_is_picked_and_kinship_goes_by_the_other_person():
    record = {"name": "甲", "ethnicity": "汉族", "kinship": {"110101196501010026": "child"}}

    assert select(record, LookupRequest(**ALLOWED)) == {"name": "甲", "kinship(applicant, deceased)": "child"}


def test_kinship_with_somebody_else_is_not_held():
    record = {"kinship": {"110101200001010019": "spouse"}}

    assert select(record, LookupRequest(**ALLOWED)) == {}


def test_neither_question_nor_answer_shows_personal_data_when_printed():
    found = Found(values={"name": "甲乙丙"}, source="人口库", as_of="2026-11-03T00:00:00Z")

    assert "1101" not in f"{LookupRequest(**ALLOWED)!r}{LookupRequest(**ALLOWED)}"
    assert "甲乙丙" not in f"{found!r}{found}"
