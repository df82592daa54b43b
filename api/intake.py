"""Intake: a filing in, one committed case out, then its workflow; a filing sent twice is one case.

The transaction comes first and the start second, so a crash between them loses nothing: the reconciler
finds the row. One open case per life event and subject, and one case per Idempotency-Key, are the
database's to keep.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field
from sqlalchemy.exc import IntegrityError

from api import draft
from api.case_number import new_number
from api.changed import reference
from api.draft import DraftId
from api.earlier import already_there, filed_before
from api.family_look import family_keys, joining_of
from api.filling import Filling, Given, fill, words_of
from api.identity.acting import ACTING, filing_mandate, has_file_mandate
from api.identity.mandate_notice import tell_untold
from api.identity.mandate_paper import REPRESENTATIVE, acting_person
from api.lookup import ID_TYPE, Errand
from api.office import Office
from api.parties import applicants_of, parties_of
from api.principal import DEVELOPMENT_WINDOW, Caller, Window
from api.problem import rejected, told
from api.role import Role
from api.sealing import Marks, Ready, new_case, pinned
from api.start import begin
from forms.binding import ActiveSlot
from forms.certificate import papers
from forms.eligibility import eligibility
from forms.ground_words import receipt_grounds
from forms.intake import Prepared, Submission, prepare
from forms.resolve import Resolution
from forms.situation import check_situations
from forms.validate import Validation, validate
from onething.case_definition import FilingMode, Origin
from onething.errors import CaseExists
from onething.fact import Fact
from onething.item_material import MaterialSource
from onething.plan import PlanProblem
from onething.receipt import ReceiptGrounds, ReceiptWindow
from onething.register import Purpose as LookupPurpose
from onething.rule import Place
from onething.text import Model, Text
from records.case import Created, Existing, create_case
from records.lookup import fingerprint_subject
from records.material import Holder, PapersGone, StoredMaterial, materials_of

MaterialName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
_TRIES: Final = 5
_PLEDGE: Final = Text(zh="承诺", en="The pledge")
_ELSEWHERE: Final = Text(
    zh="该地区不属于本窗口服务范围，请到当地窗口办理",
    en="This region is not served by your window: file at a window there",
)
_UNMANDATED: Final = Text(
    zh="由代理人提出的，须填写代理人信息，或者先登记申请人的授权委托",
    en="For a filing by a representative, fill in the representative or enter the applicant's mandate first",
)


class Filing(Model):
    """One filing: everything said once."""

    bundle: str
    region: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    origin: Origin = Origin.WINDOW
    mode: FilingMode = FilingMode.ASSISTED
    received_on: date | None = None
    """The day the papers came over the counter: today or earlier; today when left out."""
    situations: dict[str, Any]
    answers: dict[str, Any]
    draft: DraftId | None = None
    """Its uploads and register answers become the case's."""
    pledge: bool = False
    owed: Annotated[tuple[MaterialName, ...], Field(max_length=100)] = ()
    """Papers that the family promises to bring later (容缺): only such as may follow."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The case that a filing became; `new` is false for a repeated one."""

    number: str
    new: bool


async def file_case(office: Office, caller: Caller, filing: Filing, key: str) -> Filed:
    """File once and start the case.

    Raises NotKnown (bundle, draft), AnswersRejected (also for a region that the clerk's window does not
    serve), KeyReused, CaseExists (window and phone only), and MandateLacking for a representative without a
    mandate of the applicant.
    """
    bundle = office.catalog.bundle(filing.bundle)
    digest = _digest(filing)
    key = f"{caller.account}:{key}"
    before = await filed_before(office.archive, key, digest)
    if before is not None:
        return Filed(before.number, new=False)
    _check_region(caller, filing)
    ready = await _check(office, caller, filing)
    subject = next(name for name, role in bundle.roles.items() if role.subject)
    resolution = ready.validation.resolution
    filing = await _as_whoever_files(office, caller, filing, resolution)
    ready = replace(ready, representative=await acting_person(office, caller, filing.bundle, resolution))
    blind = _blind(office, resolution, subject)
    joins, found_by = joining_of(resolution, ready.filling.held), tuple(family_keys(office, resolution))
    parties = parties_of(office, caller, resolution)
    for attempt in range(_TRIES):
        number = new_number(filing.region, bundle.code, office.today())
        prepared = _prepare(office, caller, filing, ready, number)
        marks = Marks(key, digest, blind, filing.draft, joins, found_by, parties)
        new = new_case(caller, ready, prepared, marks)
        try:
            created = await create_case(office.archive, new)
        except CaseExists:
            raise await already_there(office, bundle.bundle, blind) from None
        except PapersGone as gone:
            raise rejected(_missing(office, gone.materials)) from None
        except IntegrityError:
            # The number is taken: of a million a day and region, two may be drawn alike.
            if attempt == _TRIES - 1:
                raise
            continue
        break
    if isinstance(created, Created):
        await begin(office, pinned(prepared.case, created.inputs))
        await tell_untold(office, created.number)
    return Filed(created.number, new=not isinstance(created, Existing))


async def _as_whoever_files(office: Office, caller: Caller, filing: Filing, resolution: Resolution) -> Filing:
    """Say who brought it about: a window, the person, or a representative.

    At a window the clerk says it; who says a representative names them in the form, or the applicant has a
    mandate that counts. Raises MandateLacking, AnswersRejected.
    """
    applicants = applicants_of(office, resolution)
    if caller.role not in ACTING:
        if filing.origin is Origin.REPRESENTATIVE and not (
            resolution.get(REPRESENTATIVE) is not None
            or await has_file_mandate(office, filing.bundle, applicants, filing.region)
        ):
            raise rejected([PlanProblem(pointer="/origin", code="not_mandated", text=_UNMANDATED)])
        return filing
    mandate = await filing_mandate(office, caller, filing.bundle, applicants, filing.region)
    if mandate is not None:
        return filing.model_copy(update={"origin": Origin.REPRESENTATIVE, "mode": FilingMode.ON_BEHALF})
    return filing.model_copy(update={"origin": Origin.SELF, "mode": FilingMode.SELF})


def _check_region(caller: Caller, filing: Filing) -> None:
    """A clerk files in the area of the window, where the case is then seen; raises AnswersRejected."""
    if caller.role is not Role.CLERK:
        return
    served = caller.area is not None and filing.region.startswith(caller.area)
    if not served and (caller.window is None or filing.region != caller.window.region):
        raise rejected([PlanProblem(pointer="/region", code="not_served", text=_ELSEWHERE)])


async def _check(office: Office, caller: Caller, filing: Filing) -> Ready:
    """Fill the form from draft and registers and find everything wrong with it; raises AnswersRejected."""
    bundle = office.catalog.bundle(filing.bundle)
    given = Given(filing.region, filing.situations, filing.answers, filing.received_on)
    errand: Errand | None = None
    materials: tuple[StoredMaterial, ...] = ()
    if filing.draft is not None:
        stored, body = await draft.load(office, caller, filing.draft)
        given = Given(filing.region, filing.situations, filing.answers, filing.received_on, body.held)
        if body.notice_shown:
            errand = Errand(caller, stored.id, LookupPurpose.SUBMISSION, notice_shown=True)
        materials = await materials_of(office.archive, Holder(draft=stored.id))
    filling = await fill(office, bundle, given, errand)
    validation = validate(filling.form, filling.answers, filling.known)
    situations = words_of(filling.form, tuple(check_situations(bundle, filling.situations)))
    problems = (
        *filling.problems,
        *situations,
        *words_of(filling.form, validation.problems),
        *_lacking(office, filing, filling, validation, materials),
        *(() if filing.pledge else (told("/pledge", "pledge_missing", _PLEDGE),)),
    )
    if problems:
        raise rejected({(one.pointer, one.code): one for one in problems}.values())
    return Ready(filling, validation, materials, filing.received_on or office.today())


def missing_papers(
    office: Office,
    slots: tuple[ActiveSlot, ...],
    resolution: Resolution,
    uploaded: frozenset[str],
    unknown: frozenset[str] = frozenset(),
) -> tuple[PlanProblem, ...]:
    """Papers that some item needs now; others that are missing are owed only where that was said.

    Those in `unknown`, whose hash is not known, cannot be referred to and have to be uploaded again.
    """
    missing = unknown | {
        paper.material
        for slot in slots
        for paper in papers(slot, resolution)
        if paper.source is MaterialSource.SELF
        and paper.main
        and not paper.may_be_missing
        and paper.material not in uploaded
    }
    return _missing(office, missing)


def _missing(office: Office, names: Iterable[str]) -> tuple[PlanProblem, ...]:
    titles = office.catalog.materials
    return tuple(told(f"/materials/{name}", "material_missing", titles[name].title) for name in sorted(names))


def may_follow(slots: tuple[ActiveSlot, ...], resolution: Resolution) -> frozenset[str]:
    """Papers to bring of which every item that wants them lets them come later (容缺)."""
    own = [
        paper for slot in slots for paper in papers(slot, resolution) if paper.source is MaterialSource.SELF
    ]
    now = {paper.material for paper in own if paper.main or not paper.may_be_missing}
    return frozenset(paper.material for paper in own) - now


def _lacking(
    office: Office,
    filing: Filing,
    filling: Filling,
    validation: Validation,
    materials: tuple[StoredMaterial, ...],
) -> tuple[PlanProblem, ...]:
    """Papers that are missing, and promises to bring one that may not be brought later."""
    uploaded = frozenset(one.material for one in materials)
    unknown = frozenset(one.material for one in materials if not one.sha256)
    later = may_follow(filling.form.slots, validation.resolution)
    known = office.catalog.materials
    unpromised = [name for name in filing.owed if name not in later]
    return (
        *missing_papers(office, filling.form.slots, validation.resolution, uploaded, unknown),
        *(
            told(f"/owed/{name}", "main_material", known[name].title if name in known else None)
            for name in unpromised
        ),
    )


def _prepare(office: Office, caller: Caller, filing: Filing, ready: Ready, number: str) -> Prepared:
    window = caller.window or DEVELOPMENT_WINDOW
    submission = Submission(
        number=number,
        region=filing.region,
        origin=filing.origin,
        mode=filing.mode,
        received_on=ready.received_on,
        submitted_at=office.now(),
        window=_receipt_window(window),
        public_url=office.settings.public_url,
        materials={one.material: reference(one) for one in ready.materials},
        owed=frozenset(filing.owed) - {one.material for one in ready.materials},
        grounds=_grounds(office, filing.region, ready),
        representative=ready.representative,
    )
    world = (office.calendar, office.capabilities)
    return prepare(office.catalog, ready.filling.form, ready.validation, submission, world)


def _grounds(office: Office, region: str, ready: Ready) -> dict[str, ReceiptGrounds]:
    """How every item with rules stands as it is filed."""
    form, place = ready.filling.form, Place(on=ready.received_on, region=region)
    return receipt_grounds(eligibility(form, ready.validation.resolution, office.rules, place), office.rules)


def _blind(office: Office, resolution: Resolution, subject: str) -> str:
    """The subject's fingerprint; a validated form of a life event names its subject."""
    number = resolution.get(Fact("id_number", (subject,)))
    if number is None:
        raise rejected([told(f"/{subject}/id_number", "required")])
    return fingerprint_subject(office.archive.ring, ID_TYPE, str(number.value))


def _receipt_window(window: Window) -> ReceiptWindow:
    contact = window.contact
    return ReceiptWindow(
        name=window.name, address=contact.address.zh, hours=contact.hours, phone=contact.phone
    )


def _digest(filing: Filing) -> str:
    body = json.dumps(filing.model_dump(), sort_keys=True, default=str)
    return hashlib.sha256(body.encode()).hexdigest()
