"""Results that contradict the agency's own form: another person's number, another birth, a day too early."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from api.desk.effect_check import misfits
from onething.adapter import Effect

DAY = date(2026, 3, 3)
MOTHER = "360902199005120026"
BORN = {"mqgmsfhm": MOTHER, "csrq": "20260301", "xb": "2"}


def codes(catalog, item, payload, received=date(2026, 2, 20), **granted: Any):
    """What is wrong with these results of an item."""
    office = SimpleNamespace(catalog=catalog)
    place = SimpleNamespace(
        published=catalog.item(item, DAY, "360902"),
        item=SimpleNamespace(payload=payload),
        standing=SimpleNamespace(case=SimpleNamespace(received_on=received)),
    )
    effects = [Effect(fact=f"{name}({owner})", value=value) for name, (owner, value) in granted.items()]
    return {one.code for one in misfits(office, place, effects)}


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("360902202603010021", set()),
        (MOTHER, {"effect_number_taken"}),
        ("360902202603020021", {"effect_number_birth"}),
        ("360902202603010011", {"effect_number_sex"}),
    ],
)
def test_a_childs_number_fits_the_form_and_is_nobody_elses(catalog, number, wrong):
    granted = {"id_number": ("child", number)}
    assert codes(catalog, "police/birth_registration", BORN, **granted) == wrong


def test_where_the_form_says_nothing_nothing_is_contradicted(catalog):
    granted = {"id_number": ("child", "360902202603020011")}
    assert codes(catalog, "police/birth_registration", {}, **granted) == set()


@pytest.mark.parametrize(("day", "wrong"), [("2026-03-01", set()), ("2026-02-28", {"effect_too_early"})])
def test_nobody_is_cremated_before_the_death_and_no_birth_certified_before_it(catalog, day, wrong):
    died = {"DEATH_DATE": "2026-03-01 05:20"}
    assert codes(catalog, "funeral/cremation", died, cremation_date=("funeral", day)) == wrong
    born = {"birth_time": ("child", "2026-03-01T06:42"), "birth_certificate_date": ("child", day)}
    assert codes(catalog, "health/birth_certificate", {}, **born) == wrong


@pytest.mark.parametrize(("day", "wrong"), [("2026-03-03", set()), ("2026-03-02", {"effect_before_receipt"})])
def test_nobody_is_married_and_no_birth_certified_before_it_was_applied_for(catalog, day, wrong):
    married = {"marriage_date": ("registration", day)}
    assert codes(catalog, "civil_affairs/marriage_registration", {}, DAY, **married) == wrong
    issued = {"birth_certificate_date": ("child", day)}
    assert codes(catalog, "health/birth_certificate", {}, DAY, **issued) == wrong
    cremated = {"cremation_date": ("funeral", day)}
    assert codes(catalog, "funeral/cremation", {}, DAY, **cremated) == set()
