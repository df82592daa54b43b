"""Whom a paper is served on: in go a case and who prints it, out comes the applicant's name as it may stand.

A window serves its notices on a named person, so what a clerk prints says the whole name, and never a number;
whoever else opens the sheet gets the name masked, as on the receipt.
"""

from dataclasses import dataclass

from api.office import Office
from api.own import login_role
from api.role import Role
from api.standing import Standing, answered_of, form_of, header_of
from api.visit import Caller
from forms.merge import MergedForm
from forms.resolve import Resolution
from onething.fact import Fact
from onething.filing import CaseHeader


@dataclass(frozen=True, slots=True)
class Served:
    """What a sheet is drawn of: the merged form, the heading, whom it is addressed to, what that read."""

    form: MergedForm
    header: CaseHeader
    name: str
    """Empty where the case has no applicant of its own."""
    fields: tuple[str, ...] = ()
    """The pointers of what stands on the sheet unmasked, for the audit trail."""


async def served_on(office: Office, caller: Caller, standing: Standing) -> Served:
    """Find out to whom the case's papers are addressed; raises CaseErased."""
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    header = await header_of(office, standing)
    role = login_role(form.bundle)
    if caller.role is Role.CLERK and role is not None:
        name = Resolution(form, answered.answers, answered.known).get(Fact("name", (role,)))
        if name is not None and str(name.value).strip():
            return Served(form, header, str(name.value).strip(), (name.leaf,))
    masked = header.applicant.name
    return Served(form, header, "" if masked == "*" else masked)
