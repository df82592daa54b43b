"""Acts as the case hears them: in go an act and its filing, out come events, or every field that is wrong."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from api.desk.askable import askable_fields, askable_materials, rows_asked
from api.desk.effect import effects_of
from api.desk.finding import finding, refused, wrong
from api.desk.form import (
    causes,
    holding,
    remedies_of,
)
from api.desk.hand import Hand, Told
from api.desk.place import Place
from api.desk.possible import (
    DECIDING,
    PUBLIC_NOTICE,
    SUSPENSIONS,
    evident_steps_missing,
    lacking_text,
    notice_of,
    possible,
    steps_before,
    steps_to_take,
    steps_unrecorded,
    wait_of,
)
from api.desk.request import (
    Accept,
    Act,
    BeginNotice,
    Correct,
    Decline,
    EndNotice,
    Extend,
    Grant,
    Refuse,
    Resume,
    Suspend,
    TakeStep,
)
from api.desk.ruling import is_supplement
from api.office import Office
from api.remedy import OF_LAW, remedies_against
from onething.adapter import (
    Accepted,
    AgencyEvent,
    CorrectionRequested,
    Declined,
    Extended,
    Granted,
    Reason,
    Refused,
    Resumed,
    StepDone,
    StepOutcome,
    Suspended,
)
from onething.case_definition import SlotStep
from onething.counting import BEIJING
from onething.person_name import told_apart
from onething.plan import PlanProblem
from onething.text import Text
from records.desk_item import DeskState


def told_by(office: Office, place: Place, act: Act) -> Told:
    """Word an act; raises ActionRejected when it makes no sense now, AnswersRejected for wrong fields."""
    if act.kind in DECIDING and place.state.hold is not None:
        raise refused(place.item.slot, finding("", "held"))
    if act.kind not in possible(place):
        raise refused(place.item.slot, finding("", f"not_now_{act.kind}"))
    known = [event.occurred_at for event in place.item.events]
    heard = [place.slot.heard_at] if place.slot.heard_at is not None else []
    hand = Hand(office, place, max([office.now(), *known, *heard]))
    return _TOLD[type(act)](hand, act)


def _accept(hand: Hand, act: Accept) -> Told:
    del act
    return Told((Accepted(**hand.stamp(), at=hand.at),), DeskState.REVIEW)


def _decline(hand: Hand, act: Decline) -> Told:
    _need(("/reason", act.reason, "reason_missing"), ("/where_to", act.where_to, "where_to_missing"))
    reasons = (Reason(code="declined", text=_said(act.reason)),)
    event = Declined(**hand.stamp(), reasons=reasons, where_to=_said(act.where_to))
    return Told((event,), DeskState.DECLINED)


def _grant(hand: Hand, act: Grant) -> Told:
    lacking = [lacking_text(hand.place, one) for one in evident_steps_missing(hand.place)]
    findings = []
    if lacking and not act.steps_known:
        zh, en = "、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking)
        findings.append(finding("/steps_known", "steps_missing", zh=zh, en=en))
    if lacking and not act.steps_reason:
        findings.append(finding("/steps_reason", "steps_reason_missing"))
    if findings:
        raise wrong(*findings)
    effects = effects_of(hand.office, hand.place, act.effects, partial=act.partial)
    if act.partial:
        _need(("/note", act.note, "partial_note_missing"))
    first = _accepted_first(hand)
    note = _said(act.note) if act.note else None
    granted = Granted(**hand.stamp(len(first)), partial=act.partial, effects=effects, note=note)
    skipped = [*lacking, *(one.title for one in steps_unrecorded(hand.place))]
    kept = {"skipped": [one.model_dump() for one in skipped], "why": act.steps_reason} if skipped else {}
    state = DeskState.PARTLY_GRANTED if act.partial else DeskState.GRANTED
    return Told((*first, granted), state, kept)


def _refuse(hand: Hand, act: Refuse) -> Told:
    published = hand.place.published
    grounds = {f"ground_{number}": one for number, one in enumerate(published.refusals if published else ())}
    ground = grounds.get(act.ground)
    offered = remedies_of(hand.office, hand.place, ground)
    remedies = [offered[name] for name in act.remedies if name in offered]
    if act.remedy:
        remedies.append(_said(act.remedy))
    findings: list[PlanProblem] = []
    if ground is None and not act.reason:
        findings.append(finding("/reason", "reason_missing"))
    due = remedies_against(hand.office.catalog, hand.place.item.agency)
    if not due.keys() <= {*act.remedies}:
        code = "remedy_missing" if due.keys() == OF_LAW.keys() else "remedy_own_missing"
        findings.append(finding("/remedies", code))
    if findings:
        raise wrong(*findings)
    reasons = [Reason(code=act.ground, text=ground.reason)] if ground is not None else []
    if act.reason:
        reasons.append(Reason(code="other", text=_said(act.reason)))
    first = _accepted_first(hand)
    event = Refused(**hand.stamp(len(first)), reasons=tuple(reasons), remedies=tuple(remedies))
    return Told((*first, event), DeskState.REFUSED)


def _correct(hand: Hand, act: Correct) -> Told:
    findings: list[PlanProblem] = []
    fields, papers = askable_fields(hand.office, hand.place), askable_materials(hand.office, hand.place)
    if not {*act.fields} <= fields.keys() or not {*act.materials} <= papers.keys():
        findings.append(finding("/fields", "box_unknown"))
    stops = act.cause in holding(hand.place)
    if not act.fields and not act.materials and not stops:
        # What stops the whole case is no box of this form.
        findings.append(finding("/fields", "box_missing"))
    if not act.reason:
        findings.append(finding("/reason", "reason_missing"))
    if not stops and act.cause not in causes(hand.place):
        findings.append(finding("/cause", "cause_unknown"))
    if stops and not act.hold_known:
        findings.append(finding("/hold_known", "hold_unconfirmed"))
    if findings:
        raise wrong(*findings)
    about = rows_asked(hand.office, hand.place, act.fields)
    said = _said(f"{act.reason}（{'、'.join(about)}）" if about else act.reason)
    event = CorrectionRequested(
        **hand.stamp(),
        fields=act.fields,
        materials=act.materials,
        reasons=(Reason(code=act.cause, text=said),),
    )
    if not act.supplement_known and is_supplement(hand.office, hand.place, event):
        raise wrong(finding("/supplement_known", "supplement_unconfirmed"))
    return Told((event,), DeskState.CORRECTION)


def _suspend(hand: Hand, act: Suspend) -> Told:
    if act.reason not in SUSPENSIONS:
        raise wrong(finding("/reason", "pause_reason_missing"))
    since = _day("/since", act.since, hand)
    return Told((Suspended(**hand.stamp(), reason=act.reason, since=since),), hand.state)


def _resume(hand: Hand, act: Resume) -> Told:
    at = _day("/at", act.at, hand)
    return Told((Resumed(**hand.stamp(), at=at, mode=act.mode),), hand.state)


def _extend(hand: Hand, act: Extend) -> Told:
    most = hand.place.profile.extension_at_most
    findings = [] if act.amount else [finding("/amount", "amount_missing")]
    if not act.approver:
        findings.append(finding("/approver", "approver_missing"))
    if not act.reason:
        findings.append(finding("/reason", "reason_missing"))
    if findings or most is None:
        raise wrong(*findings)
    amount, reason = f"{act.amount}{most.unit}", _said(act.reason)
    return Told((Extended(**hand.stamp(), amount=amount, approver=act.approver, reason=reason),), hand.state)


def _step(hand: Hand, act: TakeStep) -> Told:
    step = next((one for one in steps_to_take(hand.place, "step") if one.step == act.step), None)
    if step is None:
        raise wrong(finding("/step", "step_unknown"))
    officers = tuple(name for name in act.officers if name)
    findings: list[PlanProblem] = []
    if len({told_apart(name) for name in officers} - {""}) < step.officers:
        findings.append(finding("/officers", "too_few_officers", count=step.officers))
    if step.officers and not act.signed:
        findings.append(finding("/signed", "signature_missing"))
    early, kept = _early(hand, step, act)
    findings += early
    if findings:
        raise wrong(*findings)
    note = _said(act.note) if act.note else None
    done = StepDone(**hand.stamp(), step=step.step, officers=officers, note=note)
    return Told((done,), hand.state, kept)


def _begin_notice(hand: Hand, act: BeginNotice) -> Told:
    step = next((one for one in steps_to_take(hand.place, "begin_notice") if one.step == act.step), None)
    if step is None:
        raise wrong(finding("/step", "step_unknown"))
    early, kept = _early(hand, step, act)
    if early:
        raise wrong(*early)
    since = _day("/since", act.since, hand)
    note = {"step": step.step, "since": since.isoformat(), **kept}
    if wait_of(hand.place) is not None:
        # It stands still already, for another reason: the notice stands all the same.
        return Told((), hand.state, note)
    return Told((Suspended(**hand.stamp(), reason=PUBLIC_NOTICE, since=since),), hand.state, note)


def _early(
    hand: Hand, step: SlotStep, act: TakeStep | BeginNotice
) -> tuple[list[PlanProblem], dict[str, Any]]:
    """What is to be said of a step taken before others that come first, and what is kept of it."""
    lacking = [lacking_text(hand.place, one) for one in steps_before(hand.place, step)]
    if not lacking:
        return [], {}
    findings: list[PlanProblem] = []
    if not act.early_known:
        zh, en = "、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking)
        findings.append(finding("/early_known", "early_step", zh=zh, en=en))
    if not act.early_reason:
        findings.append(finding("/early_reason", "early_reason_missing"))
    return findings, {"early": [one.model_dump() for one in lacking], "early_why": act.early_reason}


def _end_notice(hand: Hand, act: EndNotice) -> Told:
    notice = notice_of(hand.place)
    if notice is None:
        raise refused(hand.place.item.slot, finding("", "not_now_end_notice"))
    if act.disputed is None:
        raise wrong(finding("/disputed", "disputed_missing"))
    if act.disputed:
        _need(("/note", act.note, "note_missing"))
    done = StepDone(
        **hand.stamp(),
        step=notice.step.step,
        outcome=StepOutcome.DISPUTED if act.disputed else StepOutcome.DONE,
        since=notice.since,
        note=_said(act.note) if act.note else None,
    )
    wait = wait_of(hand.place)
    if wait is None or wait.reason != PUBLIC_NOTICE:
        return Told((done,), hand.state)
    return Told((done, Resumed(**hand.stamp(1), at=hand.today)), hand.state)


def _accepted_first(hand: Hand) -> tuple[AgencyEvent, ...]:
    """What is decided at once is taken up with it."""
    if hand.place.slot.accepted_at is not None:
        return ()
    return (Accepted(**hand.stamp(), at=hand.at),)


def _day(pointer: str, day: date | None, hand: Hand) -> date:
    """A day between the filing's receipt and today."""
    if day is None:
        raise wrong(finding(pointer, "day_missing"))
    received = hand.place.slot.received_at or hand.place.item.received_at
    if not received.astimezone(BEIJING).date() <= day <= hand.today:
        raise wrong(finding(pointer, "day_outside"))
    return day


def _need(*fields: tuple[str, str, str]) -> None:
    findings = [finding(pointer, code) for pointer, value, code in fields if not value]
    if findings:
        raise wrong(*findings)


def _said(words: str) -> Text:
    """A handler's own words, which stand in one language only."""
    return Text(zh=words, en=words)


_TOLD: Final[dict[type, Callable[[Hand, Any], Told]]] = {
    Accept: _accept,
    Decline: _decline,
    Grant: _grant,
    Refuse: _refuse,
    Correct: _correct,
    Suspend: _suspend,
    Resume: _resume,
    Extend: _extend,
    TakeStep: _step,
    BeginNotice: _begin_notice,
    EndNotice: _end_notice,
}
