"""Amendments over HTTP: in go changed situations and what they newly ask, out comes the case with new items.

What was answered stays answered: only what nobody has said yet is asked, and only that may be given.
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter

from activities.signatures import Applied
from api import audit
from api.amendment_draft import (
    AmendmentRequest,
    Ready,
    by_name,
    open_questions,
    ready_of,
    wanted_of,
)
from api.case import Number, Steerer, shown
from api.case_view import CaseView
from api.enact import Change, enact
from api.foresight import Foresight, foresee
from api.office import Office, TheOffice
from api.principal import Caller
from api.problem import rejected
from api.sealing import sealed
from api.standing import sealed_answers
from onething.case_event import Amended
from onething.plan import PlanField, PlanProblem
from onething.text import Model

router = APIRouter(tags=["amendments"])
_MANY: Final = 100


class AmendmentView(Model):
    """What an amendment would do, and what it still asks."""

    foresight: Foresight
    fields: tuple[PlanField, ...]
    """What nobody has answered yet and the new items ask."""
    problems: tuple[PlanProblem, ...]
    """What still has to be given or mended before it can be done."""


@router.post("/cases/{number}/amendment/preview")
async def preview_amendment(
    number: Number, request: AmendmentRequest, caller: Steerer, office: TheOffice
) -> AmendmentView:
    """Which items are added and dropped, and what they newly ask; changes nothing."""
    await audit.note(office, caller, "preview_amendment", number, _names(request))
    wanted = await wanted_of(office, number, request)
    problems, fields = await open_questions(office, wanted)
    if problems:
        return AmendmentView(foresight=by_name(office, wanted), fields=fields, problems=problems)
    ready = await ready_of(office, caller, wanted)
    foresight = foresee(wanted.standing, ready.outcome, tuple(ready.amendment.changed))
    return AmendmentView(foresight=foresight, fields=fields, problems=())


@router.post("/cases/{number}/amendment")
async def post_amendment(
    number: Number, request: AmendmentRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Add and drop items as the situations now call for; what was decided stays on the record.

    What is filed already and changes by it is filed anew; for what was granted a work-order is opened.
    """
    applied = await amend(office, caller, number, request)
    return await shown(office, number, applied.revision)


async def amend(office: Office, caller: Caller, number: str, request: AmendmentRequest) -> Applied:
    """Amend the case.

    Raises NotKnown, CaseErased, AnswersRejected, ActionRejected, EngineUnavailable.
    """
    await audit.note(office, caller, "amend_case", number, _names(request))
    wanted = await wanted_of(office, number, request)
    problems, _ = await open_questions(office, wanted)
    if problems:
        raise rejected(problems)
    ready = await ready_of(office, caller, wanted)
    return await enact(office, wanted.standing, _change(ready, caller))


def _change(ready: Ready, caller: Caller) -> Change:
    """The amendment as it is told and kept: with the filings of new items, and of those that change by it."""
    amendment = ready.amendment
    filings = {**amendment.changed, **amendment.new}
    contents = {f"payload:{name}": sealed(filing) for name, filing in filings.items()}
    contents |= {
        "header": sealed(ready.header),
        "case": sealed(ready.header.case),
        "answers": sealed_answers(ready.answered),
    }

    def action(refs: Mapping[str, str]) -> Amended:
        return Amended(
            definition=amendment.definition,
            payloads={name: refs[f"payload:{name}"] for name in filings},
            header=refs["header"],
            actor=caller.account,
        )

    return Change(contents, action, line=("amended", None))


def _names(request: AmendmentRequest) -> tuple[str, ...]:
    return tuple(sorted(name[:80] for name in request.situations if name.isidentifier()))[:_MANY]
