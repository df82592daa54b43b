"""By which words a case is found again: the resolved form in, the names of its persons out."""

from collections.abc import Iterator
from typing import Final

from api.office import Office
from api.standing import Standing, answered_of, standing_of
from forms.resolve import Resolution
from forms.validate import validate
from onething.definition import Role
from records.errors import CaseErased
from records.search import Words, index_case, unindexed

_NAME: Final = "name"
APPLICANT: Final = "applicant"
SUBJECT: Final = "subject"
OTHER: Final = "other"


def words_of(resolution: Resolution) -> Words:
    """Give every person's name with their part in the case, each once."""
    return tuple(dict.fromkeys(_names(resolution)))


async def reindex(office: Office, number: str) -> None:
    """Index a case by the names that stand in it now: after a correction, or for one filed before the index.

    Raises NotKnown, CaseErased.
    """
    await index_case(
        office.archive, number, words_of(await _resolved(office, await standing_of(office, number)))
    )


async def index_older(office: Office, limit: int = 500) -> int:
    """Index up to `limit` cases that older versions filed; give how many there were."""
    numbers = await unindexed(office.archive, limit)
    for number in numbers:
        try:
            await reindex(office, number)
        except CaseErased:
            continue
    return len(numbers)


async def _resolved(office: Office, standing: Standing) -> Resolution:
    answered = await answered_of(office, standing)
    bundle = office.catalog.bundle(standing.case.definition.bundle)
    form = office.form(bundle, answered.situations, standing.case.received_on, standing.case.region)
    return validate(form, answered.answers, answered.known).resolution


def _names(resolution: Resolution) -> Iterator[tuple[str, str]]:
    roles = resolution.form.bundle.roles
    for fact in resolution.form.fields:
        if fact.key != _NAME or fact.owner not in roles:
            continue
        role = roles[fact.owner]
        for index in range(resolution.size(fact.owner)) if role.many else (None,):
            resolved = resolution.get(fact, index)
            if resolved is not None and isinstance(resolved.value, str) and resolved.value:
                yield _part(role), resolved.value


def _part(role: Role) -> str:
    if role.login:
        return APPLICANT
    return SUBJECT if role.subject else OTHER
