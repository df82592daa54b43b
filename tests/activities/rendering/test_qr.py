"""The QR code's claim: everything it says is signed, and it has one spelling only."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.rendering import qr
from activities.rendering.errors import ClaimTooLong
from activities.rendering.qr import ClaimFault, encode_claim, verify_claim
from activities.rendering.sign import ensure_key
from onething.case_state import SlotState
from onething.receipt import ReceiptProof

HASH = "ab" * 32


@pytest.fixture(scope="session")
def claim(document, signer):
    return encode_claim(document, HASH, signer)


def test_a_claim_says_which_receipt_with_which_outcomes(claim, document, keys, signer):
    said = verify_claim(claim, keys)
    assert said == qr.Claim(
        address="https://once.example.gov.cn/v/mfzwi3lpnzsxg5dfon2ge2ldmu",
        case_number=document.case_number,
        revision=2,
        day=date(2026, 3, 19),
        outcomes="GGGRuBGBcGGa",
        document_hash=HASH,
        key_id=signer.key_id,
    )


def test_the_same_document_gives_the_same_claim(claim, document, signer):
    assert encode_claim(document, HASH, signer) == claim


def test_changing_any_character_of_a_claim_is_noticed(claim, keys):
    for place, ch in enumerate(claim):
        for other in "A", "a", "0", ".", "_":
            if other != ch:
                altered = claim[:place] + other + claim[place + 1 :]
                assert isinstance(verify_claim(altered, keys), ClaimFault), (place, other)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_other_text_is_refused_without_an_error(text):
    assert isinstance(verify_claim(text, {}), ClaimFault)


def test_a_claim_cut_or_lengthened_is_refused(claim, keys):
    for altered in (claim[:-1], claim + "A", claim + "\n", " " + claim, claim.removesuffix(claim[-86:])):
        assert verify_claim(altered, keys) is ClaimFault.MALFORMED


def test_the_mirrored_signature_is_refused(claim, keys):
    from activities.rendering.sign import P256_ORDER

    head, signature = claim.rsplit(".", 1)
    raw = qr._unb64(signature)
    s = P256_ORDER - int.from_bytes(raw[32:], "big")
    mirrored = qr._b64(raw[:32] + s.to_bytes(32, "big"))
    assert verify_claim(f"{head}.{mirrored}", keys) is ClaimFault.BAD_SIGNATURE


def test_another_installations_claim_is_refused(document, keys, tmp_path):
    other = ensure_key(tmp_path)
    assert verify_claim(encode_claim(document, HASH, other), keys) is ClaimFault.UNKNOWN_KEY
    posing = {other.key_id: next(iter(keys.values()))}
    assert verify_claim(encode_claim(document, HASH, other), posing) is ClaimFault.BAD_SIGNATURE


def test_an_older_key_in_the_ring_still_verifies(claim, keys, tmp_path):
    newer = ensure_key(tmp_path)
    assert not isinstance(verify_claim(claim, {newer.key_id: newer.key.public_key(), **keys}), ClaimFault)


def test_every_slot_state_has_a_letter_of_its_own():
    assert set(qr.OUTCOME_LETTERS) == set(SlotState)
    letters = [*qr.OUTCOME_LETTERS.values(), qr.OTHER_LETTER]
    assert len(set(letters)) == len(letters)


def test_a_claim_that_would_not_scan_is_an_error(document, signer):
    many = document.model_copy(update={"slots": document.slots * 20})
    with pytest.raises(ClaimTooLong) as caught:
        encode_claim(many, HASH, signer)
    assert caught.value.length > caught.value.limit == qr.LIMIT


def test_verification_codes_fit_the_document_and_do_not_repeat():
    codes = {qr.new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(ReceiptProof(code=code, public_url="https://once.example.gov.cn") for code in codes)


def test_the_longest_claim_fits_a_code_of_version_15():
    import segno

    assert segno.make_qr("h" * qr.LIMIT, error="m", boost_error=False).version == 15
    assert qr.svg("https://once.example.gov.cn").startswith("<svg ")
