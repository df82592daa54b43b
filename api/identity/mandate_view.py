"""Mandates in words: what is asked and what is shown; in go records, out come views with numbers masked."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from api.day import Day
from api.office import Office
from onething.mandate import SCOPES, MandateScope
from onething.receipt import mask_number
from onething.text import Model, Text
from records.mandate import Mandate

SIGNATURE_MOST: Final = 300_000
"""Characters of a drawn signature, PNG in base64."""


class NamedPerson(Model):
    """A person by name and number."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    id_number: Annotated[str, Field(min_length=1, max_length=40)]


class Signature(Model):
    """The principal's own: the name typed, or a drawing (PNG in base64)."""

    kind: Literal["typed", "drawn"]
    value: Annotated[str, Field(min_length=1, max_length=SIGNATURE_MOST)]


class MandateRequest(Model):
    """A mandate to make. A clerk at the window names the principal too, whose card lies on the counter."""

    representative: NamedPerson | None = None
    agent: Annotated[str | None, Field(pattern=r"^[0-9a-f]{32}$")] = None
    """Instead of a person by number: the account of a staff representative."""
    principal: NamedPerson | None = None
    scope: Annotated[tuple[MandateScope, ...], Field(min_length=1, max_length=len(MandateScope))]
    starts_on: Day | None = None
    """Today when left out."""
    until: Day
    bundle: Annotated[str | None, Field(max_length=64)] = None
    case: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]{6,48}$")] = None
    signature: Signature


class ScopeView(Model):
    """One thing that may be done."""

    scope: MandateScope
    title: Text


class MandateView(Model):
    """A mandate as either side sees it: the other's number masked, the signature only to be fetched."""

    id: str
    given: bool
    """True for who gave it, false for who holds it."""
    principal: str
    principal_number: str
    representative: str
    representative_number: str
    organisation: str | None
    scope: tuple[ScopeView, ...]
    bundle: str | None
    bundle_title: Text | None
    case: str | None
    starts_on: date
    until: date
    signed_at: datetime
    at_window: bool
    revoked_at: datetime | None
    state: Literal["counts", "not_yet", "ended", "revoked"]


class AgentView(Model):
    """A staff representative whom one may choose."""

    account: str
    name: str
    organisation: str | None
    area: str | None


def view_mandate(office: Office, mandate: Mandate, *, given: bool) -> MandateView:
    """A mandate as one of its sides sees it."""
    principal = mandate.document.get("principal", {})
    holder = mandate.document.get("representative", {})
    bundle = office.catalog.bundles.get(mandate.bundle) if mandate.bundle else None
    return MandateView(
        id=mandate.id,
        given=given,
        principal=principal.get("name", ""),
        principal_number=_masked(principal.get("id_number", "")),
        representative=holder.get("name", ""),
        representative_number=_masked(holder.get("id_number", "")),
        organisation=holder.get("organisation"),
        scope=tuple(ScopeView(scope=one, title=SCOPES[one]) for one in mandate.scope),
        bundle=mandate.bundle,
        bundle_title=bundle.title if bundle is not None else None,
        case=mandate.case,
        starts_on=mandate.starts_on,
        until=mandate.until,
        signed_at=mandate.signed_at,
        at_window=bool(mandate.document.get("at_window")),
        revoked_at=mandate.revoked_at,
        state=_state(mandate, office.today()),
    )


def _masked(number: str) -> str:
    return mask_number(number) if number else ""


def _state(mandate: Mandate, today: date) -> Literal["counts", "not_yet", "ended", "revoked"]:
    if mandate.revoked_at is not None:
        return "revoked"
    if today < mandate.starts_on:
        return "not_yet"
    return "ended" if today > mandate.until else "counts"
