"""A receipt is believed only when every byte of it is ours."""

import hashlib
import io
from collections import Counter
from collections.abc import Callable

import pikepdf
import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from activities.rendering import seal, sign
from activities.rendering.canonical import canonical, digest
from activities.rendering.pdf import render, render_whole
from activities.rendering.qr import encode_claim
from activities.rendering.seal import Seal, SealFault, check_seal
from activities.rendering.sign import P256_ORDER, ensure_key
from activities.rendering.verify import ContentFault, Standing, Valid, claim_matches, stand, verify_pdf
from onething.receipt import ReceiptDocument, ReceiptRevision, RevisionReason

OTHERS = 2_000


def _flipped(pdf: bytes, place: int, mask: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ mask]) + pdf[place + 1 :]


def test_a_fresh_receipt_is_valid_and_says_what_was_printed(rendered, keys, document, signer):
    verdict = verify_pdf(rendered.pdf, keys)
    assert isinstance(verdict, Valid)
    assert verdict.document == document
    assert verdict.document_hash == digest(canonical(document)) == rendered.document_hash
    assert verdict.key_id == signer.key_id


def test_flipping_any_byte_of_the_hole_is_noticed(rendered, keys):
    hole = seal._hole(rendered.pdf)
    faults = Counter(
        check_seal(_flipped(rendered.pdf, place, mask), keys).__class__
        for place in hole
        for mask in (0x01, 0x20)  # another digit, another letter case
    )
    assert faults == {SealFault: 2 * len(hole)}
    assert len(hole) > 2_000


def test_flipping_any_other_byte_is_noticed(rendered, keys):
    pdf, hole = rendered.pdf, seal._hole(rendered.pdf)
    outside = [place for place in range(len(pdf)) if place not in hole]
    places = outside[:: len(outside) // OTHERS]
    assert len(places) >= OTHERS
    faults = Counter(check_seal(_flipped(pdf, place, 0x01), keys).__class__ for place in places)
    assert faults == {SealFault: len(places)}


@pytest.mark.parametrize("extra", [b"\n", b"\x00", b"%%EOF\n", b"% a remark", b"/ByteRange [0 1 2 3]"])
def test_appended_bytes_are_noticed(rendered, keys, extra):
    verdict = verify_pdf(rendered.pdf + extra, keys)
    assert verdict in {SealFault.NOT_WHOLE_FILE, SealFault.MANY_SIGNATURES}


def test_a_shortened_file_is_noticed(rendered, keys):
    assert verify_pdf(rendered.pdf[:-1], keys) is SealFault.NOT_WHOLE_FILE
    assert verify_pdf(rendered.pdf[:-3000], keys) in {SealFault.NO_SIGNATURE, SealFault.NOT_WHOLE_FILE}


def test_a_second_signature_is_refused_even_by_the_same_key(rendered, keys, signer):
    from activities.rendering.sign import _pdf_signer

    class Reckless(PdfSigner):
        def _enforce_certification_constraints(self, reader) -> None:
            """Sign on, although the first signature forbids every change."""

    meta = PdfSignatureMetadata(field_name="Another", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    twice = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(rendered.pdf))
    Reckless(meta, signer=_pdf_signer(signer)).sign_pdf(writer, output=twice)
    assert verify_pdf(twice.getvalue(), keys) is SealFault.MANY_SIGNATURES


def test_an_incremental_update_after_signing_is_refused(rendered, keys):
    writer = IncrementalPdfFileWriter(io.BytesIO(rendered.pdf))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    updated = io.BytesIO()
    writer.write(updated)
    assert verify_pdf(updated.getvalue(), keys) is SealFault.NOT_WHOLE_FILE


def test_another_installations_receipt_is_refused_although_its_certificate_is_inside(
    document, keys, tmp_path
):
    other = ensure_key(tmp_path)
    forged = render(document, other)
    assert isinstance(check_seal(forged, {other.key_id: other.key.public_key()}), Seal)
    assert verify_pdf(forged, keys) is SealFault.UNKNOWN_KEY


def test_a_signature_moved_from_another_receipt_is_refused(document, rendered, keys, signer):
    other = render(document.model_copy(update={"rating_url": None}), signer)
    mine, theirs = seal._hole(rendered.pdf), seal._hole(other)
    moved = rendered.pdf[: mine.start] + other[theirs.start : theirs.stop] + rendered.pdf[mine.stop :]
    assert verify_pdf(moved, keys) is SealFault.CHANGED


def test_the_mirrored_signature_value_is_refused(rendered, keys):
    """(r, n-s) verifies in every library, but it is a second spelling of the same signature."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    hole = seal._hole(rendered.pdf)
    parts = seal._parts(seal._der(rendered.pdf[hole.start + 1 : hole.stop - 1]))
    r, s = decode_dss_signature(parts.signature)
    mirrored = seal._Parts(parts.certificate, parts.attributes, encode_dss_signature(r, P256_ORDER - s))
    digits = seal._assemble(mirrored).dump().hex().upper().encode().ljust(len(hole) - 2, b"0")
    pdf = rendered.pdf[: hole.start + 1] + digits + rendered.pdf[hole.stop - 1 :]
    assert check_seal(pdf, keys) is SealFault.BAD_SIGNATURE


def _sealed(rendered, signer, start: bytes, certificate=None) -> bytes:
    """Seal any bytes with the right key, without asking a PDF library whether they are a PDF."""
    hole = seal._hole(rendered.pdf)
    parts = seal._parts(seal._der(rendered.pdf[hole.start + 1 : hole.stop - 1]))
    length = len(hole)
    place = len(start) + len(b"/ByteRange [0 %010d %010d 1]" % (0, 0))
    before = start + b"/ByteRange [0 %010d %010d 1]" % (place, place + length)
    digest_of = cms.CMSAttribute(
        {"type": "message_digest", "values": [hashlib.sha256(before + b"\n").digest()]}
    )
    others = [part for part in parts.attributes if part["type"].native != "message_digest"]
    attributes = cms.CMSAttributes([others[0], digest_of, *others[1:]])
    raw = signer.sign_text(attributes.dump())
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    der = seal._assemble(seal._Parts(certificate or parts.certificate, attributes, signature)).dump()
    return before + b"<" + der.hex().upper().encode().ljust(length - 2, b"0") + b">\n"


def test_sealed_bytes_that_are_no_readable_pdf_are_refused(rendered, signer, keys):
    nonsense = _sealed(rendered, signer, b"%PDF-1.7 nonsense ")
    assert isinstance(check_seal(nonsense, keys), Seal)
    assert verify_pdf(nonsense, keys) is ContentFault.SECOND_OPINION


def test_another_certificate_for_the_same_key_does_not_pass_for_the_signed_one(rendered, signer, keys):
    pem = sign._new_certificate(signer.key).public_bytes(serialization.Encoding.DER)
    swapped = _sealed(rendered, signer, b"%PDF-1.7 ", asn1_x509.Certificate.load(pem))
    assert check_seal(swapped, keys) is SealFault.UNKNOWN_KEY


@pytest.mark.parametrize("data", [b"", b"{}", b"%PDF-1.7\n", b"%PDF-1.7 /ByteRange [0 9 99 999]"])
def test_what_is_no_receipt_is_refused(data, keys):
    assert isinstance(verify_pdf(data, keys), SealFault)


def _resigned(rendered, signer, change) -> bytes:
    """Change the unsigned file by `change` and seal it with the right key: what a bug of ours could issue."""
    hole_end = rendered.pdf.index(b"%%EOF") + len(b"%%EOF\n")  # the part before the signature's own update
    with pikepdf.open(io.BytesIO(rendered.pdf[:hole_end])) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return signer.sign_pdf(out.getvalue())


def _swap_attachment(data: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf) -> None:
        pdf.Root.Names.EmbeddedFiles.Names[1].EF.F.write(data)

    return change


def test_resealing_an_untouched_file_stays_valid(rendered, signer, keys):
    assert isinstance(verify_pdf(_resigned(rendered, signer, lambda _: None), keys), Valid)


def test_an_attachment_in_another_spelling_is_refused_under_a_good_seal(rendered, signer, keys):
    pdf = _resigned(rendered, signer, _swap_attachment(rendered.json.replace(b",", b", ", 1)))
    assert verify_pdf(pdf, keys) is ContentFault.NOT_CANONICAL


def test_an_attachment_of_another_receipt_is_refused_under_a_good_seal(document, rendered, signer, keys):
    other = canonical(document.model_copy(update={"rating_url": None}))
    assert verify_pdf(_resigned(rendered, signer, _swap_attachment(other)), keys) is ContentFault.HASH_DIFFERS


def test_json_that_is_no_receipt_is_refused_under_a_good_seal(rendered, signer, keys):
    pdf = _resigned(rendered, signer, _swap_attachment(b'{"format":2}'))
    assert verify_pdf(pdf, keys) is ContentFault.FORMAT_UNKNOWN


def test_two_attachments_are_refused_under_a_good_seal(rendered, signer, keys):
    def add(pdf) -> None:
        pdf.attachments["another.json"] = b"{}"

    assert verify_pdf(_resigned(rendered, signer, add), keys) is ContentFault.ATTACHMENT_COUNT


def test_a_claim_of_another_receipt_is_refused_under_a_good_seal(document, rendered, signer, keys):
    claim = encode_claim(document, "0" * 64, signer)

    def change(pdf) -> None:
        for note in pdf.pages[0].Annots:
            note.A.URI = claim

    assert verify_pdf(_resigned(rendered, signer, change), keys) is ContentFault.CLAIM_DIFFERS


def _next(document, document_hash, number=3) -> ReceiptDocument:
    earlier = (*document.revision.earlier, document_hash)
    revision = ReceiptRevision(number=number, reason=RevisionReason.COMPLETED, earlier=earlier)
    return document.model_copy(update={"revision": revision})


def test_a_receipt_named_by_a_newer_one_is_superseded(document, rendered, signer, keys):
    this = verify_pdf(rendered.pdf, keys)
    newer = verify_pdf(render_whole(_next(document, rendered.document_hash), signer).pdf, keys)
    assert stand(this, newer) is Standing.SUPERSEDED
    assert stand(newer, this) is Standing.CURRENT
    assert stand(this, this) is Standing.CURRENT


def test_comparing_needs_a_valid_file_of_the_same_chain_and_case(document, rendered, keys, signer):
    this = verify_pdf(rendered.pdf, keys)
    stranger = Valid(_next(document, "0" * 64), "1" * 64, signer.key_id)
    other_case = Valid(document.model_copy(update={"case_number": "360900-A-1"}), "2" * 64, signer.key_id)
    twin = Valid(document, "3" * 64, signer.key_id)
    assert stand(this, SealFault.CHANGED) is Standing.OTHER_INVALID
    assert stand(this, stranger) is stand(stranger, this) is stand(this, twin) is Standing.CHAIN_BROKEN
    assert stand(this, other_case) is Standing.OTHER_CASE


def test_the_printed_code_belongs_to_its_file_only(rendered, keys):
    from activities.rendering.qr import verify_claim

    this = verify_pdf(rendered.pdf, keys)
    claim = verify_claim(rendered.claim, keys)
    assert claim_matches(claim, this)
    assert not claim_matches(claim, Valid(this.document, "4" * 64, this.key_id))
