"""What a family said that a register knows: in go answers and what registers held, out come findings.

A yes that lets a paper be shared is worth nothing where the register has no record: then the paper has to
come, and no receipt may say that it was shared.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.lookup import Held
from api.office import Office
from forms.merge import ID_NUMBER
from onething.definition import Bundle
from onething.plan import PlanProblem
from onething.text import Text

_SAID: Final = Text(
    zh="“{question}”选了“是”，但{register}没有查到。请改选“否”，并按提示填写、提交材料",
    en="“{question}” was answered yes, and {register} has no record: answer no, and bring what is asked then",
)


def unconfirmed(
    office: Office, bundle: Bundle, situations: Mapping[str, Any], answers: Mapping[str, Any], held: Held
) -> Iterator[PlanProblem]:
    """Yield each yes that its register was asked about and has no record of; one away proves nothing."""
    subject = next((name for name, role in bundle.roles.items() if role.subject), "")
    group = answers.get(subject)
    number = str(group.get(ID_NUMBER, "")) if isinstance(group, Mapping) else ""
    for question in bundle.situations:
        register = question.register_
        if not question.confirmed or situations.get(question.situation) is not True or not register:
            continue
        asked = any(mark.startswith(f"{register}|{number}|") for mark in held.asked)
        unsure = register in held.away or register in held.ambiguous
        if not number or not asked or unsure or held.records.get(register, {}).get(number):
            continue
        title = office.catalog.registers[register].title
        yield PlanProblem(
            pointer=f"/situations/{question.situation}",
            code="unconfirmed",
            text=Text(
                zh=_SAID.zh.format(question=question.question.zh, register=title.zh),
                en=_SAID.en.format(question=question.question.en, register=title.en),
            ),
        )
