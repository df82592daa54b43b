import asyncio
import hashlib
import io
import zipfile

import pytest
from sqlalchemy import select, update

from api import intake
from api.material import SIZE_LIMIT, media_type
from records import data_key
from records.archive import Archive
from records.case import Created, Existing, NewCase
from records.material import Holder, materials_of, remove_material
from records.schema import material
from tests.api.conftest import upload

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 32 + b"IEND\xaeB`\x82"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100") + b"\x00" * 32 + b"\xff\xd9"


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
        (b"%PDF-1.7\n%%EOF\n", "application/pdf"),
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


async def test_papers_uploaded_side_by_side_all_keep_their_hash(client, filing, draft_of, story, office):
    draft = await draft_of(papers=False)
    papers = {name: f"%PDF-1.7 {name} %%EOF".encode() for name in story.materials}
    answers = await asyncio.gather(*(send(client, draft, data, name) for name, data in papers.items()))
    assert {answer.status_code for answer in answers} == {201}
    stored = await materials_of(office.archive, Holder(draft=draft))
    assert {one.material: one.sha256 for one in stored} == {
        name: hashlib.sha256(data).hexdigest() for name, data in papers.items()
    }
    answer = await client.post("/api/v1/cases", json=filing(draft=draft), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.text


async def test_a_paper_without_a_hash_is_to_be_uploaded_again(client, filing, draft_of, office, story):
    draft = await draft_of(papers=False)
    for name in story.materials:
        await send(client, draft, b"%PDF-1.7\n%%EOF", name)
    await office.archive.database.write(lambda connection: forget_hash(connection, office, draft))
    answer = await client.post("/api/v1/cases", json=filing(draft=draft), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {
        f"/materials/{name}" for name in story.materials
    }


def forget_hash(connection, office, draft):
    """Make the papers look as they were stored before a hash was kept with them."""
    key = data_key.of_draft(connection, office.archive.ring, draft)
    for row in connection.execute(select(material)).all():
        old = key.seal_json("scan.pdf", f"material.name:{row.id}")
        connection.execute(update(material).where(material.c.id == row.id).values(sealed_name=old))


@pytest.fixture
async def citizen(client):
    """Headers of a person's program."""
    who = {"name": "陈若兰", "id_number": "360902197106256246"}
    answer = await client.post("/api/v1/sign-in/development", json=who)
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def begin(client, headers=None):
    return await client.post("/api/v1/drafts", json={"bundle": "bereavement"}, headers=headers or {})


async def hand_in(client, draft, headers=None, data=b"%PDF-1.7\n%%EOF\n"):
    body = {"draft": draft, "material": "division_agreement"}
    return await client.post(
        "/api/v1/materials", data=body, files={"file": ("p.pdf", data)}, headers=headers or {}
    )


def refused(answer):
    problem = answer.json()
    assert answer.status_code == 409
    assert problem["title"] != problem["title_en"]
    return problem["code"]


async def test_a_person_has_twenty_unfinished_filings_and_begins_another_after_dropping_one(client, citizen):
    made = [await begin(client, citizen) for _ in range(20)]
    assert {one.status_code for one in made} == {201}
    over = await begin(client, citizen)
    assert refused(over) == "too_many_drafts"
    assert "删除其中一件" in over.json()["title"]
    page = await client.post("/m/events/bereavement", headers=citizen)
    assert page.status_code == 409
    await client.delete(f"/api/v1/drafts/{made[0].json()['id']}", headers=citizen)
    assert (await begin(client, citizen)).status_code == 201
    assert [(await begin(client)).status_code for _ in range(21)] == [201] * 21


async def test_a_person_leaves_only_so_many_files_of_one_paper_and_a_window_any(client, citizen, monkeypatch):
    monkeypatch.setattr("api.material.FILES_MOST", 2)
    draft = (await begin(client, citizen)).json()["id"]
    pages = [f"%PDF-1.7\n%{page}\n%%EOF\n".encode() for page in range(3)]
    answers = [await hand_in(client, draft, citizen, page) for page in pages]
    assert [one.status_code for one in answers] == [201, 201, 409]
    assert refused(answers[-1]) == "too_many_files"
    own = (await begin(client)).json()["id"]
    assert [(await hand_in(client, own, data=page)).status_code for page in pages] == [201] * 3


async def test_the_files_of_one_filing_are_only_so_large_together(client, citizen, monkeypatch):
    monkeypatch.setattr("api.material.PAPERS_MOST", 1 << 20)
    draft = (await begin(client, citizen)).json()["id"]
    large = b"%PDF-1.7\n" + b"0" * (600 << 10) + b"\n%%EOF\n"
    assert (await hand_in(client, draft, citizen, large)).status_code == 201
    over = await hand_in(client, draft, citizen, large)
    assert refused(over) == "papers_full"
    assert "1 MB" in over.json()["title"]


async def test_a_paper_thrown_away_by_another_page_while_the_case_is_filed_is_told_as_missing(
    client, filing, draft_of, engine, monkeypatch
):
    draft = await draft_of()
    held, kept = Holder(draft=draft), intake.create_case

    async def race(archive: Archive, new: NewCase) -> Created | Existing:
        for one in await materials_of(archive, held):
            if one.material == "death_certificate_paper":
                await remove_material(archive, draft, one.id)
        return await kept(archive, new)

    monkeypatch.setattr(intake, "create_case", race)
    key = {"Idempotency-Key": "key-1"}
    answer = await client.post("/api/v1/cases", json=filing(draft=draft), headers=key)
    (told,) = answer.json()["errors"]
    expected = (422, "/materials/death_certificate_paper", "material_missing")
    assert (answer.status_code, told["pointer"], told["code"]) == expected
    assert engine.started == {}
    await upload(client, draft, "death_certificate_paper")
    monkeypatch.undo()
    again = await client.post("/api/v1/cases", json=filing(draft=draft), headers=key)
    assert again.status_code == 201, again.text
