"""The receipt as a document: masked, whole and readable in later versions."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from onething.receipt import ReceiptDocument, ReceiptProof, ReceiptRevision, mask_name, mask_number

SAMPLE = json.loads(
    (Path(__file__).parents[1] / "activities" / "rendering" / "receipt-format-1.json").read_text("utf-8")
)


def _with(**changes: object) -> dict[str, object]:
    return SAMPLE | changes


def test_a_receipt_of_format_1_is_readable_and_frozen():
    document = ReceiptDocument.model_validate(SAMPLE)
    assert len(document.slots) == 12
    assert document.proof.address == "https://once.example.gov.cn/v/mfzwi3lpnzsxg5dfon2ge2ldmu"
    with pytest.raises(ValidationError):
        document.case_number = "other"


def test_keys_of_a_later_format_are_ignored():
    later = _with(format=2, mood="calm", window=SAMPLE["window"] | {"floor": 3})
    assert ReceiptDocument.model_validate(later).format == 2


@pytest.mark.parametrize("number", ["36090019500101123X", "13800000000", "3609001950****123X", "***1"])
def test_a_number_that_is_not_masked_is_refused(number):
    with pytest.raises(ValidationError, match="id_number"):
        ReceiptDocument.model_validate(_with(subject={"name": "张*", "id_number": number}))


@pytest.mark.parametrize("name", ["张三", "", "欧阳小明"])
def test_a_name_that_is_not_masked_is_refused(name):
    with pytest.raises(ValidationError, match="name"):
        ReceiptDocument.model_validate(_with(subject={"name": name}))


def test_a_moment_without_its_offset_is_refused():
    with pytest.raises(ValidationError, match="issued_at"):
        ReceiptDocument.model_validate(_with(issued_at="2026-03-19T16:42:00"))


def test_a_revision_names_every_earlier_one():
    first = ReceiptRevision.model_validate({"number": 1, "reason": "accepted"})
    assert first.predecessor is None
    hashes = ["a" * 64, "b" * 64]
    third = ReceiptRevision.model_validate({"number": 3, "reason": "completed", "earlier": hashes})
    assert third.predecessor == "b" * 64
    with pytest.raises(ValidationError, match="revision 3 names 1"):
        ReceiptRevision.model_validate({"number": 3, "reason": "completed", "earlier": hashes[:1]})


@pytest.mark.parametrize("code", ["short", "A" * 26, "mfzwi3lpnzsxg5dfon2ge2ldm1"])
def test_a_verification_code_has_128_bits_in_base_32(code):
    with pytest.raises(ValidationError, match="code"):
        ReceiptProof(code=code, public_url="https://once.example.gov.cn")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳小明", "欧**明"),
        ("㛃𬱖䶮", "㛃*䶮"),
        ("王", "*"),
        (" 李四 ", "李*"),
        ("Anna Li", "A*** L*"),
        ("", "*"),
    ],
)
def test_a_name_is_masked_but_recognisable(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("36090019500101123X", "**************123X"),
        ("13800000000", "*******0000"),
        ("G12345678", "*******78"),
        ("12", "****12"),
    ],
)
def test_a_number_keeps_its_last_digits_only(number, masked):
    assert mask_number(number) == masked
    assert ReceiptDocument.model_validate(_with(subject={"name": "*", "id_number": masked}))
