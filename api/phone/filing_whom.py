"""For whom a person files: in go the mandates they hold, out comes the applicant, never typed by hand."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api import audit
from api.draft import DraftBody
from api.filling import region_of
from api.identity.agents import held
from api.office import Office
from api.own import acting, filed_as, login_role, told_by_mandate, with_own
from api.page_word import WORDS
from api.problem import told
from api.role import Role
from api.visit import Caller
from forms.merge import ID_NUMBER, Supply
from onething.definition import Bundle
from onething.errors import AnswersRejected
from onething.mandate import MandateScope
from onething.plan import Plan, PlanField, PlanProblem, PlanSection
from onething.problem_sentence import VERBS
from records.mandate import Mandate

WHOM: Final = "/for"
_NAME: Final = "name"
_SIGNATURE: Final = "signature"


async def principals(office: Office, caller: Caller, bundle: Bundle) -> dict[str, str]:
    """Whom the caller may file this life event for today: name by the mandate's id."""
    return {one.id: _person(one)[_NAME] for one in await _counting(office, caller, bundle)}


async def covered(office: Office, caller: Caller) -> dict[str, tuple[str, ...]]:
    """By life event, for whom the caller may file it today: their names, each once."""
    mandates = await held(office, caller)
    return {
        name: tuple(dict.fromkeys(_person(one)[_NAME] for one in _for(office, caller, bundle, mandates)))
        for name, bundle in office.catalog.bundles.items()
    }


async def has_nobody(office: Office, caller: Caller, bundle: Bundle) -> bool:
    """Whether the caller files for others only, and nobody has given them a mandate for this life event."""
    return caller.role is Role.REPRESENTATIVE and not await _counting(office, caller, bundle)


async def choose(
    office: Office, caller: Caller, bundle: Bundle, body: DraftBody, chosen: str
) -> tuple[DraftBody, tuple[PlanProblem, ...]]:
    """Put whoever was chosen into the draft as its applicant; a finding when nobody was, who has to be.

    Someone else than before leaves nothing of the earlier applicant behind. Whether somebody files for the
    applicant is answered with it.
    """
    body, nobody = await _chosen(office, caller, bundle, body, chosen)
    situations = acting(bundle, body.situations, mandated=body.mandate is not None)
    return body.model_copy(update={"situations": situations}), nobody


async def _chosen(
    office: Office, caller: Caller, bundle: Bundle, body: DraftBody, chosen: str
) -> tuple[DraftBody, tuple[PlanProblem, ...]]:
    counting = {one.id: one for one in await _counting(office, caller, bundle)}
    role = login_role(bundle)
    if role is None or (not counting and body.mandate is None):
        return body, ()
    mandate = counting.get(chosen)
    if mandate is None and counting and caller.person is None:
        return body, (told(WHOM, "required", WORDS["filing_whom"], VERBS["choice"]),)
    before = body.answers.get(role) if (mandate and mandate.id) == body.mandate else None
    group = dict(before) if isinstance(before, Mapping) else {}
    if mandate is not None:
        await audit.note(office, caller, "read_mandate", mandate.case)
        group |= _person(mandate)
    answers = {name: value for name, value in body.answers.items() if name != role}
    if group:
        answers[role] = group
    answers = _with_holder(bundle, answers, mandate, same=(mandate and mandate.id) == body.mandate)
    return body.model_copy(update={"answers": answers, "mandate": mandate and mandate.id}), ()


async def whose(office: Office, caller: Caller, bundle: Bundle, body: DraftBody) -> tuple[PlanProblem, ...]:
    """What is wrong with who files, told before the last tap."""
    answers = await with_own(office, caller, bundle, body.answers)
    try:
        await filed_as(office, caller, bundle, answers)
    except AnswersRejected as error:
        problems: Any = error.params["problems"]
        return tuple(problems)
    return ()


def told_early(bundle: Bundle, body: DraftBody, problems: tuple[PlanProblem, ...]) -> tuple[PlanProblem, ...]:
    """Of what is wrong with who files, what is known as soon as a number stands there: it is another's."""
    group = body.answers.get(login_role(bundle) or "")
    typed = isinstance(group, Mapping) and group.get(ID_NUMBER)
    return tuple(one for one in problems if typed and one.code == "not_own")


def as_filed(plan: Plan, *, known: bool, mandated: bool) -> Plan:
    """The plan in the words of who files: what is not known of them is typed; a mandate changes who signs."""
    sections = tuple(_section(one, known=known, mandated=mandated) for one in plan.sections)
    problems = tuple(_signed(one) if mandated else one for one in plan.problems)
    return plan.model_copy(update={"sections": sections, "problems": problems})


def _section(section: PlanSection, *, known: bool, mandated: bool) -> PlanSection:
    blocks = tuple(
        block.model_copy(
            update={"fields": tuple(_field(one, known=known, mandated=mandated) for one in block.fields)}
        )
        for block in section.blocks
    )
    return section.model_copy(update={"blocks": blocks})


def _field(field: PlanField, *, known: bool, mandated: bool) -> PlanField:
    if field.supply == Supply.LOGIN and not known:
        return field.model_copy(update={"supply": Supply.TYPED.value, "source": None})
    if mandated and _is_signature(field.pointer):
        return field.model_copy(update={"title": WORDS["filing_signed_for"]})
    return field


def _signed(problem: PlanProblem) -> PlanProblem:
    if problem.code != "required" or not _is_signature(problem.pointer):
        return problem
    return told(problem.pointer, problem.code, WORDS["filing_signed_for"], VERBS["tick"])


def _is_signature(pointer: str) -> bool:
    return pointer.rsplit("/", 1)[-1] == _SIGNATURE


async def _counting(office: Office, caller: Caller, bundle: Bundle) -> tuple[Mandate, ...]:
    return tuple(_for(office, caller, bundle, await held(office, caller)))


def _for(office: Office, caller: Caller, bundle: Bundle, mandates: tuple[Mandate, ...]) -> Iterator[Mandate]:
    """Of the mandates that count today, those under which this life event may be filed."""
    region = region_of(office, caller)
    for one in mandates:
        covers = MandateScope.FILE in one.scope and one.case is None and one.bundle in {None, bundle.bundle}
        if covers and region.startswith(one.area or "") and one.document:
            yield one


def _with_holder(
    bundle: Bundle, answers: Mapping[str, Any], mandate: Mandate | None, *, same: bool
) -> dict[str, Any]:
    """The answers with who holds the mandate where the life event asks; without it nobody is there."""
    acts = [{"eq": [f"$situation.{name}", True]} for name in told_by_mandate(bundle)]
    role = next((name for name, role in bundle.roles.items() if role.when in acts), None)
    rest = {name: value for name, value in answers.items() if name != role}
    if role is None or mandate is None:
        return rest
    holder = mandate.document.get("representative", {})
    given = {key: holder[key] for key in (_NAME, ID_NUMBER) if holder.get(key)}
    typed = answers.get(role) if same else None
    return {**rest, role: {**given, **(typed if isinstance(typed, Mapping) else {})}}


def _person(mandate: Mandate) -> dict[str, str]:
    """Who gave it, as the applicant's answers have it."""
    principal = mandate.document["principal"]
    number = "".join(principal["id_number"].split()).upper()
    return {ID_NUMBER: number, _NAME: principal["name"]}
