import pytest

from activities.registers.http import HttpRegister
from activities.registers.mock import MockRegister
from activities.registers.registry import RegisterSource, adapters, build, close, in_process
from onething.errors import CatalogError

PLACES = {"simulator": "http://127.0.0.1:8710", "ONCE_SIMULATOR_TOKEN": "t0"}


def test_the_folder_offers_its_adapters():
    assert {"http", "mock"} <= set(adapters().names)


async def test_without_a_word_each_register_is_the_stand_in_of_the_simulator():
    built = build(["population", "population", "insurance"], places=PLACES)

    assert sorted(built) == ["insurance", "population"]
    assert isinstance(built["insurance"], HttpRegister)
    assert str(built["insurance"]._client.base_url) == "http://127.0.0.1:8710/registers/insurance/"
    await close(built)


def test_a_story_answers_in_process_and_other_registers_know_nobody():
    built = build(["population", "insurance"], in_process({"population": {"n1": {"name": "甲"}}}))

    assert all(isinstance(register, MockRegister) for register in built.values())


def test_a_missing_place_or_adapter_names_the_register():
    with pytest.raises(CatalogError) as caught:
        build(["population"])
    assert caught.value.file == "register population"

    with pytest.raises(CatalogError):
        build(["population"], {"*": RegisterSource(adapter="oracle")}, PLACES)
