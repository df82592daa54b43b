"""Which withdrawal somebody picked: in go address and form, out comes what is asked of the case."""

from typing import Annotated

from fastapi import Depends, Form, Query

from api.withdrawal import WithdrawalReason, WithdrawalRequest

WhichSlot = Annotated[str, Query(pattern=r"^([a-z][a-z0-9_]{0,79}(\[[0-9]{1,3}\])?)?$")]
"""One item of the case; empty: the whole case."""


def considered(slot: str) -> WithdrawalRequest:
    """What would be asked, before a reason is given: what follows does not depend on it."""
    return WithdrawalRequest(slot=slot or None, reason=WithdrawalReason.OTHER)


def _picked(
    reason: Annotated[WithdrawalReason, Form()], slot: Annotated[str, Form(max_length=90)] = ""
) -> WithdrawalRequest:
    return WithdrawalRequest(slot=slot or None, reason=reason)


PickedWithdrawal = Annotated[WithdrawalRequest, Depends(_picked)]
"""What a page's form asks to take back."""
