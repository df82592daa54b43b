"""Random inspections at the door (三随机抽查): what is laid down in, checked rules and checklists out."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from api import audit
from api.day import Day
from api.errors import Malformed
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from onething.errors import ActionRejected, NotAllowed, NotKnown
from onething.item import LeastInspected
from onething.problem_sentence import VERBS
from onething.text import Model, Text
from records import inspection as records
from records.inspection import Finding, Inspection, NewInspection, Report
from records.population import Kind

CORRECT_WITHIN: Final = 10
"""Working days to put a fault right, unless the inspector says another day; our own rule."""
USUAL_PERCENT: Final = 30
WORDS_LIMIT: Final = 500
ADDRESS: Final = r"^[0-9a-f]{32}$"


KINDS: Final = {
    Kind.PERSONS: Text(zh="抽对象", en="Persons"),
    Kind.APPROVERS: Text(zh="抽经办和审批人员", en="Approvers"),
    Kind.RECORDS: Text(zh="抽平台记录", en="Platform records"),
}


class Mark(StrEnum):
    """An answer to one line of a checklist."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


CHECKS: Final[Mapping[Kind, Mapping[str, Text]]] = {
    Kind.PERSONS: {
        "knows": Text(zh="本人知晓办理结果", en="The person knows the outcome"),
        "true": Text(zh="申报情况与实际相符", en="What was declared is so"),
        "received": Text(zh="待遇已到账或证照已领取", en="The money or the paper has arrived"),
        "asked_once": Text(zh="没有被要求重复提交材料", en="No paper was asked for twice"),
    },
    Kind.APPROVERS: {
        "grounds": Text(zh="决定的依据和理由完整", en="Decisions state basis and reasons"),
        "in_time": Text(zh="按时限办理，没有无故拖延", en="Limits were kept"),
        "told_once": Text(zh="补正一次性告知", en="Defects were told at once"),
        "kin": Text(zh="近亲属备案和回避规定已遵守", en="Rules on relatives were kept"),
    },
    Kind.RECORDS: {
        "papers": Text(zh="平台记录与材料一致", en="Records agree with the papers"),
        "limits": Text(zh="时限计算正确", en="Limits are counted rightly"),
        "served": Text(zh="决定文书和送达记录齐全", en="Decisions and their service are on file"),
        "accesses": Text(zh="信息查询与办理用途相符", en="Look-ups fit their purpose"),
    },
}
"""By kind, the lines of its checklist: in short words that the records keep."""


class InspectionRequest(Model):
    """What is laid down."""

    kind: Kind
    region: Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})?$")] = ""
    item: Annotated[str, Field(max_length=64, pattern=r"^([a-z][a-z0-9_]*/[a-z][a-z0-9_]*)?$")] = ""
    """As `agency/item`."""
    starts_on: Day
    until: Day
    percent: Annotated[int, Field(ge=1, le=100)] = USUAL_PERCENT


def least_of(office: Office, item: str) -> LeastInspected | None:
    """The least share that an item's law has inspected, by `agency/item`; None where it says nothing."""
    try:
        return office.catalog.item(item, office.today()).inspected
    except NotKnown:
        return None


async def lay_down(office: Office, caller: Caller, request: InspectionRequest) -> Inspection:
    """Lay an inspection down and publish its commitment; raises AnswersRejected, NotKnown, NotAllowed.

    The period must still run: with a list that is complete, a seed could be chosen that spares a name.
    """
    if caller.area is None:
        raise NotAllowed
    area = request.region or caller.area
    if not area.startswith(caller.area):
        raise NotKnown("region", area)
    least = least_of(office, request.item)
    problems = []
    if request.until < office.today() or request.until < request.starts_on:
        problems.append(told("/until", "minimum", _UNTIL, limit=office.today().isoformat()))
    if least is not None and request.percent < least.percent:
        problems.append(told("/percent", "minimum", _PERCENT, limit=least.percent))
    if problems:
        raise rejected(problems)
    new = NewInspection(
        request.kind, area, request.item or None, request.starts_on, request.until, request.percent
    )
    entry = audit.entry(caller, "open_inspection", fields=(request.kind.value,))
    return await records.open_inspection(office.archive, new, audit.at(entry, office.now()))


async def own_inspection(office: Office, caller: Caller, inspection_id: str) -> Inspection:
    """Give one of the caller's area; raises NotKnown."""
    found = await records.get_inspection(office.archive, inspection_id)
    if caller.area is None or not found.area.startswith(caller.area):
        raise NotKnown("inspection", inspection_id)
    return found


async def draw(office: Office, caller: Caller, inspection_id: str) -> None:
    """Reveal the seed and draw, once the period is over; raises NotKnown, ActionRejected."""
    found = await own_inspection(office, caller, inspection_id)
    if office.today() <= found.until:
        raise ActionRejected(what="the period still runs", slot="")
    entry = audit.at(audit.entry(caller, "draw_inspection"), office.now())
    if not await records.draw_lots(office.archive, inspection_id, entry):
        raise ActionRejected(what="drawn already", slot="")


async def report(office: Office, caller: Caller, place: tuple[str, int], report: Report) -> None:
    """Take an inspector's report; raises NotKnown, AnswersRejected, Malformed.

    Every line of the checklist is answered; a fault says what it is.
    """
    found = await own_inspection(office, caller, place[0])
    lines = CHECKS[Kind(found.kind)]
    if set(report.checks) - set(lines):
        raise Malformed(what="/checks")
    problems = [
        told(f"/check_{name}", "required", lines[name], verb=VERBS["choice"])
        for name in lines
        if name not in report.checks
    ]
    if report.finding is Finding.FAULT and not report.words:
        problems.append(told("/words", "required", _WORDS))
    if problems:
        raise rejected(problems)
    due = report.correction_due or office.calendar.add_working_days(office.today(), CORRECT_WITHIN)
    kept = Report(report.checks, report.finding, report.words[:WORDS_LIMIT], due)
    number = await _case_of(office, place)
    entry = audit.at(audit.entry(caller, "report_inspection", number), office.now())
    await records.report(office.archive, place, kept, entry)


async def correct(office: Office, caller: Caller, place: tuple[str, int]) -> None:
    """Note that a fault is put right; raises NotKnown, ActionRejected."""
    await own_inspection(office, caller, place[0])
    number = await _case_of(office, place)
    entry = audit.at(audit.entry(caller, "correct_inspection", number), office.now())
    if not await records.correct(office.archive, place, entry):
        raise ActionRejected(what="nothing is to be put right", slot="")


async def _case_of(office: Office, place: tuple[str, int]) -> str | None:
    lots = await records.lots_of(office.archive, place[0])
    found = next((lot for lot in lots if lot.position == place[1]), None)
    if found is None:
        raise NotKnown("lot", str(place[1]))
    return found.case


_UNTIL: Final = Text(zh="截止日期", en="The last day")
_PERCENT: Final = Text(zh="抽查比例", en="The share")
_WORDS: Final = Text(zh="发现的问题", en="What is wrong")
