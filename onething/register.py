"""The contract between OneThing and a register: in goes a guarded question about one person, out come facts.

A register answers *found*, *not found* or *ambiguous*; silence is `RegisterUnavailable`, and then the
facts are typed. Nobody may ask without a draft, a named actor, a purpose and a shown notice of who gets
which field (Personal Information Protection Law, articles 13, 17 and 35). The caller writes the audit.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from onething.adapter import Health
from onething.errors import LookupRefused
from onething.text import Travelling


class Purpose(StrEnum):
    """Why a register may be asked."""

    PREFILL = "prefill"
    """Fill the merged form of a draft, so that the family need not."""
    SITUATION = "situation"
    """Answer a situation question of a draft."""
    SUBMISSION = "submission"
    """Join at submission what was held back from the screen."""
    VERIFICATION = "verification"
    """Check identity or kinship before anything is shown."""


class Grade(StrEnum):
    """How far a value is trusted: issued by its agency, verified at a window, uploaded, self-declared."""

    ISSUED = "A"
    WINDOW = "B"
    UPLOADED = "C"
    DECLARED = "D"


class LookupRequest(Travelling):
    """One question: which facts about whom, for what, on whose behalf."""

    register_: str = Field(alias="register")
    id_number: str
    """The person whose facts are asked: the owner of every concept."""
    concepts: tuple[str, ...]
    """Concept names, or whole facts (`kinship(applicant, deceased)`); answers come under the same words."""
    others: dict[str, str] = {}
    """For a concept over two roles, under its word in `concepts`: the second person's id number."""
    purpose: Purpose | None = None
    actor: str = ""
    """Who asks: the clerk's or citizen's account, never a name."""
    draft: str = ""
    notice_shown: bool = False

    def __repr__(self) -> str:
        """Show the register only: the rest names people."""
        return f"LookupRequest(register={self.register_!r})"

    __str__ = __repr__


class Found(Travelling):
    """What the register holds of what was asked; a concept it does not hold is left out."""

    kind: Literal["found"] = "found"
    values: dict[str, Any]
    source: str
    """The register's name for people's eyes, e.g. 公安人口库."""
    as_of: datetime
    grade: Grade = Grade.ISSUED

    def __repr__(self) -> str:
        """Show how much was found, not what."""
        return f"Found(source={self.source!r}, values={len(self.values)})"

    __str__ = __repr__


class NotFound(Travelling):
    """The register knows no such person."""

    kind: Literal["not_found"] = "not_found"


class Ambiguous(Travelling):
    """The register has more than one record under this number: a person must look."""

    kind: Literal["ambiguous"] = "ambiguous"
    records: int = 2


RegisterAnswer = Annotated[Found | NotFound | Ambiguous, Field(discriminator="kind")]


@runtime_checkable
class RegisterAdapter(Protocol):
    """What every register's adapter offers; found by folder scan and the group `onething.registers`.

    A factory `create(register: str, options: dict) -> RegisterAdapter` stands in each adapter module.
    Every `lookup` begins with `guard`.
    """

    async def lookup(self, request: LookupRequest) -> RegisterAnswer:
        """Ask once; raises LookupRefused and RegisterUnavailable."""
        ...

    async def health(self) -> Health:
        """Reach out once, cheaply."""
        ...


def guard(request: LookupRequest) -> None:
    """Refuse a lookup that lacks its draft, actor, purpose or shown notice; raises LookupRefused."""
    conditions = {
        "draft": bool(request.draft),
        "actor": bool(request.actor),
        "purpose": request.purpose is not None,
        "notice_shown": request.notice_shown,
    }
    missing = tuple(name for name, holds in conditions.items() if not holds)
    if missing:
        raise LookupRefused(register=request.register_, missing=missing)


def concept_of(word: str) -> str:
    """The concept's name in a word of `LookupRequest.concepts`: `kinship(a, b)` is `kinship`."""
    return word.partition("(")[0]


def select(record: dict[str, Any], request: LookupRequest) -> dict[str, Any]:
    """Pick what was asked, and nothing else, out of a person's record.

    A two-role concept stands in the record as a mapping of the other person's id number to the value.
    """
    values: dict[str, Any] = {}
    for word in request.concepts:
        held = record.get(concept_of(word))
        if word in request.others:
            held = held.get(request.others[word]) if isinstance(held, dict) else None
        if held is not None:
            values[word] = held
    return values
