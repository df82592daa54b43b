import io
import zipfile

import pytest

from api.material import SIZE_LIMIT, media_type
from records.material import Holder, materials_of

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 32
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100") + b"\x00" * 32


def packed(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "<x/>")
    return buffer.getvalue()


async def send(client, draft, data, material="division_agreement"):
    return await client.post(
        "/api/v1/materials",
        data={"draft": draft, "material": material},
        files={"file": ("a.bin", data, "image/png")},
    )


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (packed("OFD.xml"), "application/ofd"),
    ],
)
async def test_papers_are_known_by_their_bytes(client, draft_of, office, data, mime):
    draft = await draft_of(notice=False, papers=False)
    answer = await send(client, draft, data)
    assert answer.status_code == 201
    assert answer.json()["mime"] == mime
    (paper,) = await materials_of(office.archive, Holder(draft=draft))
    assert (paper.material, paper.mime, paper.name) == ("division_agreement", mime, "a.bin")


@pytest.mark.parametrize(
    "data", [b"MZ\x90", b"<html><script>", packed("word/document.xml"), b"PK\x03\x04broken", b"just words"]
)
async def test_anything_else_is_refused_whatever_it_calls_itself(client, draft_of, data):
    answer = await send(client, await draft_of(notice=False, papers=False), data)
    assert (answer.status_code, answer.json()["code"]) == (415, "request_rejected")


async def test_an_empty_and_a_too_large_file_are_refused(client, draft_of):
    draft = await draft_of(notice=False, papers=False)
    assert (await send(client, draft, b"")).status_code == 400
    assert (await send(client, draft, b"%PDF" + b"x" * SIZE_LIMIT)).status_code == 413
    assert (await send(client, draft, b"%PDF" + b"x" * (2 * SIZE_LIMIT + 1))).status_code == 413


async def test_an_unknown_paper_and_a_draft_of_nobody(client, draft_of):
    draft = await draft_of(notice=False, papers=False)
    assert (await send(client, draft, b"%PDF-1.7", "love_letter")).status_code == 404
    assert (await send(client, "0" * 32, b"%PDF-1.7")).status_code == 404
    assert (await send(client, "x", b"%PDF-1.7")).status_code == 422


def test_nobody_is_fooled_by_a_broken_archive():
    assert media_type(b"PK\x03\x04") == "application/zip"
    assert media_type(b"") == ""
