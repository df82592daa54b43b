"""The figures beside a form that is not complete: in goes a draft, out comes what its receipt will count.

The certificate counts what nobody has said as typed. While the number that a register is asked by is still
missing, that is too much: once it is there the register answers, and the fact is only checked.
"""

from typing import Any

from api.draft import DraftBody
from api.filling import Filling
from forms.certificate import certificate
from forms.merge import ID_NUMBER, Supply, key_owner
from forms.resolve import Resolution
from onething.fact import Fact
from onething.plan import Plan


def figures_of(filling: Filling, plan: Plan, body: DraftBody) -> dict[str, Any]:
    """The plan's figures, with what registers will still say counted apart (`coming`) and not as typed."""
    if not body.notice_shown:
        return plan.figures
    resolution = Resolution(filling.form, filling.answers, filling.known)
    away = {*filling.held.away, *filling.held.ambiguous}
    counted = certificate(filling.form, filling.answers, filling.known)
    coming = sum(
        _will_come(filling, resolution, pointer, fact, away) for pointer, fact in counted.typed_leaves
    )
    fields = plan.figures["fields"]
    moved = {"typed": fields["typed"] - coming, "coming": coming}
    return {**plan.figures, "fields": {**fields, **moved}}


def _will_come(filling: Filling, resolution: Resolution, pointer: str, fact: Fact, away: set[str]) -> bool:
    """Whether a register will supply the fact as soon as there is a number to ask it by."""
    field = filling.form.fields.get(fact)
    if field is None or field.supply is not Supply.REGISTER or field.concept.register_ in away:
        return False
    index = next((int(part) for part in pointer.split("/") if part.isdecimal()), None)
    if resolution.get(fact, index) is not None:
        return False
    owner = key_owner(filling.form.bundle, fact.owner)
    return resolution.get(Fact(ID_NUMBER, (owner,)), index if owner == fact.owner else None) is None
