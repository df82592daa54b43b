"""What was done about a filing, in words: in go its acts, out come lines for its handlers, oldest first."""

from collections.abc import Iterator
from datetime import date, datetime

from api.day import on_day
from api.desk.askable import titled_fields
from api.desk.effect import effect_line
from api.desk.form import material_title
from api.desk.place import Place
from api.office import Office
from api.page_view import limit_text, word
from onething.adapter import (
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
from onething.duration import Duration
from onething.text import Model, Text
from records.desk_item import OF_THE_CASE, DeskAct


class ActPaper(Model):
    """A file beside an act."""

    name: str
    mime: str
    size: int
    href: str
    given: bool
    """Whether the applicant may fetch it."""


class ActView(Model):
    """One act: when, what, by whom (`own`, `other` or `case`), and what was said."""

    at: datetime
    kind: str
    title: Text
    by: str
    lines: tuple[Text, ...]
    papers: tuple[ActPaper, ...]


def acts_of(office: Office, place: Place, reader: str) -> tuple[ActView, ...]:
    """Every act on the filing, as `reader` sees it."""
    return tuple(_view(office, place, act, reader) for act in place.item.acts)


def act_title(acts: tuple[DeskAct, ...], act: DeskAct) -> Text:
    """What an act is called, by what went before it and by what it came to.

    Accepting what was sent back takes the correction back; an objection breaks a notice off, and the next one
    is another notice.
    """
    if act.kind == "end_notice" and _is_disputed(act):
        return word("desk_act_break_notice")
    if act.kind == "begin_notice" and broken_off(acts, act):
        return word("desk_act_notice_again")
    before = [one.kind for one in acts if one.seq < act.seq and one.kind in {"accept", "correct"}]
    drops = act.kind == "accept" and before[-1:] == ["correct"]
    return word("desk_act_go_on" if drops else f"desk_act_{act.kind}")


def broken_off(acts: tuple[DeskAct, ...], before: DeskAct | None = None) -> bool:
    """Whether the last notice that ended (before an act) was broken off by an objection."""
    earlier = [one for one in acts if before is None or one.seq < before.seq]
    ends = [one for one in earlier if one.kind == "end_notice"]
    return bool(ends) and _is_disputed(ends[-1])


def _is_disputed(act: DeskAct) -> bool:
    return any(isinstance(one, StepDone) and one.outcome is StepOutcome.DISPUTED for one in act.events)


def _view(office: Office, place: Place, act: DeskAct, reader: str) -> ActView:
    whose = {OF_THE_CASE: "case", reader: "own"}.get(act.actor, "other")
    href = f"/desk/items/{place.item.id}/acts/{act.seq}/papers"
    title = act_title(place.item.acts, act)
    if place.gone:
        # That something was done stays the agency's own; what was written about the applicant does not.
        return ActView(at=act.at, kind=act.kind, title=title, by=whose, lines=(), papers=())
    lines = [line for event in act.events for line in _lines(office, place, event)]
    lines += _skipped(act)
    if act.kind == "begin_notice" and not any(isinstance(event, Suspended) for event in act.events):
        lines.append(on_day(word("desk_line_since"), "day", date.fromisoformat(act.note["since"])))
    return ActView(
        at=act.at,
        kind=act.kind,
        title=title,
        by=whose,
        lines=tuple(lines),
        papers=tuple(
            ActPaper(
                name=paper.name,
                mime=paper.mime,
                size=paper.size,
                href=f"{href}/{number}",
                given=paper.given,
            )
            for number, paper in enumerate(act.papers)
        ),
    )


def _skipped(act: DeskAct) -> Iterator[Text]:
    """The steps that a grant was given without, or that a step was taken before, and why."""
    for name, why in (("skipped", "why"), ("early", "early_why")):
        steps = [Text.model_validate(one) for one in act.note.get(name, ())]
        if steps:
            zh, en = "、".join(one.zh for one in steps), ", ".join(one.en for one in steps)
            yield _labelled(name, Text(zh=zh, en=en))
        if act.note.get(why):
            yield _labelled(why, _plain(act.note[why]))


def _lines(office: Office, place: Place, event: AgencyEvent) -> Iterator[Text]:
    match event:
        case Declined():
            yield from _reasons(event.reasons)
            if event.where_to is not None:
                yield _labelled("where_to", event.where_to)
        case CorrectionRequested():
            titles = titled_fields(office, place)
            yield from (_plain(titles.get(name, name)) for name in event.fields)
            yield from (material_title(office, name) for name in event.materials)
            yield from _reasons(event.reasons)
        case Suspended():
            yield word(f"desk_pause_{event.reason}")
            yield on_day(word("desk_line_since"), "day", event.since)
        case Resumed():
            yield on_day(word("desk_line_until"), "day", event.at)
        case Extended():
            yield limit_text(Duration.parse(event.amount))
            yield _labelled("approver", _plain(event.approver))
            yield event.reason
        case Granted() | Refused() | StepDone():
            yield from _decided(office, place, event)


def _decided(office: Office, place: Place, event: Granted | Refused | StepDone) -> Iterator[Text]:
    if isinstance(event, Refused):
        yield from _reasons(event.reasons)
        yield from (_labelled("remedy", one) for one in event.remedies)
        return
    if isinstance(event, StepDone):
        step = next((one for one in place.definition.steps if one.step == event.step), None)
        if step is not None:
            yield step.title
        if event.officers:
            yield _labelled("officers", _plain("、".join(event.officers)))
        if event.outcome is StepOutcome.DISPUTED:
            yield word("desk_line_disputed")
    else:
        for effect in event.effects:
            yield effect_line(office, place, effect)
    if event.note is not None:
        yield event.note


def _reasons(reasons: tuple[Reason, ...]) -> Iterator[Text]:
    return (_labelled("reason", reason.text) for reason in reasons)


def _labelled(label: str, text: Text) -> Text:
    name = word(f"desk_line_{label}")
    return Text(zh=f"{name.zh}：{text.zh}", en=f"{name.en}: {text.en}")


def _plain(words: str) -> Text:
    return Text(zh=words, en=words)
