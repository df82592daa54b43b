"""Migrations over HTTP: in goes a running case, out comes the same case under the catalog's present rules.

A running case keeps the definition it was filed under, whatever the catalog says since. An operator may move
it on purpose: limits, gates, steps and texts become those in force now for its day of receipt; no answer, no
filing and no finished effect is dropped, and no item comes or goes.
"""

from collections.abc import Iterator, Mapping

from fastapi import APIRouter

from activities.signatures import Applied
from api import audit
from api.case import Number, Steerer, shown
from api.case_view import CaseView
from api.changed import checked, papers_of, prepared, reheaded
from api.enact import Change, enact
from api.foresight import try_out
from api.office import Office, TheOffice
from api.principal import Caller
from api.sealing import sealed
from api.standing import Standing, answered_of, filings_of, form_of, standing_of
from onething.case_definition import CaseDefinition, SlotDefinition
from onething.case_event import Migrated
from onething.filing import CaseHeader
from onething.text import Model, Text

router = APIRouter(tags=["migrations"])
_NAMED = frozenset(SlotDefinition.model_fields) - {"capabilities", "queue", "materials"}


class MigratedSlot(Model):
    """One item whose rules are others now, and in what: names of its definition's parts."""

    slot: str
    title: Text
    parts: tuple[str, ...]


class MigrationView(Model):
    """What a migration would change; nothing, where the case stands under the present rules already."""

    slots: tuple[MigratedSlot, ...]
    case: tuple[str, ...]
    """Parts of the whole definition: its holds, its profiles."""


@router.post("/cases/{number}/migration/preview")
async def preview_migration(number: Number, caller: Steerer, office: TheOffice) -> MigrationView:
    """What would change for the case under the catalog's present rules; changes nothing.

    409 when the present catalog cannot carry it: an item or an effect is gone, or is another agency's.
    """
    await audit.note(office, caller, "preview_migration", number)
    standing = await standing_of(office, number)
    definition, _ = await _present(office, standing)
    action = Migrated(definition=definition, header="", actor=caller.account)
    try_out(standing, action, office.now())
    return _view(standing.case.definition, definition)


@router.post("/cases/{number}/migration")
async def post_migration(number: Number, caller: Steerer, office: TheOffice) -> CaseView:
    """Move the case to the catalog's present rules; answers as its preview where it cannot be done."""
    applied = await migrate(office, caller, number)
    return await shown(office, number, applied.revision)


async def migrate(office: Office, caller: Caller, number: str) -> Applied:
    """Migrate the case; raises NotKnown, CaseErased, AnswersRejected, ActionRejected, EngineUnavailable."""
    await audit.note(office, caller, "migrate_case", number)
    standing = await standing_of(office, number)
    definition, header = await _present(office, standing)
    contents = {"header": sealed(header), "case": sealed(header.case)}

    def action(refs: Mapping[str, str]) -> Migrated:
        return Migrated(definition=definition, header=refs["header"], actor=caller.account)

    return await enact(office, standing, Change(contents, action, line=("migrated", None)))


async def _present(office: Office, standing: Standing) -> tuple[CaseDefinition, CaseHeader]:
    """The case's definition as the catalog would pin it today, and the receipt's head with it."""
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    validation = checked(form, answered, answered.answers)
    materials = await papers_of(office, standing, await filings_of(office, standing), ())
    after = await prepared(office, standing, form, validation, materials)
    now = {slot.slot: slot for slot in after.case.definition.slots}
    slots = tuple(_kept(slot, now.get(slot.slot)) for slot in standing.case.definition.slots)
    definition = after.case.definition.model_copy(update={"slots": slots})
    case = standing.case.model_copy(update={"definition": definition})
    return definition, await reheaded(office, standing, after, case)


def _kept(before: SlotDefinition, now: SlotDefinition | None) -> SlotDefinition:
    """The item's present rules; papers promised stay promised, an item not prepared any more stays."""
    return before if now is None else now.model_copy(update={"owed": before.owed})


def _view(before: CaseDefinition, after: CaseDefinition) -> MigrationView:
    old = {slot.slot: slot for slot in before.slots}
    changed = [
        MigratedSlot(slot=slot.slot, title=slot.title, parts=parts)
        for slot in after.slots
        if (parts := tuple(_differing(old[slot.slot], slot)))
    ]
    whole = tuple(name for name in ("holds", "profiles") if getattr(before, name) != getattr(after, name))
    return MigrationView(slots=tuple(changed), case=whole)


def _differing(before: SlotDefinition, after: SlotDefinition) -> Iterator[str]:
    yield from sorted(name for name in _NAMED if getattr(before, name) != getattr(after, name))
