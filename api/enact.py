"""A change to a case that is told and kept: in goes what is newer, out comes the case's revision with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from activities.signatures import Applied
from api import afterwards
from api.aside import Mark, lay_aside, put_back, take_over
from api.case_work.words import reindex
from api.identity.errors import MandateLacking
from api.office import Office
from api.standing import Standing
from onething.case_event import Action
from onething.errors import ActionRejected, NotKnown
from records.blob import Content


@dataclass(frozen=True, slots=True)
class Change:
    """What is told to the workflow, and what is kept when it has heard it.

    `contents` are sealed under their names; `action` is made of the blob ids these come to have; `line` says
    by which line of the case's story the change is known to have been heard.
    """

    contents: Mapping[str, Content]
    action: Callable[[Mapping[str, str]], Action]
    line: tuple[str, str | None]
    """The line's kind and slot."""
    slots: tuple[str, ...] | None = None
    """What the line says in `slots`; None where it says nothing."""


async def enact(office: Office, standing: Standing, change: Change) -> Applied:
    """Lay the change aside, tell it to the case, whether it runs or has ended, and take it over.

    Raises ActionRejected, MandateLacking and NotKnown (then nothing has changed) and EngineUnavailable (then
    it may still be heard).
    """
    kind, slot = change.line
    mark = Mark(kind, slot, standing.state.entries, change.slots)
    aside = await lay_aside(office, standing.stored, change.contents, mark)
    try:
        applied = await afterwards.act(office, standing.number, change.action(aside.inputs))
    except (ActionRejected, MandateLacking, NotKnown):
        await put_back(office, aside)
        raise
    await take_over(office, aside)
    if "answers" in change.contents:
        await reindex(office, standing.number)
    return applied
