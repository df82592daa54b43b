"""A supervisor acts on an item: in go a reason and what to do, out go notes, letters and updates, audited.

Whatever a supervisor does to an item in the place of the window is done by the window's own functions, and
only after the reason stands in the records.
"""

from enum import StrEnum
from typing import Annotated, Final
from uuid import uuid4

from pydantic import Field

from activities.told import Channel
from api import audit, stuck
from api.desk.told import LETTER
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from api.standing import standing_of
from api.stuck import PaperDecision, ResumeRequest, SkipReason
from onething.adapter import EventKind
from onething.case_event import OperatorAction
from onething.case_state import OperatorReason, SlotCase
from onething.errors import ActionRejected, NotKnown
from onething.plan import PlanProblem
from onething.problem_sentence import VERBS
from onething.text import Model, Text
from records.notice import NewNotice
from records.supervision_note import NoteKind, keep_note

WORDS_LIMIT: Final = 500


class Way(StrEnum):
    """What is done about a stuck item."""

    RETRY = "retry"
    GRANTED = "granted"
    REFUSED = "refused"
    DECLINED = "declined"
    SKIP = "skip"


class Override(Model):
    """A stuck item taken in hand: why, and what is done about it."""

    reason: Annotated[str, Field(max_length=WORDS_LIMIT)] = ""
    way: Way
    confirmed: bool = False
    """The agency was asked and does not have the filing."""
    skip_reason: SkipReason | None = None
    words: Annotated[str, Field(max_length=200)] = ""
    """The agency's own reason, where it refused or declined."""


async def note(office: Office, caller: Caller, place: tuple[str, str], words: str) -> None:
    """Write a note about an item; raises NotKnown, CaseErased, AnswersRejected."""
    await _slot(office, place)
    kept = (NoteKind.NOTE, _needed(words, "/words", _NOTE))
    await keep_note(office.archive, place, kept, _entry(office, caller, "note_slot", place))


async def write_letter(office: Office, caller: Caller, place: tuple[str, str], words: str) -> None:
    """Write to the item's agency; raises NotKnown, CaseErased, AnswersRejected."""
    agency = (await _slot(office, place)).agency
    kept = _needed(words, "/words", _LETTER)
    number, slot = place
    letter = NewNotice(
        key=f"{number}/letter/{uuid4().hex}",
        case=number,
        kind=LETTER,
        channel=Channel.WINDOW.value,
        content={"params": {}, "slots": [slot], "text": {"zh": kept, "en": kept}},
        queued_at=office.now(),
        recipient=agency,
        slot=slot,
    )
    entry = _entry(office, caller, "write_to_agency", place)
    await keep_note(office.archive, place, (NoteKind.LETTER, kept), entry, letter)


async def override(office: Office, caller: Caller, place: tuple[str, str], wanted: Override) -> None:
    """Take a stuck item in hand in the window's place.

    Raises NotKnown, CaseErased, ActionRejected where it is not stuck, AnswersRejected for what is missing.
    """
    need = (await _slot(office, place)).operator
    if need is None:
        raise ActionRejected(what="the slot needs no operator", slot=place[1])
    problems = _problems(wanted, uncertain=need.reason is OperatorReason.UNCERTAIN_SUBMISSION)
    if problems:
        raise rejected(problems)
    kept = (NoteKind.OVERRIDE, wanted.reason.strip())
    await keep_note(office.archive, place, kept, _entry(office, caller, "override_slot", place))
    match wanted.way:
        case Way.RETRY:
            again = ResumeRequest(action=OperatorAction.RETRY, confirmed=wanted.confirmed)
            await stuck.resume(office, caller, place, again)
        case Way.SKIP:
            given_up = ResumeRequest(action=OperatorAction.SKIP, reason=wanted.skip_reason)
            await stuck.resume(office, caller, place, given_up)
        case Way.GRANTED:
            await stuck.enter_decision(office, caller, place, PaperDecision(decision=EventKind.GRANTED))
        case Way.REFUSED:
            refused = PaperDecision(decision=EventKind.REFUSED, words=wanted.words)
            await stuck.enter_decision(office, caller, place, refused)
        case Way.DECLINED:
            declined = PaperDecision(decision=EventKind.DECLINED, words=wanted.words)
            await stuck.enter_decision(office, caller, place, declined)


def _problems(wanted: Override, *, uncertain: bool) -> list[PlanProblem]:
    """Everything that is missing, at once: nothing is written before all of it is there."""
    found = []
    if not wanted.reason.strip():
        found.append(told("/reason", "required", _REASON))
    if wanted.way is Way.RETRY and uncertain and not wanted.confirmed:
        found.append(told("/confirmed", "required", _CONFIRMED, verb=VERBS["tick"]))
    if wanted.way is Way.SKIP and wanted.skip_reason is None:
        found.append(told("/skip_reason", "required", _SKIP, verb=VERBS["choice"]))
    if wanted.way in {Way.REFUSED, Way.DECLINED} and not wanted.words.strip():
        found.append(told("/words", "required", _WORDS))
    return found


async def _slot(office: Office, place: tuple[str, str]) -> SlotCase:
    number, slot = place
    slots = (await standing_of(office, number)).state.slots
    if slot not in slots:
        raise NotKnown("slot", slot)
    return slots[slot]


def _needed(words: str, pointer: str, title: Text) -> str:
    kept = words.strip()
    if not kept:
        raise rejected([told(pointer, "required", title)])
    if len(kept) > WORDS_LIMIT:
        raise rejected([told(pointer, "maxLength", title, limit=WORDS_LIMIT)])
    return kept


def _entry(office: Office, caller: Caller, action: str, place: tuple[str, str]) -> audit.AuditEntry:
    return audit.at(audit.entry(caller, action, place[0], fields=(place[1],)), office.now())


_NOTE: Final = Text(zh="督办记录", en="The note")
_LETTER: Final = Text(zh="督办函内容", en="The letter")
_REASON: Final = Text(zh="直接处理的理由", en="Why it is taken in hand")
_CONFIRMED: Final = Text(zh="“已向部门核实，部门未收到”", en="“The agency was asked and does not have it”")
_SKIP: Final = Text(zh="不再办理的原因", en="Why it is given up")
_WORDS: Final = Text(zh="部门的理由", en="The agency's reason")
