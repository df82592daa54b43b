"""Life events over HTTP: out come what this installation offers and what each asks at first."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.office import TheOffice
from api.principal import ANYBODY, Access, Caller, Purpose
from onething.definition import Bundle, Situation
from onething.text import Model, Text

router = APIRouter(tags=["bundles"])
Anybody = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY))]


class BundleSummary(Model):
    """One life event as offered."""

    bundle: str
    title: Text
    lead_agency: Text
    items: int
    """How many items it may lead to."""


class BundleDetail(BundleSummary):
    """One life event with its questions."""

    pledge: Text
    basis: tuple[str, ...]
    situations: tuple[Situation, ...]


@router.get("/bundles")
async def list_bundles(caller: Anybody, office: TheOffice) -> list[BundleSummary]:
    """Every life event that can be filed here."""
    del caller
    return [_summary(office, bundle) for bundle in office.catalog.bundles.values()]


@router.get("/bundles/{bundle_id}")
async def get_bundle(bundle_id: str, caller: Anybody, office: TheOffice) -> BundleDetail:
    """One life event with the questions that come before its form."""
    del caller
    bundle = office.catalog.bundle(bundle_id)
    return BundleDetail(
        **_summary(office, bundle).model_dump(),
        pledge=bundle.pledge,
        basis=tuple(basis.cite for basis in bundle.basis),
        situations=bundle.situations,
    )


def _summary(office: TheOffice, bundle: Bundle) -> BundleSummary:
    return BundleSummary(
        bundle=bundle.bundle,
        title=bundle.title,
        lead_agency=office.catalog.agency(bundle.lead_agency).title,
        items=sum(slot.number == 1 for slot in bundle.slots),
    )
