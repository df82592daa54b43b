"""The names by which clerks know the cases of a list: case numbers in, names of applicant and subject out."""

from collections.abc import Iterable

from api import audit
from api.case_work.words import APPLICANT, SUBJECT
from api.office import Office
from api.principal import Caller
from onething.text import Model
from records.case_owner import owners_of
from records.search import words_for


class NamedCase(Model):
    """Whose case it is; empty where no name is known."""

    applicant: tuple[str, ...]
    subject: tuple[str, ...]


async def named_cases(office: Office, caller: Caller, numbers: Iterable[str]) -> dict[str, NamedCase]:
    """Give the names for a list that the caller sees; erased cases have none.

    Each name shown of a case that another answers for is audited with its case: its people can be told who
    saw it. Who answers for a case is named on it already.
    """
    every = tuple(dict.fromkeys(numbers))
    words = await words_for(office.archive, every)
    owners = await owners_of(office.archive, every)
    named = {
        number: NamedCase(
            applicant=tuple(text for kind, text in words[number] if kind == APPLICANT),
            subject=tuple(text for kind, text in words[number] if kind == SUBJECT),
        )
        for number in every
        if number in words
    }
    others = [one for one in named if one not in owners or owners[one].account != caller.account]
    entries = [audit.entry(caller, "list_case", one, fields=_shown(named[one])) for one in others]
    await audit.append(office.archive, *entries)
    return named


def _shown(one: NamedCase) -> tuple[str, ...]:
    return tuple(name for name in (APPLICANT, SUBJECT) if getattr(one, name))
