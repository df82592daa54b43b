"""How it stands with an agency's connection: in goes the agency, out come health, load and lights."""

from datetime import datetime

from api import audit
from api.desk.inbox import agency_of, desk_of, soon_of
from api.office import Office
from api.page_view import word
from api.visit import Caller
from onething.desk import AtDesk
from onething.errors import AdapterError
from onething.text import Model, Text
from records.desk_inbox import AgencyLoad, DeskFilter, counts_of, load_of


class HealthView(Model):
    """An agency as the system sees it: whether its adapter answers, and what lies with it."""

    agency: Text
    adapter: str
    """desk, or system for an agency that has one of its own."""
    adapter_text: Text
    ok: bool
    detail: str
    open: int
    yellow: int
    red: int
    stuck: int
    oldest: datetime | None
    waited_days: int | None
    unrelayed: int | None
    """Answers whose case is not known yet lie in no area: only a handler of the whole agency is told."""
    orphaned: int | None
    counts: dict[str, int]


async def view_health(office: Office, caller: Caller) -> HealthView:
    """The caller's own agency; its adapter is asked now. Audited."""
    agency = agency_of(office, caller)
    adapter = office.adapters[agency.agency]
    try:
        health = await adapter.health()
        ok, detail = health.ok, health.detail
    except AdapterError as error:
        ok, detail = False, error.code
    load = await load_of(office.archive, desk_of(office, caller))
    counts = await counts_of(office.archive, desk_of(office, caller), soon_of(office))
    await audit.note(office, caller, "read_desk_health")
    kind = "desk" if isinstance(adapter, AtDesk) else "system"
    return HealthView(
        agency=agency.title,
        adapter=kind,
        adapter_text=word(f"desk_adapter_{kind}"),
        ok=ok,
        detail=detail,
        open=load.open,
        yellow=load.yellow,
        red=load.red,
        stuck=load.stuck,
        oldest=load.oldest,
        waited_days=_waited(office, load),
        unrelayed=load.unrelayed,
        orphaned=load.orphaned,
        counts={one.value: counts[one] for one in DeskFilter},
    )


def _waited(office: Office, load: AgencyLoad) -> int | None:
    return (office.now() - load.oldest).days if load.oldest is not None else None
