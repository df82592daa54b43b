"""Searching cases: in go words a clerk types, out come cases of the area; what was typed is kept nowhere.

Words that name a life event, an item or an agency are looked up in the catalog, an identity or telephone
number in the index of such numbers, part of a case number among the numbers, and everything else is a name.
All of them must hold.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import Field

from api import audit
from api.case_work.abbreviation import meanings
from api.case_work.area import area_of
from api.case_work.words import APPLICANT, SUBJECT
from api.case_work.worklist import Clerk, WorkLine, work_lines
from api.office import Office, TheOffice
from api.principal import Caller
from forms.identity import is_citizen_id
from onething.catalog import Catalog
from onething.text import Model, Text
from records.lookup import find_by
from records.search import Wanted, Words, find_words, plain, words_for
from records.worklist import CaseFilter, Named, list_cases

router = APIRouter(prefix="/api/v1", tags=["worklists"])
LIMIT: Final = 50
_TERMS: Final = 6
_NUMBER: Final = re.compile(
    r"[A-Z0-9]{1,6}-[A-Z0-9-]*|[0-9]{4,17}|[0-9]{6}[A-Z][0-9]{8,15}[A-Z]?|[0-9]{8,15}[A-Z]", re.ASCII
)
"""A case number or a part of one, with its dashes or without."""
_PHONE: Final = re.compile(r"1[0-9]{10}|0[0-9]{9,11}", re.ASCII)
_NAMED: Final = 2
"""A shorter term is nobody's title."""


class SearchRequest(Model):
    """What is looked for: names, numbers, life events, items and agencies, with spaces between them."""

    q: Annotated[str, Field(min_length=1, max_length=100)]


class Found(Model):
    """One case found, with the names by which people know it."""

    line: WorkLine
    applicant: tuple[str, ...]
    subject: tuple[str, ...]


class SearchPage(Model):
    """The newest cases found; `more` says that there are others, so that the search should be narrowed."""

    found: tuple[Found, ...]
    more: bool


@dataclass(slots=True)
class _Asked:
    """A search taken apart."""

    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    identities: list[tuple[str, str]] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)


@router.post("/search")
async def post_search(request: SearchRequest, caller: Clerk, office: TheOffice) -> SearchPage:
    """Find cases of the area; posted, so that no name stands in an address or in a log."""
    return await search(office, caller, request.q)


async def search(office: Office, caller: Caller, text: str) -> SearchPage:
    """Find cases; the search is audited with its kinds of words, never with the words.

    Every case that it shows is audited, too: its people can be told who saw their names.
    """
    asked = _taken_apart(office.catalog, text)
    area = area_of(caller)
    numbers: set[str] | None = None
    if asked.names:
        hits = await find_words(office.archive, Wanted(tuple(asked.names), area, limit=_candidates(asked)))
        numbers = {hit.number for hit in hits}
    for index, value in asked.identities:
        known = set(await find_by(office.archive, index, value))
        numbers = known if numbers is None else numbers & known
    wanted = CaseFilter(
        numbers=None if numbers is None else tuple(sorted(numbers)),
        number_parts=tuple(asked.numbers),
        named=tuple(asked.named),
        area=area,
        limit=LIMIT + 1,
    )
    nothing = not any(_kinds(asked))
    found = () if nothing else await list_cases(office.archive, wanted)
    shown = found[:LIMIT]
    words = await words_for(office.archive, tuple(one.number for one in shown))
    lines = await work_lines(office, caller, shown)
    entries = [audit.entry(caller, "search_cases", fields=tuple(_kinds(asked)))]
    entries += [_shown(caller, one.number, words.get(one.number, ())) for one in lines]
    await audit.append(office.archive, *entries)
    return SearchPage(
        found=tuple(_found(line, words.get(line.number, ())) for line in lines), more=len(found) > LIMIT
    )


def _shown(caller: Caller, number: str, words: Words) -> audit.AuditEntry:
    return audit.entry(
        caller, "find_case", number, fields=tuple(sorted({kind for kind, _ in words} & {APPLICANT, SUBJECT}))
    )


def _found(line: WorkLine, words: Words) -> Found:
    return Found(
        line=line,
        applicant=tuple(text for kind, text in words if kind == APPLICANT),
        subject=tuple(text for kind, text in words if kind == SUBJECT),
    )


def _taken_apart(catalog: Catalog, text: str) -> _Asked:
    asked = _Asked()
    for term in text.split()[:_TERMS]:
        narrow = _half_width(term)
        if is_citizen_id(narrow):
            asked.identities.append(("id_number", narrow))
        elif _PHONE.fullmatch(narrow):
            asked.identities.append(("phone", narrow))
        elif _NUMBER.fullmatch(narrow):
            asked.numbers.append(narrow)
        elif not _by_catalog(catalog, plain(term), asked):
            asked.names.append(term)
    return asked


def _by_catalog(catalog: Catalog, term: str, asked: _Asked) -> bool:
    """Note the life events and items in whose titles, or agency's, the term stands, short or in full."""
    if len(term) < _NAMED:
        return False
    terms = tuple(meanings(term))
    bundles = {name for name, one in catalog.bundles.items() if _says(one.title, terms)}
    agencies = {name for name, one in catalog.agencies.items() if _says(one.title, terms)}
    items = {
        name
        for name, versions in catalog.items.items()
        if any(one.agency in agencies or _says(one.title, terms) for one in versions)
    }
    if bundles or items:
        asked.named.append(Named(tuple(sorted(bundles)), tuple(sorted(items))))
    return bool(bundles or items)


def _says(title: Text, terms: tuple[str, ...]) -> bool:
    return any(term in plain(title.zh) or term in plain(title.en) for term in terms)


def _half_width(term: str) -> str:
    return unicodedata.normalize("NFKC", term).upper()


def _candidates(asked: _Asked) -> int:
    """How many cases with the names are looked at: more where other words narrow them further."""
    alone = not asked.numbers and not asked.identities and not asked.named
    return LIMIT + 1 if alone else 10 * LIMIT


def _kinds(asked: _Asked) -> Iterator[str]:
    if asked.names:
        yield "name"
    if asked.numbers:
        yield "number"
    yield from (index for index, _ in asked.identities)
    if asked.named:
        yield "title"
