"""Everything the door works with, in one hand: settings in, archive, catalog, adapters and engine out."""

import asyncio
import json
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from activities.agencies import registry as agencies
from activities.agencies.registry import Override
from activities.agencies.webhook import secret_of
from activities.registers import registry as registers
from activities.registers.registry import RegisterSource
from api.engine import Engine, TemporalEngine
from forms.check import check_all
from forms.merge import MergedForm, merge
from onething.adapter import AgencyAdapter, Capabilities
from onething.calendar import WorkCalendar, load_calendar
from onething.catalog import Catalog, load_catalog
from onething.counting import BEIJING
from onething.definition import Bundle
from onething.desk import AtDesk
from onething.register import RegisterAdapter
from onething.rule import RuleBook
from onething.rule_binding import rules_of
from records.archive import Archive, open_archive
from records.desk import ArchiveDesk
from runtime.keyring import KeyRing
from runtime.secret import stand_in_secrets
from runtime.settings import Settings
from runtime.temporal import connect

_FORMS_KEPT: Final = 128


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a test or a demonstration connects differently; by default as catalog and settings say."""

    agencies: Mapping[str, Override] | None = None
    registers: Mapping[str, RegisterSource] | None = None
    secrets: Mapping[str, str] | None = None
    """Callback secrets by agency id."""
    catalog: Catalog | None = None
    calendar: WorkCalendar | None = None
    rules: RuleBook | None = None
    engine: Engine | None = None
    clock: Callable[[], datetime] | None = None
    page_of: Callable[[bytes], str] | None = None
    """Draws a stored receipt document as HTML where no PDF could be made."""
    pdf_of: Callable[[bytes], bytes] | None = None
    """Draws and signs the document of a receipt over several cases."""

    @property
    def stands_alone(self) -> bool:
        """Whether agencies, registers and secrets are all given, so that no setting is asked for them."""
        return None not in (self.agencies, self.registers, self.secrets)


@dataclass(frozen=True, slots=True)
class Office:
    """What every route works with."""

    settings: Settings
    archive: Archive
    catalog: Catalog
    calendar: WorkCalendar
    adapters: Mapping[str, AgencyAdapter]
    registers: Mapping[str, RegisterAdapter]
    secrets: Mapping[str, str]
    rules: RuleBook
    engine: Engine
    clock: Callable[[], datetime]
    page_of: Callable[[bytes], str] | None = None
    pdf_of: Callable[[bytes], bytes] | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something to start or relay at once."""
    sweeping: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the round of the reconciler that is under way."""
    forms: OrderedDict[tuple[str, str, date, str], MergedForm] = field(default_factory=OrderedDict)

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock().astimezone(UTC)

    def today(self) -> date:
        """The present day in China."""
        return self.clock().astimezone(BEIJING).date()

    @property
    def capabilities(self) -> dict[str, Capabilities]:
        """What each agency's system promises."""
        return {name: adapter.capabilities for name, adapter in self.adapters.items()}

    def form(self, bundle: Bundle, situations: Mapping[str, Any], on: date, region: str) -> MergedForm:
        """Merge, or give what was merged before, as the region with this code works it.

        Raises NotKnown for an item not in force on that day.
        """
        nearest = self.catalog.ruled_by(region)
        key = (bundle.bundle, json.dumps(situations, sort_keys=True), on, nearest)
        if key not in self.forms:
            self.forms[key] = merge(self.catalog, bundle, situations, on, nearest)
            if len(self.forms) > _FORMS_KEPT:
                self.forms.popitem(last=False)
        self.forms.move_to_end(key)
        return self.forms[key]


@asynccontextmanager
async def open_office(settings: Settings, wiring: Wiring) -> AsyncIterator[Office]:
    """Open what the door needs; closes it at the end. Raises CatalogError, KeyRingError."""
    ring = KeyRing.load_or_create(settings.keys_dir)
    catalog = wiring.catalog
    if catalog is None:
        catalog = await asyncio.to_thread(load_catalog, settings.catalog_dir)
        await asyncio.to_thread(check_all, catalog)
    rules = wiring.rules
    if rules is None:
        rules = await asyncio.to_thread(rules_of, catalog)
    calendar = wiring.calendar
    if calendar is None:
        calendar = await asyncio.to_thread(load_calendar, settings.catalog_dir / "calendars")
    places = {} if wiring.stands_alone else _places(settings)
    async with AsyncExitStack() as stack:
        archive = await stack.enter_async_context(
            open_archive(settings.database_url, ring, settings.blobs_dir)
        )
        desks = agencies.at_desks(catalog.agencies.values(), settings.desk_agencies)
        chosen = {**desks, **(wiring.agencies or {})}
        clock = wiring.clock or (lambda: datetime.now(UTC))
        adapters = agencies.build(catalog.agencies.values(), chosen, places, ArchiveDesk(archive, clock))
        stack.push_async_callback(agencies.close, adapters)
        asked = registers.build(register_names(catalog), wiring.registers, places)
        stack.push_async_callback(registers.close, asked)
        yield Office(
            settings=settings,
            archive=archive,
            catalog=catalog,
            calendar=calendar,
            adapters=adapters,
            registers=asked,
            secrets=_secrets(catalog, places, adapters) if wiring.secrets is None else wiring.secrets,
            rules=rules,
            engine=wiring.engine or TemporalEngine(lambda: connect(settings, ring)),
            clock=clock,
            page_of=wiring.page_of,
            pdf_of=wiring.pdf_of,
        )


def register_names(catalog: Catalog) -> tuple[str, ...]:
    """Every register that some concept or situation names."""
    named = [concept.register_ for concept in catalog.concepts.values()]
    named += [question.register_ for bundle in catalog.bundles.values() for question in bundle.situations]
    return tuple(sorted({name for name in named if name}))


def _office_of(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


TheOffice = Annotated[Office, Depends(_office_of)]


def _places(settings: Settings) -> dict[str, str]:
    """What `${…}` in the catalog's adapter options stands for at this installation."""
    return {**os.environ, "simulator": settings.simulator_url, **stand_in_secrets(settings.keys_dir)}


def _secrets(
    catalog: Catalog, places: Mapping[str, str], adapters: Mapping[str, AgencyAdapter]
) -> dict[str, str]:
    """Callback secrets; nobody outside speaks for an agency that works at its desk here."""
    found = {name: secret_of(agency, places) for name, agency in catalog.agencies.items()}
    return {
        name: secret
        for name, secret in found.items()
        if secret is not None and not isinstance(adapters[name], AtDesk)
    }
