"""Corrections as a handler sees them: in goes a filing, out come what is waited for and what was changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from api.desk.askable import differing_titles
from api.desk.form import material_title
from api.desk.history import acts_of
from api.desk.place import Place
from api.office import Office
from onething.case_clock import notice_at
from onething.case_record import PaperInstead
from onething.case_state import SlotState
from onething.legal_profile import OnSilence
from onething.text import Model, Text
from records.desk_item import get_item


class AwaitedAnswer(Model):
    """A correction that waits for the applicant."""

    due: date | None
    """The applicant's last day; None while the applicant has not been told."""
    told_by: datetime | None
    """When the applicant is told at the latest, together with what other agencies ask."""
    lapses: bool
    """Without an answer it counts as withdrawn; otherwise it stays open."""


class LackingPaper(Model):
    """A paper that was asked for and does not come with the filing, and what is said about it."""

    title: Text
    instead: PaperInstead


class AnsweredCorrection(Model):
    """What was asked of the round before, and what the applicant did about it."""

    round: int
    asked: tuple[Text, ...]
    changed: tuple[Text, ...]
    """Boxes and papers that are not as they were; empty where the applicant confirmed all of it."""
    lacking: tuple[LackingPaper, ...] = ()


def awaited_of(place: Place) -> AwaitedAnswer | None:
    """The correction that is open, if one is."""
    slot = place.slot
    sent_back = slot.state is SlotState.CORRECTION_REQUESTED and slot.round == place.item.round
    if not place.open or not sent_back or slot.correction is None:
        return None
    due = slot.correction.due
    return AwaitedAnswer(
        due=due.due.due if due is not None else None,
        told_by=notice_at(place.state) if due is None else None,
        lapses=place.profile.on_silence is OnSilence.LAPSE,
    )


async def answered_of(
    office: Office, place: Place, rounds: Sequence[tuple[int, str]]
) -> AnsweredCorrection | None:
    """What the round before was sent back for; None for a first round. Raises CaseErased."""
    earlier = [id_ for number, id_ in rounds if number < place.item.round]
    if not earlier or place.gone:
        return None
    before = await get_item(office.archive, place.item.agency, earlier[-1])
    acts = [one for one in acts_of(office, replace(place, item=before), "") if one.kind == "correct"]
    if not acts:
        return None
    boxes = differing_titles(office, place, before.payload)
    known = {paper.blob_id for paper in before.materials}
    brought = dict.fromkeys(one.material for one in place.item.materials if one.blob_id not in known)
    return AnsweredCorrection(
        round=before.round,
        asked=acts[-1].lines,
        changed=(
            *(Text(zh=title, en=title) for title in boxes),
            *(material_title(office, name) for name in brought),
        ),
        lacking=tuple(_lacking(office, place, before.round)),
    )


def _lacking(office: Office, place: Place, asked: int) -> Iterator[LackingPaper]:
    """What the answer to round `asked` says about papers that did not come."""
    correction = place.slot.correction
    if correction is None or correction.round != asked:
        return
    for name, way in correction.instead.items():
        yield LackingPaper(title=material_title(office, name), instead=way)
