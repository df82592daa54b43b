"""Secrets shared with the stand-in agencies: in goes the keys folder, out come token and callback secret."""

import json
import os
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Final

TOKEN: Final = "ONCE_SIMULATOR_TOKEN"  # noqa: S105 - the variable's name
WEBHOOK_SECRET: Final = "ONCE_SIMULATOR_WEBHOOK_SECRET"  # noqa: S105 - same
_FILE: Final = "stand-in.json"


def stand_in_secrets(keys: Path) -> dict[str, str]:
    """Give both secrets, from the environment or the keys folder, making them (0600) at first start.

    Several processes may start at once: each writes a whole file aside, and the first link wins.
    """
    given = {name: os.environ[name] for name in (TOKEN, WEBHOOK_SECRET) if os.environ.get(name)}
    if len(given) == 2:
        return given
    path = keys / _FILE
    if not path.exists():
        _make(path)
    return {**json.loads(path.read_text(encoding="utf-8")), **given}


def _make(path: Path) -> None:
    made = {
        TOKEN: secrets.token_urlsafe(24),
        WEBHOOK_SECRET: "whsec_" + b64encode(secrets.token_bytes(32)).decode(),
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
