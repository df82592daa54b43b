"""What an item waits for has come about: in goes what proves it, out comes the item going on.

Money is paid out behind some of these conditions, so nobody opens one, by page or by program, without saying
what was seen; the answer is sealed with the case and stands in its story.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from activities.signatures import Applied
from api import afterwards, audit
from api.case_view import view_case
from api.gate_asked import required, resolved, waiting_gates
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from api.slot_view import SlotView
from api.standing import answered_of, form_of, standing_of
from onething.case_event import GateOpened
from onething.errors import ActionRejected, NotKnown, OneThingError
from onething.plan import PlanProblem
from onething.text import Model, Text
from records.supervision_note import NoteKind, drop_note, keep_note

PROOF_LIMIT: Final = 500
_PROOF: Final = Text(zh="前提条件已具备的依据", en="What proves that the condition is met")


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
        raise ActionRejected(what="the slot does not wait for this gate", slot=slot)
    return view


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is still wanted at a gate: fields that are empty, or nothing because the answers meet it."""

    problems: tuple[PlanProblem, ...] = ()
    met: bool = False


async def wanted_at(office: Office, number: str, place: tuple[str, str]) -> Wanted:
    """What the form's answers say of gate `place` (slot, gate)."""
    standing = await standing_of(office, number)
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    resolution = resolved(form, answered)
    for one in waiting_gates(standing, form, resolution):
        if (one.slot, one.gate) == place:
            return Wanted(required(form, (one,)), one.is_met(resolution))
    return Wanted()


async def open_gate(
    office: Office, caller: Caller, number: str, place: tuple[str, str], given: GateProof
) -> Applied:
    """Let the item at gate `place` (slot, gate) go on, once it is said what proves that it may.

    Raises as `waiting_at`, and AnswersRejected while a field that it turns on is empty, whatever is said, and
    without a proof, unless the answers themselves are what it waits for. A proof is kept before the item goes
    on, so that none goes on without; it is taken away again where the item did not.
    """
    slot, gate = place
    await waiting_at(office, number, place)
    wanted = await wanted_at(office, number, place)
    if wanted.problems:
        raise rejected(wanted.problems)
    proof = given.proof.strip()
    if not proof and not wanted.met:
        raise rejected([told("/proof", "required", _PROOF)])
    entry = audit.at(audit.entry(caller, "open_gate", number, fields=place), office.now())
    opened = GateOpened(slot=slot, gate=gate, actor=caller.account)
    if not proof:
        await audit.note(office, caller, "open_gate", number, place)
        return await afterwards.act(office, number, opened)
    note = await keep_note(office.archive, (number, slot), (NoteKind.PROOF, proof), entry)
    try:
        return await afterwards.act(office, number, opened)
    except OneThingError:
        await drop_note(office.archive, note)
        raise
