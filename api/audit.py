"""The audit trail at the door: in goes who touched whose data and why, out comes one chained entry."""

from dataclasses import replace
from datetime import datetime

from api.office import Office
from api.principal import Caller
from records.audit import AuditEntry, append

__all__ = ["AuditEntry", "append", "at", "entry", "note"]


def entry(
    caller: Caller,
    action: str,
    case: str | None = None,
    subject_blind: str | None = None,
    fields: tuple[str, ...] = (),
) -> AuditEntry:
    """Word one access; `action` is a verb like `read_case`, `fields` are names of facts, never values."""
    return AuditEntry(
        actor=caller.account,
        role=caller.role.value,
        purpose=caller.purpose.value,
        action=action,
        case=case,
        subject_blind=subject_blind,
        fields=fields,
    )


def at(worded: AuditEntry, instant: datetime) -> AuditEntry:
    """The same access at the office's own instant, for what is stored beside it."""
    return replace(worded, at=instant)


async def note(
    office: Office, caller: Caller, action: str, case: str | None = None, fields: tuple[str, ...] = ()
) -> None:
    """Store one access before its answer goes out."""
    await append(office.archive, entry(caller, action, case, fields=fields))
