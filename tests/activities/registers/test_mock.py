import pytest

from activities.registers.mock import create
from onething.errors import CatalogError, LookupRefused, RegisterUnavailable
from onething.register import Ambiguous, Found, LookupRequest, NotFound, Purpose


def question(number="n1", **changed: object):
    given = {
        "register": "insurance",
        "id_number": number,
        "concepts": ("pension_status",),
        "purpose": Purpose.PREFILL,
        "actor": "clerk-7",
        "draft": "d-1",
        "notice_shown": True,
    }
    return LookupRequest(**{**given, **changed})


async def test_it_answers_found_not_found_or_ambiguous():
    register = create(
        "insurance", {"people": {"n1": {"pension_status": "receiving", "x": 1}, "n2": [{}, {}]}}
    )

    found = await register.lookup(question())
    assert isinstance(found, Found)
    assert found.values == {"pension_status": "receiving"}
    assert await register.lookup(question("n2")) == Ambiguous(records=2)
    assert await register.lookup(question("n3")) == NotFound()
    assert (await register.health()).ok


async def test_a_story_may_switch_it_off():
    register = create("insurance", {"people": {"unavailable": True}})

    with pytest.raises(RegisterUnavailable):
        await register.lookup(question())
    assert not (await register.health()).ok


async def test_it_keeps_the_guard_even_when_it_is_away():
    with pytest.raises(LookupRefused):
        await create("insurance", {"people": {"unavailable": True}}).lookup(question(notice_shown=False))


def test_options_that_do_not_fit_stop_the_start():
    with pytest.raises(CatalogError):
        create("insurance", {"persons": {}})
