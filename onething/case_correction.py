"""Corrections: in go agencies' requests and the passing of time, out come notices, answers and lapses.

What lacks is told once and in full (Administrative Licensing Law, article 32): one notice for the whole case,
as soon as every slot under way has passed its first look, at the latest at noon of the day on which the
earliest notice window ends. What is asked later goes out at once, numbered, and marked as a breach where the
agency had to ask earlier. No notice moves the limit of another.
"""

from collections.abc import Mapping
from types import MappingProxyType

from onething.case_clock import limit_from, notice_at
from onething.case_leave import lapse, leave, renew
from onething.case_record import DefectNotice, Leaving, OwedState, PaperInstead, WorkOrderKind
from onething.case_state import DECIDED, FAVOURABLE, WELL_ENDED, SlotCase, SlotState
from onething.case_turn import Turn
from onething.clock import local_day
from onething.legal_profile import OnSilence

_LOOKING = frozenset({SlotState.SUBMITTING, SlotState.RECEIVED})
"""Slots under way that have not answered their first look."""


def give_notice(turn: Turn) -> None:
    """Send the applicant what is asked and not yet told, when its time has come."""
    gathered = [slot for slot in turn.slots.values() if _is_untold(slot)]
    if not gathered:
        return
    notices = turn.changed.get("notices", turn.before.notices)
    if not notices and not _is_complete(turn):
        # Who had accepted already may not keep a family waiting for the others' first look.
        gathered = [slot for slot in gathered if slot.correction and slot.correction.accepted]
    if not gathered:
        return
    number = len(notices) + 1
    for slot in gathered:
        _tell_applicant(turn, slot, number)
    breach = tuple(slot.slot for slot in gathered if slot.correction and slot.correction.breach)
    names = tuple(slot.slot for slot in gathered)
    notice = DefectNotice(number=number, at=turn.now, slots=names, breach=breach)
    turn.changed["notices"] = (*notices, notice)
    turn.tell("notice_given", None, number=number, slots=list(names), breach=list(breach))


def correct(
    turn: Turn,
    payloads: dict[str, str],
    header: str = "",
    instead: Mapping[str, PaperInstead] = MappingProxyType({}),
    by: str = "",
) -> None:
    """File every slot whose payload has changed anew; where a decision rests on it, open a work-order.

    `instead` says what is said about papers asked for and not uploaded; `by` who acted for the applicant.
    """
    turn.change_case(payloads={**turn.case.payloads, **payloads}, header=header or turn.case.header)
    turn.tell("corrected", None, slots=sorted(payloads), **({"by": by} if by else {}))
    for name in payloads:
        slot = turn.slots[name]
        if slot.state in DECIDED:
            # What came to nothing rests on nothing; applied for again, it is filed with the newest data.
            if slot.state in WELL_ENDED:
                turn.order(WorkOrderKind.CORRECT_DECISION, slot, "fact_corrected")
        elif slot.leaving in {Leaving.WITHDRAW, Leaving.DROP}:
            continue  # it is on its way back, and not to be filed again
        elif slot.state is SlotState.CORRECTION_REQUESTED:
            _answer(turn, slot, instead)
        elif slot.state not in {SlotState.WAITING, SlotState.BLOCKED}:
            leave(turn, slot, Leaving.REFILE, "fact_corrected")


def pass_time(turn: Turn) -> None:
    """What silence does: the agency's makes an acceptance, the applicant's a lapse."""
    for slot in tuple(turn.slots.values()):
        if slot.state is SlotState.RECEIVED and slot.accept_by is not None and turn.now >= slot.accept_by:
            _deem_accepted(turn, slot)
        elif slot.state is SlotState.CORRECTION_REQUESTED:
            _await_answer(turn, slot)
        _await_papers(turn, turn.slots[slot.slot])


def bring_paper(turn: Turn, slot: SlotCase, material: str) -> None:
    """Note that a paper owed has come; it still has to reach the agency."""
    owed = tuple(
        paper.model_copy(update={"state": OwedState.MET})
        if paper.material == material and paper.state is OwedState.OWED
        else paper
        for paper in slot.owed
    )
    slot = turn.put(slot, owed=owed)
    # The receipt told of a paper owed: without a newer one it would say so for ever.
    turn.outcomes += turn.case.definition.papers_outlast_grants and bool(turn.before.receipt_asked)
    turn.tell("paper_brought", slot.slot, material=material)
    turn.order(WorkOrderKind.DELIVER_PAPER, slot, "paper_brought")


def _answer(turn: Turn, slot: SlotCase, instead: Mapping[str, PaperInstead]) -> None:
    """Send the slot round again; an original that lies at the window has to be handed on."""
    if slot.correction is not None:
        said = {name: word for name, word in instead.items() if name in slot.correction.materials}
        slot = turn.put(slot, correction=slot.correction.model_copy(update={"instead": said}))
    slot = renew(turn, slot)
    if slot.correction is not None and PaperInstead.AT_WINDOW in slot.correction.instead.values():
        turn.order(WorkOrderKind.DELIVER_PAPER, slot, "paper_brought")


def _is_untold(slot: SlotCase) -> bool:
    asked = slot.state is SlotState.CORRECTION_REQUESTED and slot.leaving is None
    return asked and slot.correction is not None and slot.correction.notice is None


def _is_complete(turn: Turn) -> bool:
    """Whether all that can be known in time is known."""
    if not any(slot.state in _LOOKING for slot in turn.slots.values()):
        return True
    state = turn.before.model_copy(update={"slots": turn.slots})
    latest = notice_at(state)
    return latest is not None and turn.now >= latest


def _tell_applicant(turn: Turn, slot: SlotCase, number: int) -> None:
    if slot.correction is None:
        return
    definition = turn.definitions[slot.slot]
    within = turn.profile(slot).answer_within
    due = slot.correction.due or limit_from(local_day(turn.now), within, turn.case, definition)
    turn.put(slot, correction=slot.correction.model_copy(update={"notice": number, "due": due}))


def _deem_accepted(turn: Turn, slot: SlotCase) -> None:
    """Accepted from the day of receipt, as the law has it when nobody tells what lacks in time."""
    if not turn.profile(slot).deemed_acceptance:
        return
    slot = turn.put(slot, state=SlotState.ACCEPTED, accepted_at=slot.received_at, deemed=True)
    turn.tell("deemed_accepted", slot.slot)
    turn.start_clocks(slot)


def _await_answer(turn: Turn, slot: SlotCase) -> None:
    correction = slot.correction
    if correction is None or correction.due is None:
        return
    if turn.now >= correction.due.red_from:
        if turn.profile(slot).on_silence is OnSilence.LAPSE:
            lapse(turn, slot)
        elif "answer" not in slot.overdue:
            turn.put(slot, overdue=(*slot.overdue, "answer"))
            turn.tell("overdue", slot.slot, limit="answer")
    elif turn.now >= correction.due.yellow_from and "answer" not in slot.reminded:
        turn.put(slot, reminded=(*slot.reminded, "answer"))
        turn.tell("applicant_reminded", slot.slot)


def _await_papers(turn: Turn, slot: SlotCase) -> None:
    """A promise not kept: undecided, the filing counts as withdrawn; granted, somebody has to act."""
    if slot.state in DECIDED - FAVOURABLE:
        return
    late = [
        paper
        for paper in slot.owed
        if paper.state is OwedState.OWED and paper.due is not None and turn.now >= paper.due.due_at
    ]
    if not late:
        _remind_of_papers(turn, slot)
        return
    owed = tuple(
        paper.model_copy(update={"state": OwedState.MISSED}) if paper in late else paper
        for paper in slot.owed
    )
    slot = turn.put(slot, owed=owed)
    for paper in late:
        turn.tell("paper_missed", slot.slot, material=paper.material)
    if slot.state in DECIDED:
        turn.order(WorkOrderKind.CORRECT_DECISION, slot, "paper_missed")
    else:
        lapse(turn, slot)


def _remind_of_papers(turn: Turn, slot: SlotCase) -> None:
    """On the last working day before a promise ends, the applicant is reminded of it, once."""
    due = [
        paper.state is OwedState.OWED
        and not paper.reminded
        and paper.remind_at is not None
        and turn.now >= paper.remind_at
        for paper in slot.owed
    ]
    if any(due):
        owed = tuple(
            paper.model_copy(update={"reminded": True}) if now else paper
            for paper, now in zip(slot.owed, due, strict=True)
        )
        turn.put(slot, owed=owed)
        turn.tell("paper_reminded", slot.slot)
