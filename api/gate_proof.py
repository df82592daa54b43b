"""What an item waits for has come about: in goes what proves it, out comes the item going on.

Money is paid out behind some of these conditions, so nobody opens one, by page or by program, without saying
what was seen; the answer is sealed with the case and stands in its story.
"""

from typing import Annotated, Final

from pydantic import Field

from activities.signatures import Applied
from api import afterwards, audit
from api.case_view import view_case
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from api.slot_view import SlotView
from onething.case_event import GateOpened
from onething.errors import ActionRejected, NotKnown
from onething.text import Model, Text
from records.supervision_note import NoteKind, keep_note

PROOF_LIMIT: Final = 500
_PROOF: Final = Text(zh="凭什么确认前提条件已具备", en="What proves that the condition is met")


class GateProof(Model):
    """What was seen: the paper or fact, who issued it and when, in words; needed, or nothing is opened."""

    proof: Annotated[str, Field(max_length=PROOF_LIMIT)] = ""


async def waiting_at(office: Office, number: str, place: tuple[str, str]) -> SlotView:
    """Give the item that waits at gate `place` (slot, gate).

    Raises NotKnown, and ActionRejected where the item waits there no more.
    """
    slot, gate = place
    view = next((one for one in (await view_case(office, number)).slots if one.slot == slot), None)
    if view is None:
        raise NotKnown("slot", slot)
    if view.blocked is None or view.blocked.gate != gate:
        raise ActionRejected(what="the slot waits at no such gate", slot=slot)
    return view


async def open_gate(
    office: Office, caller: Caller, number: str, place: tuple[str, str], given: GateProof
) -> Applied:
    """Let the item at gate `place` (slot, gate) go on, once it is said what proves that it may.

    Raises as `waiting_at`, and AnswersRejected without a proof.
    """
    slot, gate = place
    await waiting_at(office, number, place)
    proof = given.proof.strip()
    if not proof:
        raise rejected([told("/proof", "required", _PROOF)])
    entry = audit.at(audit.entry(caller, "open_gate", number, fields=place), office.now())
    await keep_note(office.archive, (number, slot), (NoteKind.PROOF, proof), entry)
    return await afterwards.act(office, number, GateOpened(slot=slot, gate=gate, actor=caller.account))
