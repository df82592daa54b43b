"""Whose case it is: parties, windows of the area, agencies with an item in it; nobody else hears of it."""

from dataclasses import replace
from typing import Any

import pytest

from api.role import Purpose, Role
from api.scope import check_case
from api.visit import Caller
from onething.errors import NotKnown
from records.lookup import fingerprint_subject


def caller(role, **given: Any):
    return Caller("somebody", role, Purpose.FOLLOW_CASE, area=given.pop("area", None), **given)


def person(office, number):
    return fingerprint_subject(office.archive.ring, "resident_id", number)


async def sees(office, who, number):
    try:
        await check_case(office, who, number)
    except NotKnown:
        return False
    return True


@pytest.mark.parametrize(
    ("area", "may"), [("", True), ("36", True), ("360902", False), ("37", False), (None, False)]
)
@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR, Role.AUDITOR])
async def test_staff_see_the_cases_of_their_area(office, number, role, area, may):
    assert await sees(office, caller(role, area=area), number) is may


async def test_the_applicant_sees_the_case_and_the_one_it_is_about_does_not(office, number, story):
    applicant = caller(Role.CITIZEN, person=person(office, story.answers["applicant"]["id_number"]))
    about = caller(Role.CITIZEN, person=person(office, story.answers["deceased"]["id_number"]))
    assert await sees(office, applicant, number)
    assert not await sees(office, about, number)
    assert not await sees(office, replace(applicant, person=None), number)


@pytest.mark.usefixtures("ruling")
async def test_a_handler_sees_cases_with_an_item_of_the_agency(office, number):
    assert await sees(office, caller(Role.HANDLER, agency="police"), number)
    assert not await sees(office, caller(Role.HANDLER, agency="schools"), number)


@pytest.mark.parametrize(("area", "seen"), [(None, True), ("", True), ("3609", True), ("11", False)])
async def test_a_handler_of_an_area_sees_the_cases_of_the_agency_there(office, number, area, seen):
    assert await sees(office, caller(Role.HANDLER, agency="police", area=area), number) is seen


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PUBLIC, Role.REPRESENTATIVE])
async def test_nobody_else_sees_it(office, number, role):
    assert not await sees(office, caller(role, area=""), number)
