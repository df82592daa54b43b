"""Acts: in goes a story under way, out comes its case after all that people do in it, each at its moment."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.signatures import Act, AgencyReplied, Announce, HandOut
from console.act_asked import APPLICANT, ASKED, CLERK
from console.act_event import events_of
from console.stage import Played
from console.story import file_story, known_years
from forms.change import amended, corrected
from forms.intake import Prepared
from onething.behaviour import duration
from onething.calendar import WorkCalendar
from onething.case import FINAL
from onething.case_definition import CaseDefinition
from onething.case_event import Action, Amended, Corrected, Migrated, Reapplied
from onething.case_state import CaseState, SlotState
from onething.definition import Scenario
from onething.errors import ActionRejected, AnswersRejected
from onething.filing import SlotFiling
from onething.story import ActKind, Moment, StoryAct, laid_over
from records.blob import Content, put_blobs

_JSON: Final = "application/json"
_SETTLING: Final = timedelta(seconds=2)
"""Nobody says when a signal was taken in: time for that."""


async def perform(played: Played) -> CaseState:
    """Play every act of the story, then wait until the case stands as the story says it ends.

    Raises CatalogError when a moment or the end never comes, or an act is answered otherwise than the story
    says: taken although it was to be refused, refused, or refused for another reason.
    """
    performance = Performance(played)
    for number, act in enumerate(played.story.acts, start=1):
        await performance.play(act, f"act {number} ({act.do})")
    return await _stands_as_expected(played)


async def _stands_as_expected(played: Played) -> CaseState:
    """The end; of a case that stays open, the state that the story leaves it in."""
    expect = played.story.expect
    if expect.state in FINAL:
        await played.end()
        return await played.state()

    def holds(state: CaseState) -> bool:
        slots = all(state.slots[name].state == wanted for name, wanted in expect.slots.items())
        return slots and state.state == expect.state

    return await played.until(holds, "the state that the story ends in")


@dataclass(frozen=True, slots=True)
class _Refused:
    """What an act was answered with instead of being done."""

    code: str
    what: str


class Performance:
    """What the applicant has said so far, and what the case was last told of it."""

    def __init__(self, played: Played) -> None:
        """Begin with the story as it was filed."""
        self.played = played
        self.said: Scenario = played.story
        self.filings: dict[str, SlotFiling] = dict(played.filed.prepared.filings)
        self._actions: Final[Mapping[ActKind, Callable[[StoryAct], Awaitable[None]]]] = {
            ActKind.CORRECT: self._correct,
            ActKind.AMEND: self._amend,
            ActKind.REAPPLY: self._reapply,
            ActKind.MIGRATE: self._migrate,
            ActKind.HAND_OUT: self._hand_out,
            ActKind.CALLBACK: self._callback,
            ActKind.ANNOUNCE_YEAR: self._announce,
            ActKind.RESTART_WORKER: self._restart,
        }

    async def play(self, act: StoryAct, name: str) -> None:
        """Wait for the act's moment, do it, and see that it is answered as the story says."""
        await self._wait(act.when, name)
        if act.refused is not None:
            # Whatever is under way comes in first, or its traces would pass for those of this act.
            await self.played.pass_by(_SETTLING)
        before = await self.played.state()
        refused = await self._attempt(act)
        if act.refused is None:
            if refused is not None:
                raise self.played.wrong(f"{name} is refused", f"{refused.code}: {refused.what}")
            return
        if refused is None:
            raise self.played.wrong(f"{name} is taken", f"it was to be refused: {act.refused}")
        if act.refused not in {refused.code, refused.what}:
            raise self.played.wrong(f"{name} is refused otherwise", f"{refused.code}: {refused.what}")
        after = await self.played.state()
        if after.revision != before.revision:
            raise self.played.wrong(f"{name} leaves a trace", "what is refused changes nothing")

    async def _attempt(self, act: StoryAct) -> _Refused | None:
        kept = self.said, self.filings, self.played.case
        try:
            await self._actions.get(act.do, self._ask)(act)
        except (WorkflowUpdateFailedError, RPCError) as error:
            self.said, self.filings, self.played.case = kept
            return _told(error)
        except AnswersRejected as error:
            self.said, self.filings, self.played.case = kept
            return _Refused(error.code, str(error.params))
        return None

    async def _wait(self, moment: Moment, name: str) -> None:
        later, played = duration(moment.after), self.played
        if moment.model_fields_set - {"after"}:
            await played.until(lambda state: _has_come(moment, state), f"the moment of {name}")
            due = await played.now() + later
        else:
            due = played.case.submitted_at + later
        rest = due - await played.now()
        if rest > timedelta():
            await played.pass_by(rest)

    # ---- what is checked by the reducer alone -------------------------------------------------

    async def _ask(self, act: StoryAct) -> None:
        await self._send(ASKED[act.do](act, await self.played.now()))

    async def _send(self, action: Action) -> None:
        await self.played.handle.execute_update("act", Act(action=action))

    # ---- what changes the form ----------------------------------------------------------------

    async def _correct(self, act: StoryAct) -> None:
        prepared = self._say(act)
        asked = {act.slot} if act.slot else await self._asked()
        changed = corrected(self.filings, prepared.filings, asked=asked)
        await self._send(Corrected(payloads=await self._stored(changed), actor=APPLICANT))
        self.filings = {**self.filings, **changed}

    async def _amend(self, act: StoryAct) -> None:
        prepared = self._say(act)
        case = self.played.case
        amendment = amended(case, self.filings, prepared)
        definition = _with_dropped(case.definition, amendment.definition)
        header = await self._header(prepared, definition)
        filings = {**amendment.new, **amendment.changed}
        payloads = await self._stored(filings)
        await self._send(
            Amended(definition=amendment.definition, payloads=payloads, header=header, actor=CLERK)
        )
        self.played.case = case.model_copy(update={"definition": definition})
        self.filings = {**self.filings, **filings}

    async def _reapply(self, act: StoryAct) -> None:
        slot, payload = str(act.slot), None
        if act.answers:
            filing = self._say(act).filings[slot]
            payload = (await self._stored({slot: filing}))[slot]
            self.filings = {**self.filings, slot: filing}
        await self._send(Reapplied(slot=slot, payload=payload, actor=APPLICANT))

    async def _migrate(self, _act: StoryAct) -> None:
        prepared = self._prepared()
        present = {slot.slot: slot for slot in prepared.case.definition.slots}
        case = self.played.case
        slots = tuple(present.get(slot.slot, slot) for slot in case.definition.slots)
        definition = prepared.case.definition.model_copy(update={"slots": slots})
        header = await self._header(prepared, definition)
        await self._send(Migrated(definition=definition, header=header, actor=CLERK))
        self.played.case = case.model_copy(update={"definition": definition})

    def _say(self, act: StoryAct) -> Prepared:
        """The case as it would be filed with the act's changes; raises AnswersRejected."""
        situations = {**self.said.situations, **act.situations}
        answers = laid_over(self.said.answers, act.answers)
        self.said = self.said.model_copy(update={"situations": situations, "answers": answers})
        return self._prepared()

    def _prepared(self) -> Prepared:
        played = self.played
        stage, number = played.stage, played.case.number
        return file_story(stage.catalog, played.bundle, self.said, number, played.world).prepared

    async def _asked(self) -> set[str]:
        state = await self.played.state()
        waiting = SlotState.CORRECTION_REQUESTED
        return {name for name, slot in state.slots.items() if slot.state is waiting}

    async def _stored(self, filings: Mapping[str, SlotFiling]) -> dict[str, str]:
        """Blob ids of filings, by slot."""
        blobs = await self._blobs(filing.model_dump_json() for filing in filings.values())
        return dict(zip(filings, blobs, strict=True))

    async def _header(self, prepared: Prepared, definition: CaseDefinition) -> str:
        case = prepared.case.model_copy(update={"definition": definition})
        header = prepared.header.model_copy(update={"case": case})
        return (await self._blobs([header.model_dump_json()]))[0]

    async def _blobs(self, documents: Iterable[str]) -> list[str]:
        contents = [Content(document.encode(), _JSON) for document in documents]
        refs = await put_blobs(self.played.stage.archive, self.played.case.number, contents)
        return [ref.blob_id for ref in refs]

    # ---- what comes as a signal, or from outside ----------------------------------------------

    async def _hand_out(self, _act: StoryAct) -> None:
        state = await self.played.state()
        await self._signal("hand_out", HandOut(revision=len(state.receipts)))

    async def _callback(self, act: StoryAct) -> None:
        slot, state = str(act.slot), await self.played.state()
        round_ = act.round or state.slots[slot].round
        events = events_of(act.events, await self.played.now(), slot)
        replied = AgencyReplied(slot=slot, round=round_, events=events)
        await self._signal("agency_replied", replied)

    async def _announce(self, act: StoryAct) -> None:
        calendar = self._known_with(act.year)
        self.played.world = (calendar, self.played.world[1])
        year = self.played.case.received_on.year
        await self._signal("announce_calendar", Announce(calendar=calendar.slice(year - 1, year + 2)))

    async def _signal(self, name: str, told: AgencyReplied | Announce | HandOut) -> None:
        await self.played.handle.signal(name, told)
        await self.played.pass_by(_SETTLING)

    def _known_with(self, year: int | None) -> WorkCalendar:
        known = {one.year for one in self.played.world[0].years}
        calendar = known_years(self.played.stage.calendar, self.said, also=year)
        kept = tuple(one for one in calendar.years if one.year in known or one.year == year)
        return WorkCalendar(name=calendar.name, years=kept, otherwise=calendar.otherwise)

    async def _restart(self, _act: StoryAct) -> None:
        await self.played.crew.stop()
        await self.played.crew.start()


def _has_come(moment: Moment, state: CaseState) -> bool:
    slot = state.slots.get(moment.slot) if moment.slot else None
    if moment.slot and slot is None:
        return False
    where = slot.state if slot is not None else state.state
    reached = [
        moment.state is None or where == moment.state,
        moment.held is None or (state.hold is not None) == moment.held,
        moment.receipts is None or len(state.receipts) >= moment.receipts,
        moment.notices is None or len(state.notices) >= moment.notices,
        moment.round is None or (slot is not None and slot.round >= moment.round),
    ]
    return all(reached)


def _told(error: WorkflowUpdateFailedError | RPCError) -> _Refused:
    """Why the case said no; a workflow that is over says it by not being there."""
    if isinstance(error, RPCError):
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise error
        return _Refused(ActionRejected.code, "the case has ended")
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        raise error
    params = cause.details[0] if cause.details else {}
    return _Refused(cause.type or "", str(params.get("what", "")) if isinstance(params, dict) else "")


def _with_dropped(before: CaseDefinition, after: CaseDefinition) -> CaseDefinition:
    """The definition as the case keeps it: what is dropped stays on the record."""
    wanted = {slot.slot for slot in after.slots}
    kept = tuple(slot for slot in before.slots if slot.slot not in wanted)
    return after.model_copy(update={"slots": (*after.slots, *kept)})
