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

_OWN_CASES = frozenset({Role.CITIZEN})
"""Who files for themselves; a clerk's or a representative's filing is not theirs."""
_APPLICANT = Capacity.APPLICANT.value


def parties_of(office: Office, caller: Caller, resolution: Resolution) -> tuple[Party, ...]:
    """Give who may follow the case: who filed it, the applicants, and whom it is about."""
    return tuple(dict.fromkeys(_parties(office, caller, resolution)))


def applicants_of(office: Office, resolution: Resolution) -> frozenset[str]:
    """Give the keyed hashes of the applicants' numbers."""
    return frozenset(party for capacity, party in _named(office, resolution) if capacity == _APPLICANT)


def _parties(office: Office, caller: Caller, resolution: Resolution) -> Iterator[Party]:
    named = tuple(_named(office, resolution))
    # A representative follows the case under the mandate, and no longer than that counts.
    own = caller.person is None or (_APPLICANT, caller.person) in named
    if caller.role in _OWN_CASES and own:
        yield Capacity.FILER.value, f"account:{caller.account}"
    yield from named


def _named(office: Office, resolution: Resolution) -> Iterator[Party]:
    for name, role in resolution.form.bundle.roles.items():
        if role.many or not (role.login or role.subject):
            continue
        number = resolution.get(Fact("id_number", (name,)))
        if number is None:
            continue
        capacity = Capacity.APPLICANT if role.login else Capacity.SUBJECT
        yield capacity.value, fingerprint_subject(office.archive.ring, ID_TYPE, str(number.value))
