"""The installation's seal: made once, private, and the same for every process."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from activities.rendering.errors import KeyUnreadable
from activities.rendering.sign import PUBLIC_FILE, SECRET_FILE, ensure_key, load_public_keys, load_signer


def test_the_first_start_makes_a_private_key_and_exports_the_public_one(tmp_path):
    folder = tmp_path / "keys"
    signer = ensure_key(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / SECRET_FILE).stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == sorted([SECRET_FILE, PUBLIC_FILE])
    assert load_public_keys(folder / PUBLIC_FILE) == {signer.key_id: signer.key.public_key()}


def test_the_next_start_uses_the_same_key(tmp_path):
    assert ensure_key(tmp_path).key_id == ensure_key(tmp_path).key_id


def test_processes_starting_together_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        signers = list(pool.map(lambda _: ensure_key(tmp_path), range(8)))
    assert len({signer.key_id for signer in signers}) == 1


def test_a_lost_public_file_is_written_again(tmp_path):
    signer = ensure_key(tmp_path)
    (tmp_path / PUBLIC_FILE).unlink()
    ensure_key(tmp_path)
    assert list(load_public_keys(tmp_path / PUBLIC_FILE)) == [signer.key_id]


def test_a_ring_file_may_hold_several_keys_and_certificates(tmp_path):
    first, second = ensure_key(tmp_path / "a"), ensure_key(tmp_path / "b")
    ring = tmp_path / "ring.pem"
    ring.write_bytes(first.public_pem() + second.certificate.public_bytes(serialization.Encoding.PEM))
    assert set(load_public_keys(ring)) == {first.key_id, second.key_id}


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n", b"\xff\xfe"]
)
def test_a_file_that_holds_no_key_is_named(tmp_path, data):
    path = tmp_path / "key.pem"
    path.write_bytes(data)
    with pytest.raises(KeyUnreadable, match=r"key\.pem"):
        load_public_keys(path)
    with pytest.raises(KeyUnreadable, match=r"key\.pem"):
        load_signer(path)
    with pytest.raises(KeyUnreadable, match="No such file"):
        load_public_keys(tmp_path / "absent.pem")


@pytest.mark.parametrize("other", ["rsa", "p384"])
def test_a_key_of_another_kind_is_refused(tmp_path, other):
    key = rsa.generate_private_key(65537, 2048) if other == "rsa" else ec.generate_private_key(ec.SECP384R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path = tmp_path / "key.pem"
    path.write_bytes(public)
    with pytest.raises(KeyUnreadable, match="P-256"):
        load_public_keys(path)


def test_key_and_certificate_must_belong_together(tmp_path):
    ensure_key(tmp_path / "a")
    ensure_key(tmp_path / "b")
    secret = (tmp_path / "a" / SECRET_FILE).read_bytes().split(b"-----BEGIN CERT")[0]
    certificate = (tmp_path / "b" / SECRET_FILE).read_bytes().split(b"-----END PRIVATE KEY-----\n")[1]
    mixed = tmp_path / "mixed.pem"
    mixed.write_bytes(secret + certificate)
    with pytest.raises(KeyUnreadable, match="another key"):
        load_signer(mixed)
