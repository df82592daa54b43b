"""Intake: in goes a validated form, out comes the case as the workflow starts it and as it is sealed."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forms.binding import ActiveSlot
from forms.certificate import certificate, papers
from forms.conversion import converter
from forms.idle import put
from forms.merge import MergedForm
from forms.pinning import Pinning, hold_rule, profiles
from forms.pledge import pledged
from forms.resolve import Resolution
from forms.schema import compile_schema
from forms.validate import Validation
from onething.adapter import Capabilities, Effect, MaterialReference
from onething.box import ANY
from onething.calendar import WorkCalendar
from onething.case_definition import (
    CaseDefinition,
    CaseInput,
    FilingMode,
    Origin,
)
from onething.catalog import Catalog
from onething.errors import ProjectionRejected
from onething.fact import Fact
from onething.filing import AwaitedBox, CaseHeader, SlotFiling
from onething.item_material import ItemMaterial, MaterialSource
from onething.receipt import (
    PaperSource,
    ReceiptGrounds,
    ReceiptMaterial,
    ReceiptPerson,
    ReceiptReduction,
    ReceiptWindow,
    mask_name,
    mask_number,
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a submission brings beside its answers."""

    number: str
    region: str
    origin: Origin
    mode: FilingMode
    received_on: date
    submitted_at: datetime
    window: ReceiptWindow
    public_url: str
    materials: Mapping[str, MaterialReference]
    """Uploaded papers, by material."""
    owed: frozenset[str] = frozenset()
    """Materials that the family promises to bring later (容缺)."""
    grounds: Mapping[str, ReceiptGrounds] = field(default_factory=dict)
    """By slot, how it stood by the rules."""
    representative: ReceiptPerson | None = None
    """Who files under a mandate, where no form asks for the representative."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case ready to be stored and started."""

    case: CaseInput
    filings: dict[str, SlotFiling]
    header: CaseHeader


def prepare(
    catalog: Catalog,
    form: MergedForm,
    validation: Validation,
    submission: Submission,
    world: tuple[WorkCalendar, Mapping[str, Capabilities]],
) -> Prepared:
    """Pin the definition and seal-ready filings; `world` is the calendar and each agency's capabilities."""
    calendar, capabilities = world
    year = submission.received_on.year
    pinning = Pinning(catalog, validation.resolution, capabilities, submission.region, submission.owed)
    definition = CaseDefinition(
        bundle=form.bundle.bundle,
        title=form.bundle.title,
        lead_agency=catalog.agency(form.bundle.lead_agency).title,
        slots=tuple(pinning.slots()),
        calendar=calendar.slice(year - 1, year + 2),
        profiles=profiles(catalog, form),
        holds=tuple(hold_rule(hold) for hold in form.bundle.holds),
    )
    case = CaseInput(
        number=submission.number,
        region=submission.region,
        origin=submission.origin,
        mode=submission.mode,
        received_on=submission.received_on,
        submitted_at=submission.submitted_at,
        definition=definition,
    )
    filings = {slot.name: _filing(slot, validation, submission.materials) for slot in form.slots}
    return Prepared(case, filings, _header(catalog, form, validation, submission, case))


def complete(filing: SlotFiling, outputs: tuple[Effect, ...]) -> dict[str, Any]:
    """Fill what earlier slots brought about; raises ProjectionRejected when the form still does not fit.

    A filing that awaits nothing was validated against this very form before it was sealed.
    """
    if not filing.awaited:
        return filing.payload
    payload: dict[str, Any] = deepcopy(filing.payload)
    values = {output.fact: output.value for output in outputs}
    for box in filing.awaited:
        if box.fact in values:
            put(payload, box.path, converter(box, box.via)([values[box.fact]]))
    problems = [
        f"{'/'.join(map(str, error.instance_path))}: {error.kind.name}"
        for error in compile_schema(filing.form).iter_errors(payload)
    ]
    if problems:
        raise ProjectionRejected(slot=filing.slot, problems=problems)
    return payload


def _filing(
    slot: ActiveSlot, validation: Validation, uploaded: Mapping[str, MaterialReference]
) -> SlotFiling:
    projection = validation.projections[slot.name]
    boxes = {bound.box.path: bound for bound in slot.boxes}
    awaited = tuple(
        AwaitedBox(
            path=gap.path,
            fact=str(gap.fact),
            via=boxes[_generic(gap.path)].box.binding.via,
            code_tables=slot.item.code_tables,
        )
        for gap in projection.awaited
    )
    return SlotFiling(
        slot=slot.name,
        payload=projection.payload,
        awaited=awaited,
        form=slot.item.form if awaited else {},
        materials=tuple(
            uploaded[material.material]
            for material in slot.item.materials
            if material.material in uploaded and material.source is MaterialSource.SELF
        ),
        provenance={
            pointer: {"source": resolved.source, "grade": resolved.grade.value}
            for pointer, resolved in projection.provenance.items()
        },
    )


def _generic(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """A box's place in its form, whichever person's row it stands in."""
    return tuple(ANY if isinstance(part, int) else part for part in path)


def _header(
    catalog: Catalog, form: MergedForm, validation: Validation, submission: Submission, case: CaseInput
) -> CaseHeader:
    resolution = validation.resolution
    login = next((name for name, role in form.bundle.roles.items() if role.login), None)
    subject = next(name for name, role in form.bundle.roles.items() if role.subject)
    represented = "representative" in form.roles or None
    applicant = _person(form, resolution, login, subject) if login else None
    return CaseHeader(
        case=case,
        window=submission.window,
        applicant=applicant or ReceiptPerson(name="*"),
        representative=(represented and _person(form, resolution, "representative", None))
        or submission.representative,
        subject=_person(form, resolution, subject, None),
        materials={slot.name: tuple(_papers(catalog, slot, resolution, submission)) for slot in form.slots},
        grounds=dict(submission.grounds),
        reduction=_reduction(form, resolution, submission),
        public_url=submission.public_url,
        situations=form.situations,
    )


def _person(form: MergedForm, resolution: Resolution, role: str, subject: str | None) -> ReceiptPerson | None:
    name = resolution.get(Fact("name", (role,)))
    number = resolution.get(Fact("id_number", (role,)))
    if name is None:
        return None
    kinship = Fact("kinship", (role, subject)) if subject else None
    field = form.fields.get(kinship) if kinship else None
    relation = resolution.get(kinship) if kinship and field else None
    return ReceiptPerson(
        name=mask_name(str(name.value)),
        id_number=mask_number(str(number.value)) if number else None,
        relation=field.concept.options.get(str(relation.value)) if field and relation else None,
    )


def _papers(
    catalog: Catalog, slot: ActiveSlot, resolution: Resolution, submission: Submission
) -> Iterator[ReceiptMaterial]:
    stood_for = pledged(catalog, slot, resolution)
    for material in papers(slot, resolution):
        if not _counts(material, submission):
            continue
        concept = catalog.materials[material.material]
        by_pledge = material.material in stood_for
        source = PaperSource.PLEDGED if by_pledge else _source(material, submission)
        yield ReceiptMaterial(title=concept.title, source=source, supplier=concept.issuer)


def _counts(material: ItemMaterial, submission: Submission) -> bool:
    """Whether a paper was brought, is promised, or is not for the family to bring: nobody owes any other."""
    known = {*submission.materials, *submission.owed}
    return material.source is not MaterialSource.SELF or material.material in known


def _source(material: ItemMaterial, submission: Submission) -> PaperSource:
    match material.source:
        case MaterialSource.SELF:
            return PaperSource.RECEIVED if material.material in submission.materials else PaperSource.OWED
        case MaterialSource.PLEDGE:
            return PaperSource.PLEDGED
        case MaterialSource.SHARED | MaterialSource.OUTPUT:
            return PaperSource.SHARED
        case MaterialSource.FORM:
            return PaperSource.FORM
        case MaterialSource.MANDATE:
            return PaperSource.MANDATE


def _reduction(form: MergedForm, resolution: Resolution, submission: Submission) -> ReceiptReduction:
    """What filing once saved; who files without a window comes only where somebody has to be there."""
    figures = certificate(form, resolution.answers, resolution.known)
    remote = submission.mode in {FilingMode.SELF, FilingMode.ON_BEHALF}
    comes = not remote or any(
        gate.in_person and (not gate.regions or submission.region.startswith(gate.regions))
        for slot in form.slots
        for gate in slot.item.gates
    )
    return ReceiptReduction(
        fields_asked=figures.typed,
        fields_separate=figures.separate,
        materials_brought=figures.materials_brought,
        materials_separate=figures.materials_separate,
        trips=figures.trips_once if comes else 0,
        trips_separate=figures.trips_separate,
    )
