"""Mandates: in go what somebody may do for another and what they ask for, out comes whether it is covered.

A representative acts under a mandate (代理, Civil Code articles 161-165: authority within its limits, in
writing, with its matters, its extent and its time). Whoever asks at the door has it checked there; an action
carries it along, so that the case refuses by itself what the mandate does not cover, or no longer does.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from onething.counting import BEIJING
from onething.text import Text, Travelling


class MandateScope(StrEnum):
    """What a representative may do."""

    FILE = "file"
    """File a case, apply again, and add items."""
    FOLLOW = "follow"
    CORRECT = "correct"
    """Put right what is asked about, and bring papers."""
    WITHDRAW = "withdraw"
    RECEIVE = "receive"
    """Take receipts."""


SCOPES: Final = {
    MandateScope.FILE: Text(zh="提出申请", en="File"),
    MandateScope.FOLLOW: Text(zh="查询进度", en="Follow"),
    MandateScope.CORRECT: Text(zh="补正材料", en="Correct and bring papers"),
    MandateScope.WITHDRAW: Text(zh="撤回申请", en="Withdraw"),
    MandateScope.RECEIVE: Text(zh="领取回执", en="Take the receipt"),
}


class Mandated(Travelling):
    """The mandate under which something is done, as an action carries it: no name, no number of a person."""

    mandate: str
    """Its id in the records."""
    scope: tuple[MandateScope, ...]
    starts_on: date
    until: date
    """The last day on which it counts, in China."""
    case: str | None = None
    bundle: str | None = None


class Lacking(StrEnum):
    """Why a mandate does not cover something."""

    OUT_OF_SCOPE = "the mandate does not cover this"
    OTHER_CASE = "the mandate is for another case"
    NOT_YET = "the mandate does not count yet"
    ENDED = "the mandate has ended"


class UnderMandate(Travelling):
    """Base of what may be asked under a mandate; without one it is asked in one's own right or by staff."""

    mandate: Mandated | None = None


def lacking(mandate: Mandated, needed: MandateScope, case: tuple[str, str], now: datetime) -> Lacking | None:
    """Say why the mandate does not cover `needed` for a case (number, bundle) at `now`; None when it does."""
    number, bundle = case
    today = now.astimezone(BEIJING).date()
    if needed not in mandate.scope:
        return Lacking.OUT_OF_SCOPE
    if mandate.case not in {None, number} or mandate.bundle not in {None, bundle}:
        return Lacking.OTHER_CASE
    if today < mandate.starts_on:
        return Lacking.NOT_YET
    return Lacking.ENDED if today > mandate.until else None
