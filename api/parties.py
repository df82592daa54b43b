"""Whose case a filing becomes: in go who files and what the form says, out come the case's parties."""

from collections.abc import Iterator

from api.lookup import ID_TYPE
from api.office import Office
from api.role import Role
from api.visit import Caller
from forms.resolve import Resolution
from onething.fact import Fact
from records.lookup import fingerprint_subject
from records.party import Capacity, Party

_BEHIND_A_COUNTER = frozenset({Role.CLERK})
"""Who files for everybody; the case is not theirs."""


def parties_of(office: Office, caller: Caller, resolution: Resolution) -> tuple[Party, ...]:
    """Give who may follow the case: who filed it, the applicants, and whom it is about."""
    return tuple(dict.fromkeys(_parties(office, caller, resolution)))


def _parties(office: Office, caller: Caller, resolution: Resolution) -> Iterator[Party]:
    if caller.role not in _BEHIND_A_COUNTER:
        yield Capacity.FILER.value, f"account:{caller.account}"
    for name, role in resolution.form.bundle.roles.items():
        if role.many or not (role.login or role.subject):
            continue
        number = resolution.get(Fact("id_number", (name,)))
        if number is None:
            continue
        capacity = Capacity.APPLICANT if role.login else Capacity.SUBJECT
        yield capacity.value, fingerprint_subject(office.archive.ring, ID_TYPE, str(number.value))
