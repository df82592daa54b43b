"""Uploads: what is whole, one thing only and clean is kept; everything else is refused and told why."""

import asyncio
import io
import struct
import zipfile
import zlib

import pytest

from api.guide.screening import Fault, FileRefused, is_clean, screen
from runtime.settings import Settings, SettingsInvalid, load

PDF = b"%PDF-1.7\n1 0 obj <</Title (<script>in an object</script>)>> endobj\n%%EOF\n"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 32 + b"IEND\xaeB`\x82"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100") + b"\x00" * 32 + b"\xff\xd9"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless test file that every scanner reports (eicar.org), in parts: or they would report this."""


def packed(name="word/document.xml", content="<x/>", *more: tuple[str, bytes], how=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        archive.writestr(name, content)
        for other, data in more:
            archive.writestr(other, data)
    return buffer.getvalue()


def ofd(*more: tuple[str, bytes], how=zipfile.ZIP_STORED):
    return packed("OFD.xml", "<ofd:OFD/>", *more, how=how)


def pdf(*objects: bytes):
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\n%%EOF\n"


def stream(kind: bytes, content: bytes, *, flat: bool = True):
    how = b"/Filter/FlateDecode" if flat else b""
    body = zlib.compress(content) if flat else content
    return b"5 0 obj<</Type/" + kind + how + b">>\nstream\n" + body + b"\nendstream endobj"


class Scanner:
    """Speaks clamd's INSTREAM as clamd(8) says: a command, chunks with their length, a verdict."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer, self.seen = answer, b""

    async def serve(self, reader, writer):
        try:
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            self.seen = b""
            while size := struct.unpack(">I", await reader.readexactly(4))[0]:
                self.seen += await reader.readexactly(size)
            found = b"stream: Eicar-Signature FOUND" if EICAR in self.seen else b"stream: OK"
            writer.write((self.answer or found) + b"\0")
            await writer.drain()
        finally:
            writer.close()


@pytest.fixture
async def scanner(tmp_path):
    """A stand-in scanner on a socket, and its address."""
    own = Scanner()
    server = await asyncio.start_unix_server(own.serve, tmp_path / "clamd.sock")
    own.address = f"unix:{tmp_path / 'clamd.sock'}"
    yield own
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("data", [PDF, PNG, JPEG, packed("OFD.xml")], ids=["PDF", "PNG", "JPEG", "OFD"])
async def test_a_whole_paper_that_is_one_thing_is_taken(data):
    assert await screen(data)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"MZ\x90", Fault.KIND),
        (packed(), Fault.KIND),
        (PDF[:-7], Fault.TRUNCATED),
        (PNG[:-4], Fault.TRUNCATED),
        (JPEG[:-2], Fault.TRUNCATED),
        (packed("OFD.xml")[:-30], Fault.KIND),
        (PDF + packed(), Fault.POLYGLOT),
        (JPEG + packed() + b"\xff\xd9", Fault.POLYGLOT),
        (b"%PDF-1.7\n<script>alert(1)</script>\n1 0 obj endobj\n%%EOF\n", Fault.POLYGLOT),
        (PDF + b"<html><body onload=x>", Fault.POLYGLOT),
        (PNG[:20] + b"<svg onload=x>" + PNG[20:], Fault.POLYGLOT),
    ],
    ids=lambda one: one.value if isinstance(one, Fault) else "file",  # a ZIP tells the time it was made
)
async def test_anything_else_is_refused_with_its_reason(data, fault):
    with pytest.raises(FileRefused) as refused:
        await screen(data)
    assert refused.value.fault is fault


SCRIPT = b"1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (ofd(("a", SCRIPT)), None),
        (packed("a", pdf(SCRIPT), ("OFD.xml", b"")), Fault.POLYGLOT),
        (ofd(("Doc_0/x.html", b"")), Fault.POLYGLOT),
        (ofd(("Doc_0/RUN.EXE", b"")), Fault.POLYGLOT),
        (ofd(("Doc_0/run.js", b"")), Fault.POLYGLOT),
        (ofd(("Doc_0/Res/a.png", b"MZ\x90")), Fault.POLYGLOT),
        (ofd(("Doc_0/a.xml", b"<html onload=x>")), Fault.POLYGLOT),
        (b"PK\x03\x04<!-- -->" + ofd(), Fault.POLYGLOT),
        (ofd() + b"<script>alert(1)</script>", Fault.POLYGLOT),
        (ofd(("Doc_0/a.xml", b" " * (65 << 20)), how=zipfile.ZIP_DEFLATED), Fault.BOMB),
        (ofd(("Doc_0/a.xml", b" " * (5 << 20)), how=zipfile.ZIP_DEFLATED), Fault.BOMB),
        (ofd(*((f"{index}.xml", b"") for index in range(2000))), Fault.BOMB),
        (ofd(("Doc_0/a.xml", b"abc")).replace(b"abc", b"abd"), Fault.TRUNCATED),
        (ofd(("Doc_0/Content.xml", b"<ofd:Page/>" * 9000), how=zipfile.ZIP_DEFLATED), None),
        (pdf(SCRIPT), Fault.ACTIVE),
        (pdf(SCRIPT.replace(b"JavaScript", b"Java#53cript").replace(b"/JS", b"/#4aS")), Fault.ACTIVE),
        (pdf(b"1 0 obj<</JS(x)>>endobj"), Fault.ACTIVE),
        (pdf(b"1 0 obj<</A<</S/Launch/F(cmd.exe)>>>>endobj"), Fault.ACTIVE),
        (pdf(stream(b"ObjStm/N 1", SCRIPT)), Fault.ACTIVE),
        (pdf(stream(b"Obj#53tm/N 1", SCRIPT)), Fault.ACTIVE),
        (pdf(stream(b"ObjStm/N 1", b" " * (17 << 20))), Fault.BOMB),
        (pdf(stream(b"EmbeddedFile", b"MZ\x90 a program")), Fault.ACTIVE),
        (pdf(stream(b"EmbeddedFile", b"MZ\x90 a program", flat=False)), Fault.ACTIVE),
        (pdf(stream(b"EmbeddedFile", b'<?xml version="1.0"?><html><script>x</script>')), Fault.ACTIVE),
        (pdf(stream(b"EmbeddedFile", b'{"case": "A"}')), None),
        (pdf(stream(b"EmbeddedFile", b'<?xml version="1.0"?><invoice/>')), None),
        (pdf(b"1 0 obj<</OpenAction[3 0 R/Fit]/JSZ 1>>endobj"), None),
        (pdf(stream(b"XObject", b"\x00/JS \x01", flat=False)), None),
    ],
)
async def test_a_paper_hides_nothing_unpacks_to_nothing_large_and_does_nothing_by_itself(data, fault):
    if fault is None:
        assert await screen(data)
        return
    with pytest.raises(FileRefused) as refused:
        await screen(data)
    assert refused.value.fault is fault
    (told,) = refused.value.params["problems"]
    assert told.code == f"file_{fault.value}"
    assert told.text.zh != told.text.en


async def test_the_scanner_sees_every_byte_and_its_verdict_holds(scanner):
    large = PDF.replace(b"%%EOF", b"x" * 200_000 + b"\n%%EOF")
    assert await screen(large, scanner.address) == "application/pdf"
    assert scanner.seen == large
    with pytest.raises(FileRefused) as refused:
        await screen(PDF.replace(b"in an object", EICAR), scanner.address)
    assert (refused.value.fault, refused.value.http_status) == (Fault.INFECTED, 422)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: access denied. ERROR"])
async def test_a_scanner_that_complains_has_cleared_nothing(scanner, answer):
    scanner.answer = answer
    with pytest.raises(FileRefused) as refused:
        await is_clean(PDF, scanner.address)
    assert refused.value.fault is Fault.SCANNER_AWAY


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.sock", "127.0.0.1:9"])
async def test_while_the_scanner_is_away_nothing_is_taken(address):
    with pytest.raises(FileRefused) as refused:
        await screen(PDF, address)
    assert (refused.value.http_status, refused.value.retryable) == (503, True)


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, clamd=f"unix:{tmp_path / 'clamd.sock'}")


async def test_a_paper_with_the_test_virus_is_refused_at_the_door_and_a_clean_one_kept(
    client, draft_of, scanner
):
    assert scanner.address
    draft = await draft_of(notice=False, papers=False)
    wanted = {"draft": draft, "material": "division_agreement"}
    bad = PDF.replace(b"in an object", EICAR)
    answer = await client.post("/api/v1/materials", data=wanted, files={"file": ("a.pdf", bad)})
    assert answer.status_code == 422
    (entry,) = answer.json()["errors"]
    assert entry["code"] == "file_infected"
    assert "病毒检查" in entry["zh"]
    answer = await client.post("/api/v1/materials", data=wanted, files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 201


async def test_without_its_scanner_the_door_takes_no_paper_and_says_so(client, draft_of):
    draft = await draft_of(notice=False, papers=False)
    wanted = {"draft": draft, "material": "division_agreement"}
    answer = await client.post("/api/v1/materials", data=wanted, files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 503
    assert "没有接收" in answer.json()["errors"][0]["zh"]


@pytest.mark.parametrize("address", ["clamd", "http://scanner", "unix:"])
def test_a_scanner_without_a_place_is_no_setting(monkeypatch, tmp_path, address):
    monkeypatch.setenv("ONCE_CLAMD", address)
    monkeypatch.setenv("ONCE_HOME", str(tmp_path))
    with pytest.raises(SettingsInvalid):
        load()
