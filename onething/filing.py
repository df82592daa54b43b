"""What is sealed with a case beside its definition: each slot's filing, and the receipt's heading."""

from typing import Any

from onething.adapter import MaterialReference
from onething.case_definition import CaseInput
from onething.item import Conversion
from onething.receipt import ReceiptGrounds, ReceiptMaterial, ReceiptPerson, ReceiptReduction, ReceiptWindow
from onething.text import Text, Travelling


class AwaitedBox(Travelling):
    """A box that an earlier slot's outcome fills, with all that the conversion needs."""

    path: tuple[str | int, ...]
    fact: str
    via: tuple[Conversion, ...] = ()
    code_tables: dict[str, dict[str, Any]] = {}


class SlotFiling(Travelling):
    """One slot's projection as sealed: its agency's own boxes, and the form that awaited ones must fit."""

    slot: str
    payload: dict[str, Any]
    awaited: tuple[AwaitedBox, ...] = ()
    form: dict[str, Any] = {}
    materials: tuple[MaterialReference, ...] = ()
    provenance: dict[str, dict[str, str]] = {}
    """By JSON Pointer into the payload: source and trust grade."""


class CaseHeader(Travelling):
    """What the receipt's head says; persons are masked before they come here."""

    case: CaseInput
    window: ReceiptWindow
    applicant: ReceiptPerson
    representative: ReceiptPerson | None = None
    subject: ReceiptPerson | None = None
    materials: dict[str, tuple[ReceiptMaterial, ...]] = {}
    grounds: dict[str, ReceiptGrounds] = {}
    """By slot, how it stood by the rules when it was filed."""
    reduction: ReceiptReduction | None = None
    public_url: str
    situations: dict[str, Any] = {}


REMEDY_REVIEW = Text(
    zh="对决定不服的，可自收到决定之日起六十日内申请行政复议",
    en="Against this decision administrative review may be asked for within 60 days of receiving it",
)
REMEDY_LAWSUIT = Text(
    zh="也可自收到决定之日起六个月内向人民法院提起行政诉讼",
    en="or an administrative lawsuit be brought within six months of receiving it",
)
