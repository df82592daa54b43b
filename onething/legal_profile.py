"""The procedure an item follows by law: in goes catalog data, out come its notice, answer and pause rules.

Almost none of the bundled items is a licence, so the Administrative Licensing Law binds by analogy only:
what holds is a profile, kept as data with its basis, and never a constant of the engine.
"""

from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from onething.clock import LightRule
from onething.duration import Duration, Unit
from onething.text import Travelling


class OnSilence(StrEnum):
    """What becomes of a filing whose applicant lets the answering limit pass."""

    LAPSE = "lapse"
    """Deemed withdrawn (视为撤回申请)."""
    STAY = "stay"
    """It stays open, and the window is told."""


def _days(amount: int, unit: Unit = Unit.WORKING_DAY) -> Duration:
    return Duration(amount=amount, unit=unit)


class LegalProfile(Travelling):
    """One procedure; the defaults are those of the Administrative Licensing Law, articles 32, 42 and 45."""

    notice_within: Duration = _days(5)
    """From receipt: what lacks is told once and in full by then (art. 32)."""
    deemed_acceptance: bool = True
    """Untold by then, the filing counts as accepted from the day of receipt (art. 32)."""
    answer_within: Duration = _days(15)
    """How long the applicant has for a correction, from the notice."""
    on_silence: OnSilence = OnSilence.LAPSE
    counted_pauses: tuple[str, ...] = ("public_notice",)
    """Reasons for which the clock goes on although the agency waits; all others stop it (art. 45)."""
    extension_at_most: Duration | None = _days(10)
    """The one extension its head may grant (art. 42); none: no extension."""
    owed_within: Duration = _days(20)
    """How long a paper accepted as missing may be owed (容缺), from acceptance."""
    owed_before_promise: Annotated[int, Field(ge=0)] = 2
    """And it is due this many working days before the promised due date, if that comes earlier."""
    pledge_check_within: Duration = _days(20)
    """By when a pledge is checked, from the decision; 国办发〔2020〕42号 asks for it and sets no days."""
    work_order_within: Duration = _days(5)
    """How long a work-order about this item may take."""
    lights: LightRule = LightRule()
    closes: time | None = None
    """Close of business, where limits end then and not at 24:00."""

    @field_validator(
        "notice_within",
        "answer_within",
        "extension_at_most",
        "owed_within",
        "pledge_check_within",
        "work_order_within",
        mode="before",
    )
    @classmethod
    def _read(cls, value: object) -> object:
        """Limits may be written as `5wd`."""
        return Duration.parse(value) if isinstance(value, str) else value

    def counts(self, reason: str) -> bool:
        """Whether the clock runs on through a wait for this reason."""
        return reason in self.counted_pauses
