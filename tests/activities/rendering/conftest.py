"""A realistic receipt of twelve items (the fixture of released format 1), a seal, and both together."""

from pathlib import Path

import pytest

from activities.rendering import font
from activities.rendering.pdf import Rendered, render_whole
from activities.rendering.sign import PublicKeys, Signer, ensure_key
from onething.receipt import ReceiptDocument

SAMPLE = Path(__file__).with_name("receipt-format-1.json")


@pytest.fixture(scope="session")
def document() -> ReceiptDocument:
    return ReceiptDocument.model_validate_json(SAMPLE.read_bytes())


@pytest.fixture(scope="session")
def face() -> font.Face:
    return font.build()


@pytest.fixture(scope="session")
def signer(tmp_path_factory) -> Signer:
    return ensure_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def keys(signer) -> PublicKeys:
    return {signer.key_id: signer.key.public_key()}


@pytest.fixture(scope="session")
def rendered(document, signer, face) -> Rendered:
    assert not face.system
    return render_whole(document, signer)
