"""The installation's key ring: a folder (0700) in, encryption, key wrapping and keyed hashes out.

One file `ring.json` (0600) holds every AES-256-GCM key ever used, newest last, and one secret for keyed
hashes that no rotation changes. The newest key encrypts, all of them read.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onething.errors import OneThingError

FORMAT = 1
FILE_NAME = "ring.json"

KEY_BYTES = 32
ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"
_HEADER_BYTES = len(VERSION) + ID_BYTES


class KeyRingError(OneThingError):
    """The key ring cannot be used."""

    code = "key_ring_error"


class KeyRingExposed(KeyRingError):
    """Others than the owner may read or change the keys: `path`, `mode` found, `wanted`."""

    code = "key_ring_exposed"

    def __init__(self, path: Path, mode: int, wanted: int) -> None:
        """Name the path and both modes; none of it is secret."""
        self.path, self.mode, self.wanted = path, mode, wanted
        super().__init__(path=str(path), mode=f"{mode:04o}", wanted=f"{wanted:04o}")

    def __str__(self) -> str:
        """Show the whole finding with its mend."""
        return f"{self.path} has mode {self.mode:04o}. Fix: chmod {self.wanted:04o} {self.path}"


class KeyRingDamaged(KeyRingError):
    """The ring's file is not one that this version wrote: `path`."""

    code = "key_ring_damaged"


class KeyUnknown(KeyRingError):
    """The ring holds no key by this id: `key_id`."""

    code = "key_unknown"


class DecryptionFailed(KeyRingError):
    """The bytes were changed, cut short, or stand in another place than they were written for."""

    code = "decryption_failed"


class KeyRing:
    """Keys by id. Safe to share between threads; another process's rotation is noticed on reading.

    `encrypt` gives version (1 byte), key id (4), nonce (12), ciphertext and tag (16); the first five bytes
    are authenticated together with `aad`.
    """

    __slots__ = ("_ciphers", "_newest", "_path", "_secret", "_subkeys")

    def __init__(self, keys: Mapping[str, bytes], secret: bytes, path: Path | None = None) -> None:
        """Hold `keys` (8 hex digits → 32 bytes, newest last) and the 32-byte `secret` of the keyed hashes.

        Without a `path` the ring lives in memory only, for published test keys.
        """
        if not keys or any(len(key) != KEY_BYTES for key in (*keys.values(), secret)):
            raise KeyRingDamaged(path=str(path))
        self._path = path
        self._secret = secret
        self._subkeys: dict[str, bytes] = {}
        self._hold(keys)

    @classmethod
    def load_or_create(cls, folder: Path) -> Self:
        """Read the ring of `folder`; the first of several racing processes makes it, the others read it.

        Raises KeyRingExposed when folder or file are open to others, KeyRingDamaged when the file makes no
        sense; a damaged file is never replaced.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_exposed(folder, forbidden=0o022, wanted=0o700)
        path = folder / FILE_NAME
        if not path.exists():
            with _lock(folder):
                if not path.exists():
                    _write(
                        path,
                        _document(
                            {_new_id(): secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES)
                        ),
                    )
        keys, secret = _read(path)
        return cls(keys, secret, path)

    @property
    def newest(self) -> str:
        """Id of the key that encrypts."""
        return self._newest

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of all keys that can be read, oldest first."""
        return tuple(self._ciphers)

    def encrypt(self, plain: bytes, aad: bytes = b"") -> bytes:
        """Encrypt under the newest key; `aad` names the place where the bytes belong."""
        header = VERSION + bytes.fromhex(self._newest)
        nonce = os.urandom(NONCE_BYTES)
        return header + nonce + self._ciphers[self._newest].encrypt(nonce, plain, header + aad)

    def decrypt(self, sealed: bytes, aad: bytes = b"") -> bytes:
        """Give back what `encrypt` was given under the same `aad`.

        Raises DecryptionFailed, or KeyUnknown when the key is on no ring here.
        """
        if len(sealed) < _HEADER_BYTES + NONCE_BYTES + TAG_BYTES or sealed[:1] != VERSION:
            raise DecryptionFailed
        header, nonce = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES : _HEADER_BYTES + NONCE_BYTES]
        cipher = self._cipher(header[1:].hex())
        try:
            return cipher.decrypt(nonce, sealed[_HEADER_BYTES + NONCE_BYTES :], header + aad)
        except InvalidTag:
            raise DecryptionFailed from None

    def wrap_key(self, data_key: bytes, owner: str) -> bytes:
        """Encrypt a case's data key so that only this ring, for this `owner`, gives it back."""
        return self.encrypt(data_key, b"wrap:" + owner.encode())

    def unwrap_key(self, wrapped: bytes, owner: str) -> bytes:
        """Give back the data key that `wrap_key` wrapped for `owner`; raises as `decrypt`."""
        return self.decrypt(wrapped, b"wrap:" + owner.encode())

    def blind(self, index: str, value: str) -> str:
        """Hash `value` with the sub-key of `index`: 64 hex digits, equal only for equal values of one index.

        HMAC-SHA256 (RFC 2104) under HKDF-SHA256 (RFC 5869); survives rotation, so look-ups keep working.
        """
        return hmac.new(self._subkey(f"blind/{index}"), value.encode(), hashlib.sha256).hexdigest()

    def derived(self, purpose: str) -> bytes:
        """Give the 32-byte secret of one purpose, such as signing tokens: HKDF-SHA256 (RFC 5869)."""
        return self._subkey(f"derived/{purpose}")

    def _subkey(self, name: str) -> bytes:
        subkey = self._subkeys.get(name)
        if subkey is None:
            info = b"onething/" + name.encode()
            subkey = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._secret)
            self._subkeys[name] = subkey
        return subkey

    def rotate(self) -> str:
        """Add a new key, which encrypts from now on, and give its id; older keys keep reading."""
        key_id, key = _new_id(), secrets.token_bytes(KEY_BYTES)
        if self._path is None:
            raise KeyRingError(path=None)
        with _lock(self._path.parent):
            keys, secret = _read(self._path)
            keys[key_id] = key
            _write(self._path, _document(keys, secret))
        self._hold(keys)
        return key_id

    def _hold(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._newest = next(reversed(self._ciphers))

    def _cipher(self, key_id: str) -> AESGCM:
        known = self._ciphers.get(key_id)
        if known is None and self._path is not None:
            # Another process may have rotated since this one started.
            self._hold(_read(self._path)[0])
            known = self._ciphers.get(key_id)
        if known is None:
            raise KeyUnknown(key_id=key_id)
        return known


def _new_id() -> str:
    return secrets.token_hex(ID_BYTES)


def _document(keys: Mapping[str, bytes], secret: bytes) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "secret": base64.b64encode(secret).decode(),
        "keys": [{"id": key_id, "key": base64.b64encode(key).decode()} for key_id, key in keys.items()],
    }


def _read(path: Path) -> tuple[dict[str, bytes], bytes]:
    _refuse_exposed(path, forbidden=0o077, wanted=0o600)
    try:
        document = json.loads(path.read_bytes())
        keys = {entry["id"]: base64.b64decode(entry["key"], validate=True) for entry in document["keys"]}
        secret = base64.b64decode(document["secret"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise KeyRingDamaged(path=str(path)) from None
    if document.get("format") != FORMAT:
        raise KeyRingDamaged(path=str(path), format=document.get("format"))
    return keys, secret


def _refuse_exposed(path: Path, *, forbidden: int, wanted: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & forbidden:
        raise KeyRingExposed(path, mode, wanted)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one process at a time write the ring; the lock goes with the process, however it ends."""
    handle = os.open(folder / "ring.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, document: Mapping[str, Any]) -> None:
    """Put the whole file in place or nothing of it, even when the power fails."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(json.dumps(document, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
