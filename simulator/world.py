"""What the stand-ins start with: in goes the catalog, out come agencies, effects, stories, people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onething.adapter import Capabilities
from onething.catalog_file import Catalog
from onething.play_word import effect_templates
from onething.text import Text


@dataclass(frozen=True, slots=True)
class AgencyCard:
    """One stand-in agency: its name, what it promises, its items' names and effects by bare item name."""

    agency: str
    title: Text
    capabilities: Capabilities
    items: Mapping[str, Text]
    effects: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class World:
    """Everything the simulator reads once, at start."""

    agencies: Mapping[str, AgencyCard]
    stories: Mapping[str, Mapping[str, Any]]
    """`bundle/scenario` to behaviour by slot, item or `*`."""
    people: Mapping[str, Mapping[str, Any]]
    """Register to id number to record; a list of records is ambiguous."""
    registers: Mapping[str, str] = field(default_factory=dict)
    """What each register says it is."""


def world_of(catalog: Catalog) -> World:
    """Read the stand-ins' world out of the catalog; raises CatalogError for wrong capabilities."""
    stories: dict[str, Mapping[str, Any]] = {}
    people: dict[str, dict[str, Any]] = {}
    for bundle, scenarios in sorted(catalog.scenarios.items()):
        for name, scenario in sorted(scenarios.items()):
            stories[f"{bundle}/{name}"] = scenario.behaviour
            for register, records in scenario.registers.items():
                _add_people(people.setdefault(register, {}), records)
    agencies = {name: _card(catalog, name) for name in sorted(catalog.agencies)}
    registers = {name: f"{register.title.zh}（模拟）" for name, register in catalog.registers.items()}
    return World(agencies, stories, people, registers)


def _card(catalog: Catalog, name: str) -> AgencyCard:
    agency = catalog.agencies[name]
    own = [versions[-1] for key, versions in catalog.items.items() if key.partition("/")[0] == name]
    return AgencyCard(
        agency=name,
        title=agency.title,
        capabilities=Capabilities.model_validate(agency.options.get("capabilities", {})),
        items={item.item: item.title for item in own},
        effects={
            item.item: effect_templates(
                {
                    effect.fact: effect.example
                    for effect in item.effects
                    if effect.fact is not None and effect.opens is None
                }
            )
            for item in own
        },
    )


def _add_people(known: dict[str, Any], records: Mapping[str, Any]) -> None:
    """Several stories may tell of the same person: what they say is put together."""
    for number, record in records.items():
        if not isinstance(record, (dict, list)):
            continue  # `unavailable: true` belongs to that story alone
        held = known.get(number)
        known[number] = {**held, **record} if isinstance(held, dict) and isinstance(record, dict) else record
