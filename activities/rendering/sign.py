"""The installation's seal: a PDF or a text in, the signed one out, with a P-256 key made at first start.

One PEM file (0600) holds private key and self-signed certificate, so they can never disagree; beside it lies
`receipt-key.pem`, the public half that others pin with `./once verify --key`.
"""

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko_certvalidator.registry import SimpleCertificateStore

from activities.rendering.errors import KeyUnreadable

SECRET_FILE = "receipt-signing.pem"  # noqa: S105 - a file's name
PUBLIC_FILE = "receipt-key.pem"
FIELD = "Receipt"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, 2.4.2

_HOLE = 2048  # hex digits: our signature needs about 1,600; fixing the size spares a trial run
_YEARS = 20
_COMMON_NAME = "OneThing receipt seal"
_RAW = 32

PublicKeys = dict[str, ec.EllipticCurvePublicKey]


@dataclass(frozen=True, slots=True)
class Signer:
    """The installation's signing key with its certificate; `key_id` names it in claims."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    key_id: str

    def sign_pdf(self, pdf: bytes) -> bytes:
        """Give the PDF with one PAdES B-B certification signature over the whole file."""
        return _sign_pdf(self, pdf)

    def sign_text(self, message: bytes) -> bytes:
        """Give the 64-byte ECDSA signature r‖s (RFC 6979 nonce, low s): the same text, the same bytes."""
        der = self.key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return r.to_bytes(_RAW, "big") + min(s, P256_ORDER - s).to_bytes(_RAW, "big")

    def public_pem(self) -> bytes:
        """Give the public key that others pin."""
        return _public_pem(self.key.public_key())


def ensure_key(folder: Path) -> Signer:
    """Load the installation's key, or make it at first start; of two processes starting at once one wins.

    Raises KeyUnreadable when the file is there and holds something else.
    """
    secret = folder / SECRET_FILE
    if not secret.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _publish(secret, _new_key(), mode=0o600)
    signer = load_signer(secret)
    public = folder / PUBLIC_FILE
    if not public.exists():
        _publish(public, signer.public_pem(), mode=0o644)
    return signer


def load_signer(path: Path) -> Signer:
    """Read private key and certificate from one PEM file; raises KeyUnreadable."""
    data = _read(path)
    try:
        key = serialization.load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(str(path), "no private key and certificate in PEM") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnreadable(str(path), "not a P-256 key")
    if certificate.public_key() != key.public_key():
        raise KeyUnreadable(str(path), "the certificate belongs to another key")
    return Signer(key, certificate, key_id(key.public_key()))


def load_public_keys(path: Path) -> PublicKeys:
    """Read every public key or certificate in a PEM file (a ring of old and new ones is one file).

    Raises KeyUnreadable when there is none, or one that is not P-256.
    """
    data = _read(path)
    found: PublicKeys = {}
    for block in _pem_blocks(data):
        public = _public_of(path, block)
        found[key_id(public)] = public
    if not found:
        raise KeyUnreadable(str(path), "no public key or certificate in PEM")
    return found


def key_id(public: ec.EllipticCurvePublicKey) -> str:
    """Give the key's short name: twelve hex digits of the SHA-256 of its SubjectPublicKeyInfo."""
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()[:12]


class _SealSigner(SimpleSigner):
    """Signs with the key object at hand: no conversion of the key for each receipt."""

    def __init__(self, signer: Signer) -> None:
        der = signer.certificate.public_bytes(serialization.Encoding.DER)
        secret = signer.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(der),
            signing_key=asn1_keys.PrivateKeyInfo.load(secret),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        )
        self._signer = signer

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Give the DER signature that CMS wants; pyHanko is told SHA-256 and nothing else."""
        if digest_algorithm != "sha256":
            msg = f"the seal signs sha256, not {digest_algorithm}"
            raise ValueError(msg)
        raw = self._signer.sign_text(data)
        return encode_dss_signature(int.from_bytes(raw[:_RAW], "big"), int.from_bytes(raw[_RAW:], "big"))


class _PdfA3Signer(PdfSigner):
    """PDF/A-3 is PDF 1.7: pyHanko would raise the file to 2.0 for announcing P-256 (ISO/TS 32002)."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Announce PAdES only, as ETSI EN 319 142-1 does in PDF 1.7."""
        del md_algorithm
        pdf_out.register_extension(ESIC_EXTENSION_1)


def _sign_pdf(signer: Signer, pdf: bytes) -> bytes:
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=_COMMON_NAME,
    )
    seal = _PdfA3Signer(meta, signer=_pdf_signer(signer))
    output = io.BytesIO()
    seal.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output, bytes_reserved=_HOLE)
    return output.getvalue()


@lru_cache(maxsize=4)
def _pdf_signer(signer: Signer) -> _SealSigner:
    return _SealSigner(signer)


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + _new_certificate(key).public_bytes(serialization.Encoding.PEM)


def _new_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _COMMON_NAME)])
    now = datetime.now(UTC).replace(microsecond=0)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a verifier's clock may run behind
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _publish(path: Path, data: bytes, mode: int) -> None:
    """Put the file in place whole or not at all, and never over another process's."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        try:
            path.hardlink_to(name)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyUnreadable(str(path), error.strerror or "cannot be read") from error


def _pem_blocks(data: bytes) -> list[bytes]:
    """Split a PEM file; private keys in it are passed over (the secret file works as a `--key`, too)."""
    blocks = [b"-----BEGIN " + part for part in data.split(b"-----BEGIN ")[1:]]
    return [block for block in blocks if not block.startswith(b"-----BEGIN PRIVATE")]


def _public_of(path: Path, block: bytes) -> ec.EllipticCurvePublicKey:
    try:
        public: object
        if block.startswith(b"-----BEGIN CERTIFICATE"):
            public = x509.load_pem_x509_certificate(block).public_key()
        else:
            public = serialization.load_pem_public_key(block)
    except ValueError as error:
        raise KeyUnreadable(str(path), "not a public key or certificate in PEM") from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise KeyUnreadable(str(path), "not a P-256 key")
    return public


def _public_pem(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
