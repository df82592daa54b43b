from importlib.metadata import EntryPoint

import pytest

from activities import plugin
from activities.agencies.http import HttpAgency
from activities.agencies.mock import MockAgency
from activities.agencies.registry import Override, adapters, build, close, in_process
from onething.errors import CatalogError
from onething.item import Agency, Contact
from onething.text import Text

WORDS = Text(zh="公安", en="police")


def agency(name="police", **given: object):
    contact = Contact(phone="12345", address=WORDS, hours=WORDS)
    return Agency(agency=name, title=WORDS, short=WORDS, queue=f"agency-{name}", contact=contact, **given)


def offer(monkeypatch, *entries: tuple[str, str]):
    offered = [EntryPoint(name, value, "onething.agencies") for name, value in entries]
    monkeypatch.setattr(plugin, "entry_points", lambda **_: offered)


def test_the_folder_offers_its_adapters_and_nothing_else():
    assert {"http", "mock"} <= set(adapters().names)
    assert {"registry", "contract", "webhook"}.isdisjoint(adapters().names)


async def test_each_agency_gets_the_adapter_its_file_names_with_places_filled_in():
    options = {"base_url": "${simulator}/agencies/${agency}"}
    built = build([agency(options=options)], places={"simulator": "http://127.0.0.1:8710"})

    assert isinstance(built["police"], HttpAgency)
    assert str(built["police"]._client.base_url) == "http://127.0.0.1:8710/agencies/police/"
    await close(built)


def test_a_place_nobody_gave_names_the_agencys_file_and_the_variable():
    with pytest.raises(CatalogError) as caught:
        build([agency(options={"base_url": "${simulator}"})])

    assert caught.value.file == "catalog/agencies/police/agency.yaml"
    assert "simulator" in caught.value.fix


def test_a_missing_adapter_names_the_agencys_file_and_what_there_is():
    with pytest.raises(CatalogError) as caught:
        build([agency(adapter="telegraph")])

    assert caught.value.file == "catalog/agencies/police/agency.yaml"
    assert "mock" in caught.value.fix


def test_options_that_do_not_fit_are_named_and_their_values_are_not():
    with pytest.raises(CatalogError) as caught:
        build([agency(options={"base_url": "ftp://secret-host/", "tokn": "hush"})])

    assert "options.base_url" in str(caught.value)
    assert "options.tokn" in str(caught.value)
    assert "hush" not in str(caught.value)
    assert "secret-host" not in str(caught.value)


def test_an_entry_point_may_not_take_a_name_of_the_folder(monkeypatch):
    offer(monkeypatch, ("mock", "somebody.else"))

    with pytest.raises(CatalogError):
        adapters()


def test_two_distributions_may_not_offer_one_name(monkeypatch):
    offer(monkeypatch, ("fax", "one.fax"), ("fax", "other.fax"))

    with pytest.raises(CatalogError):
        adapters()


def test_one_distribution_seen_twice_is_one(monkeypatch):
    offer(monkeypatch, ("fax", "activities.agencies.mock"), ("fax", "activities.agencies.mock"))

    assert isinstance(build([agency(adapter="fax")])["police"], MockAgency)


def test_an_entry_point_that_builds_no_adapter_is_refused(monkeypatch):
    offer(monkeypatch, ("empty", "onething.text"), ("odd", "collections:namedtuple"))

    for adapter in ("empty", "odd"):
        with pytest.raises(CatalogError):
            build([agency(adapter=adapter)])


async def test_a_story_plays_every_agency_in_process_with_its_declared_capabilities():
    slow = agency("real_estate", options={"capabilities": {"idempotent_submit": False}})

    built = build([agency(), slow], in_process([agency(), slow], behaviour={"household": ["refuse"]}))

    assert all(isinstance(adapter, MockAgency) for adapter in built.values())
    assert not built["real_estate"].capabilities.idempotent_submit
    assert built["police"].capabilities.idempotent_submit
    assert not built["police"].capabilities.callbacks


def test_a_star_overrides_every_agency_not_named_itself():
    overrides = {"*": Override(adapter="mock", options={})}

    assert isinstance(build([agency()], overrides)["police"], MockAgency)
