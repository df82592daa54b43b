"""Whose case it is, for the clerk at the counter: a case's number in, names and telephone out."""

from dataclasses import dataclass

from api.case_work.words import APPLICANT, SUBJECT
from api.office import Office
from api.own import login_role
from api.standing import answered_of, standing_of, value_at
from onething.text import Text
from records.search import words_for


@dataclass(frozen=True, slots=True)
class Persons:
    """Who applies and whom it is about, by name, and how the applicant is reached; empty where unknown."""

    applicant: str
    subject: str
    phone: str
    about: Text
    """What the life event calls whom it is about."""

    @property
    def read(self) -> tuple[str, ...]:
        """What is read of them, for the audit trail."""
        return tuple(name for name in ("applicant", "subject", "phone") if getattr(self, name))


async def persons_of(office: Office, number: str) -> Persons:
    """Open the names and the telephone number sealed with a case; raises NotKnown, CaseErased."""
    standing = await standing_of(office, number)
    words = (await words_for(office.archive, (number,))).get(number, ())
    answered = await answered_of(office, standing)
    bundle = office.catalog.bundle(standing.case.definition.bundle)
    login = login_role(bundle)
    pointer = f"/{login}/phone"
    known = answered.known.get(pointer)
    phone = value_at(answered.answers, pointer) or (known.value if known is not None else "")
    return Persons(
        applicant="、".join(text for kind, text in words if kind == APPLICANT),
        subject="、".join(text for kind, text in words if kind == SUBJECT),
        phone=str(phone or ""),
        about=next(role.title for role in bundle.roles.values() if role.subject),
    )
