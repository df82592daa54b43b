"""Two pages with one draft: in goes what a page sent too late, out comes what differs, to choose from.

Nothing is lost: the page carries everything that was typed, and what the other page saved stays saved until
the clerk has said of each difference which of the two holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi.responses import HTMLResponse, Response

from api import draft
from api.draft import DraftBody
from api.filling import plan_of
from api.guide.said import fields_of, owners_of, say_value
from api.page_form import Posted
from api.page_hand import Hand, Step, fill_in, go_to
from api.page_view import render, word
from api.paper_choice import LATER, NAMED, NONE
from onething.plan import PlanField, PlanProblem
from onething.text import Text
from onething.wording import FILING_MODES, ORIGINS

PICK: Final = "pick:"
THEIRS: Final = "theirs"
_CARRIED: Final = frozenset({"csrf", "revision", "tab", "draft"})
"""Fields that the page sets anew."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the two disagree; None where nothing stands."""

    pointer: str
    title: Text
    mine: Text | None
    theirs: Text | None


async def show_conflict(
    hand: Hand, posted: Posted, step: Step, mine: DraftBody, problems: tuple[PlanProblem, ...]
) -> Response:
    """Draw both, field by field, with status 409; saves nothing. Without a difference the step goes on."""
    stored, theirs = await draft.load(hand.office, hand.caller, hand.draft_id)
    hand = hand.holding(stored, theirs)
    differences = await _differences(hand, mine)
    if not differences and not problems:
        return go_to(hand, step)
    carried = [
        (name, value)
        for name, values in posted.texts.items()
        if name not in _CARRIED and not name.startswith(PICK) and name != "do"
        for value in values
    ]
    page = render(
        "guide/conflict.html",
        hand.locale,
        **hand.marks,
        bundle=hand.bundle,
        step=step.value,
        carried=carried,
        do="save" if step is Step.FORM else "next",
        differences=differences,
        problems=problems,
    )
    return HTMLResponse(page, 409)


def picked(posted: Posted, stored: DraftBody) -> Posted:
    """What was sent after a choice: where the other page's value was chosen, that one."""
    chosen = {
        name.removeprefix(PICK)
        for name in posted.texts
        if name.startswith(PICK) and posted.one(name) == THEIRS
    }
    if not chosen:
        return posted
    flat = _flat(stored)
    texts = {name: values for name, values in posted.texts.items() if name not in chosen}
    texts |= {name: _as_sent(flat[name]) for name in chosen if name in flat}
    return replace(posted, texts=texts)


async def _differences(hand: Hand, mine: DraftBody) -> tuple[Difference, ...]:
    ours, theirs = _flat(mine), _flat(hand.body)
    changed = [name for name in dict.fromkeys((*ours, *theirs)) if ours.get(name) != theirs.get(name)]
    if not changed:
        return ()
    plans = [plan_of(hand.office, await fill_in(hand, body), complain=False) for body in (mine, hand.body)]
    fields, owners = fields_of(*plans), {**owners_of(plans[0]), **owners_of(plans[1])}
    return tuple(
        Difference(
            pointer,
            _title(hand, pointer, fields.get(pointer), owners.get(pointer)),
            _own_value(hand, pointer, ours.get(pointer)) or say_value(fields.get(pointer), ours.get(pointer)),
            _own_value(hand, pointer, theirs.get(pointer))
            or say_value(fields.get(pointer), theirs.get(pointer)),
        )
        for pointer in changed
    )


def _title(hand: Hand, pointer: str, field: PlanField | None, owner: Text | None) -> Text:
    title = field.title if field is not None else _own_title(hand, pointer)
    if owner is None:
        return title
    return Text(zh=f"{owner.zh}：{title.zh}", en=f"{owner.en}: {title.en}")


def _flat(body: DraftBody) -> dict[str, Any]:
    """Everything that a clerk can set, by the name of its field."""
    flat = {f"/situations/{name}": value for name, value in body.situations.items()}
    flat |= dict(_answers(body.answers))
    flat["/received_on"] = body.received_on.isoformat() if body.received_on else None
    flat |= {"/origin": body.origin.value, "/mode": body.mode.value}
    flat |= dict.fromkeys((f"{NAMED}{one}" for one in body.owed), LATER)
    flat |= dict.fromkeys((f"{NAMED}{one}" for one in body.without), NONE)
    flat["/pledged"] = sorted(body.pledged)
    return {name: value for name, value in flat.items() if value not in (None, "", [])}


def _answers(answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for role, group in answers.items():
        rows = [(f"/{role}", group)]
        if isinstance(group, list):
            rows = [(f"/{role}/{index}", row) for index, row in enumerate(group)]
        for place, row in rows:
            yield from ((f"{place}/{key}", value) for key, value in row.items())


def _as_sent(value: Any) -> tuple[str, ...]:
    """A value as a browser's form says it."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def _own_title(hand: Hand, pointer: str) -> Text:
    if pointer.startswith(NAMED):
        return hand.office.catalog.materials[pointer.removeprefix(NAMED)].title
    parts = pointer.strip("/").split("/")
    role, concept = hand.bundle.roles.get(parts[0]), hand.office.catalog.concepts.get(parts[-1])
    if role is not None:
        own = concept.title if concept is not None else role.title
        return Text(zh=f"{role.title.zh}：{own.zh}", en=f"{role.title.en}: {own.en}") if concept else own
    question = next((one for one in hand.bundle.situations if one.situation == parts[-1]), None)
    if question is not None:
        return question.question
    return word(_OWN.get(pointer, "guide_field"))


def _own_value(hand: Hand, pointer: str, value: Any) -> Text | None:
    """The few fields that no plan has, in words."""
    if value is not None and pointer.startswith(NAMED):
        return word("owe_later" if value == LATER else "guide_paper_none")
    if value is None or pointer not in _OWN:
        return None
    if pointer == "/origin":
        return next(text for one, text in ORIGINS.items() if one.value == value)
    if pointer == "/mode":
        return next(text for one, text in FILING_MODES.items() if one.value == value)
    if pointer == "/received_on":
        return Text(zh=str(value), en=str(value))
    titles = [hand.office.catalog.materials[name].title for name in value]
    return Text(zh="、".join(one.zh for one in titles), en=", ".join(one.en for one in titles))


_OWN: Final = {
    "/origin": "origin",
    "/mode": "mode",
    "/received_on": "received_on",
    "/pledged": "guide_pledged",
}
