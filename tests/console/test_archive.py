"""`once archive`: the same case, the same bytes; whatever is done to a case file is noticed and said."""

import asyncio
import io
import json
import socket
import stat
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.record import snapshot_of
from activities.rendering.sign import PUBLIC_FILE, ensure_key, load_public_keys
from activities.signatures import RecordCaseInput
from console.archive import Wish, run
from console.archive_seal import MANIFEST, SIGNATURE, Fault, Manifest, verify
from console.archive_zip import LIMIT, Writer
from onething.adapter import Granted, Submission
from onething.case_event import Corrected, HandedOut
from onething.filing import CaseHeader, SlotFiling
from onething.receipt import ReceiptPerson, ReceiptWindow
from records import audit
from records.archive import open_archive
from records.audit import AuditEntry
from records.blob import Content, put_blobs
from records.case import NewCase, create_case, erase_case
from records.desk import ArchiveDesk, NewAct, event_id, keep_act
from records.desk_item import DeskPaper, DeskState, get_item
from records.material import Holder, NewMaterial, add_material
from records.receipt import NewReceipt, store_receipt
from records.schema import case
from records.snapshot import apply_snapshot
from runtime.keyring import KeyRing
from runtime.settings import load
from tests.onething.office import FILED_AT, WORD, Play, slot

ID_NUMBER = "11010119490307122X"
NUMBER = "360900-A-20260302-000001-0"
ENTRY = AuditEntry("clerk-7", "clerk", "filing", "file_case", NUMBER)
PICTURE = b"\x89PNG" + bytes(range(256))


def json_of(model):
    return Content(model.model_dump_json().encode(), "application/json")


def played():
    """A case with a correction after acceptance and a work-order, taken to its end."""
    play = Play([slot("a"), slot("b")]).begin().grant("a")
    play.answer("b", play.tell.received(play.now), play.tell.accepted(play.now))
    play.answer("b", play.tell.correction(play.now), later=timedelta(days=1))
    play.take(Corrected(payloads={"a": "blob-a-2", "b": "blob-b-2"}, actor="clerk-7"), timedelta(days=1))
    play.grant("b")
    while play.state.state.value == "running":
        play.store_receipt()
        play.take(HandedOut(revision=len(play.state.receipts)))
    return play


async def file_case(archive, play, *, ended=True):
    number = NUMBER
    person = ReceiptPerson(name="周*生")
    window = ReceiptWindow(name=WORD, phone="12345")
    header = CaseHeader(
        case=play.case, window=window, applicant=person, subject=person, public_url="http://127.0.0.1:8700"
    )
    inputs = {
        "answers": Content('{"answers":{"name":"周桂生"}}'.encode(), "application/json"),
        "header": json_of(header),
        "case": json_of(play.case),
        "payload:a": json_of(SlotFiling(slot="a", payload={"NAME": "周桂生"})),
        "payload:b": json_of(SlotFiling(slot="b", payload={"XM": "周桂生"})),
    }
    new = NewCase(
        number=number,
        bundle="test",
        origin="window",
        filing_mode="assisted",
        submitted_at=FILED_AT,
        received_on=FILED_AT.date(),
        idempotency_key="key",
        body_sha256="0" * 64,
        inputs=inputs,
        lookups=(("id_number", ID_NUMBER),),
        audit=ENTRY,
    )
    await create_case(archive, new)
    paper = NewMaterial("id_card", "周桂生\n身份证.png", Content(PICTURE, "image/png"), "clerk-7", FILED_AT)
    await add_material(archive, Holder(case=number), paper)
    note = Content(b'{"after":3,"inputs":{}}', "application/json")
    filing = json_of(SlotFiling(slot="b", payload={"XM": "周桂笙"}))
    (ref, _) = await put_blobs(archive, number, [filing, note])
    await archive.database.write(lambda connection: point(connection, "payload:b", ref.blob_id))
    before = None
    for revision, record in enumerate(play.state.receipts, start=1):
        digest = f"{revision:064d}"
        receipt = NewReceipt(
            number, revision, "completed", b"{}", digest, "code", record.at, b"%PDF" * 9, predecessor=before
        )
        await store_receipt(archive, receipt)
        before = digest
    if ended:
        await apply_snapshot(
            archive, snapshot_of(RecordCaseInput(state=play.state, entries=tuple(play.entries)))
        )


def point(connection, name, blob_id):
    inputs = connection.execute(select(case.c.inputs)).scalar()
    connection.execute(update(case).values(inputs={**inputs, name: blob_id}))


def opened(settings):
    ring = KeyRing.load_or_create(settings.keys_dir)
    return open_archive(settings.database_url, ring, settings.blobs_dir)


def within(settings, job):
    async def go() -> Any:
        async with opened(settings) as archive:
            return await job(archive)

    return asyncio.run(go())


@pytest.fixture(scope="module")
def play():
    return played()


@pytest.fixture(scope="module")
def office(tmp_path_factory, play):
    """An installation with one ended case, and its case file."""
    home = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONCE_HOME", str(home))
        settings = load()
        within(settings, lambda archive: file_case(archive, play))
        assert run(Wish(case=NUMBER, out=home / "file.zip")) == 0
    return settings


@pytest.fixture(autouse=True)
def here(office, monkeypatch):
    for name in ("ONCE_DATABASE_URL", "ONCE_KEYS_DIR", "ONCE_BLOBS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ONCE_HOME", str(office.home))


@pytest.fixture
def file(office):
    return (office.home / "file.zip").read_bytes()


@pytest.fixture
def keys(office):
    return load_public_keys(office.keys_dir / PUBLIC_FILE)


def judged(data, keys):
    """The verdict's faults; none for a file that holds."""
    verdict = verify(io.BytesIO(data), keys)
    return [] if isinstance(verdict, Manifest) else [(one.fault, one.path) for one in verdict]


def entries(data):
    with zipfile.ZipFile(io.BytesIO(data)) as opened_file:
        return {name: opened_file.read(name) for name in opened_file.namelist()}


def packed(named):
    """A file of these entries as the writer itself would lay it out."""
    file = io.BytesIO()
    writer = Writer(file)
    for name, data in named.items() if isinstance(named, dict) else named:
        writer.add(name, data)
    writer.close()
    return file.getvalue()


def places(data, name):
    """Where an entry's own bytes begin and end."""
    content = entries(data)[name]
    start = data.index(name.encode()) + len(name.encode())
    assert data[start : start + len(content)] == content
    return range(start, start + len(content))


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]


# ---- what is in it ----------------------------------------------------------------------------------


def test_the_papers_stand_in_the_paper_files_order(file, play):
    held = entries(file)
    folders = [name.partition("/")[0] for name in held if "/" in name]
    assert folders == sorted(folders)
    assert list(dict.fromkeys(folders)) == [
        "01_目录",
        "02_决定",
        "04_申请",
        "05_材料",
        "06_告知",
        "07_工单",
        "08_回执",
        "09_办理记录",
    ]
    assert list(held)[-2:] == [MANIFEST, SIGNATURE]
    assert held["05_材料/001_id_card.png"] == PICTURE
    assert [order["kind"] for order in json.loads(held["07_工单/01_work_orders.json"])] == [
        "correct_decision"
    ]
    notice = json.loads(held["06_告知/01_notice.json"])
    assert notice["corrections"]["b"]["fields"] == ["name"]
    decision = json.loads(held["02_决定/01_a.json"])
    assert (decision["state"], decision["outcome"]["zh"]) == ("granted", "准予")
    assert len(json.loads(held["09_办理记录/01_timeline.json"])) == len(play.entries)
    assert [one["action"] for one in json.loads(held["09_办理记录/02_audit.json"])] == ["file_case"]


def test_every_round_of_a_filing_is_kept(file):
    filings = {name: data for name, data in entries(file).items() if name.startswith("04_申请")}
    assert [name.partition("_")[2].partition("/")[2] for name in filings] == [
        "001_answers.json",
        "002_header.json",
        "003_a.json",
        "004_b.json",
        "005_b_other_round.json",
    ]
    assert json.loads(filings["04_申请/004_b.json"])["payload"] == {"XM": "周桂笙"}
    assert json.loads(filings["04_申请/005_b_other_round.json"])["payload"] == {"XM": "周桂生"}


def test_the_catalogue_and_the_manifest_list_every_paper(file):
    held = entries(file)
    manifest = json.loads(held[MANIFEST])
    listed = [line["path"] for line in manifest["entries"]]
    assert listed == list(held)[:-2]
    catalogue = held["01_目录/目录.txt"].decode()
    for path in listed[1:]:
        assert path.partition("/")[2] in catalogue, path
    assert "周桂生 身份证.png" in catalogue


def test_the_same_case_gives_the_same_bytes_for_its_owner_only(file, tmp_path):
    again = tmp_path / "again.zip"
    assert run(Wish(case=NUMBER, out=again)) == 0
    assert again.read_bytes() == file
    assert stat.S_IMODE(again.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [again]


def test_making_a_file_is_audited(office):
    told = within(office, lambda archive: audit.entries_of(archive, case=NUMBER))
    made = [entry for entry in told if entry.action == "archive_case"]
    assert made
    assert {entry.purpose for entry in made} == {"archive"}
    assert all(entry.actor.startswith("uid:") for entry in made)


# ---- verifying --------------------------------------------------------------------------------------


def test_a_case_file_holds_with_the_network_off_and_no_records(office, capsys, monkeypatch, tmp_path):
    def refuse(*_args: object) -> None:
        pytest.fail("verification must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "elsewhere"))
    assert run(Wish(verify=office.home / "file.zip", key=office.keys_dir / PUBLIC_FILE)) == 0
    said = capsys.readouterr().out
    assert said.startswith("核验通过\nVALID\n")
    assert NUMBER in said
    assert not (tmp_path / "elsewhere").exists()


def test_every_byte_of_an_entry_counts(file, keys):
    for place in places(file, "04_申请/003_a.json"):
        assert judged(flipped(file, place), keys) == [(Fault.CHANGED, "04_申请/003_a.json")], place


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE])
def test_every_byte_of_manifest_and_signature_counts_although_checksums_were_mended(file, keys, name):
    held = entries(file)
    refused = {Fault.BAD_SIGNATURE, Fault.UNKNOWN_KEY, Fault.MANIFEST_MALFORMED}
    seals = {name: held[name] for name in (MANIFEST, SIGNATURE)}
    for place in range(len(held[name])):
        ((fault, _),) = judged(packed({**seals, name: flipped(held[name], place)}), keys)
        assert fault in refused, place


def test_no_byte_of_the_container_is_left_out(file, keys):
    payload = {place for name in entries(file) for place in places(file, name)}
    container = [place for place in range(len(file)) if place not in payload]
    assert len(container) > 1000
    for place in container[::5]:
        assert judged(flipped(file, place), keys), place


def test_a_changed_entry_is_named_although_its_checksum_was_mended(file, keys):
    for name, data in entries(file).items():
        if "/" in name:
            mended = packed({**entries(file), name: flipped(data, len(data) // 2)})
            assert judged(mended, keys) == [(Fault.CHANGED, name)]


def test_an_added_a_removed_and_a_renamed_entry_are_named(file, keys):
    held = entries(file)
    name = "05_材料/001_id_card.png"
    assert judged(packed({**held, "05_材料/002.png": PICTURE}), keys) == [(Fault.ADDED, "05_材料/002.png")]
    without = {path: data for path, data in held.items() if path != name}
    assert judged(packed(without), keys) == [(Fault.REMOVED, name)]
    renamed = {path.replace("id_card", "will"): data for path, data in held.items()}
    assert judged(packed(renamed), keys) == [
        (Fault.REMOVED, name),
        (Fault.ADDED, name.replace("id_card", "will")),
    ]
    twice = [*held.items(), (name, b"another")]
    assert (Fault.ADDED, name) in judged(packed(twice), keys)


def test_entries_out_of_their_places_are_named(file, keys):
    held = list(entries(file).items())
    held[3], held[5] = held[5], held[3]
    assert judged(packed(held), keys) == [(Fault.REORDERED, held[3][0]), (Fault.REORDERED, held[5][0])]


@pytest.mark.parametrize("evil", ["../../etc/passwd", "/etc/passwd", "..\\x", "a/../../b", "\x1b[2Jx"])
def test_a_name_that_would_climb_out_is_only_a_stranger_and_nothing_is_unpacked(
    file, keys, evil, tmp_path, capsys
):
    harmful = tmp_path / "file.zip"
    harmful.write_bytes(packed({**entries(file), evil: b"x"}))
    assert judged(harmful.read_bytes(), keys) == [(Fault.ADDED, evil)]
    assert run(Wish(verify=harmful)) == 1
    assert list(tmp_path.iterdir()) == [harmful]
    assert "\x1b" not in capsys.readouterr().out


def test_a_file_that_another_tool_packed_again_is_no_original(file, keys):
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries(file).items():
            target.writestr(name, data)
    assert judged(again.getvalue(), keys) == [(Fault.REPACKED, "")]
    rare = io.BytesIO()
    with zipfile.ZipFile(rare, "w", zipfile.ZIP_LZMA) as target:
        target.writestr("note.txt", "x")
    assert judged(rare.getvalue(), keys) == [(Fault.NOT_ARCHIVE, "")]
    added = io.BytesIO(file)
    with zipfile.ZipFile(added, "a") as target:
        target.writestr("note.txt", "x")
    assert judged(added.getvalue(), keys) == [(Fault.ADDED, "note.txt")]


@pytest.mark.parametrize("more", [(b"", b"x"), (b"x", b""), (b"", b"PK\x05\x06" + bytes(18))])
def test_what_hides_before_or_behind_is_noticed(file, keys, more):
    before, behind = more
    assert judged(before + file + behind, keys)


def test_a_file_cut_short_or_of_another_kind_is_no_case_file(file, keys):
    for data in (b"", b"PK", b"%PDF-1.7", file[:100], file[: len(file) // 2]):
        assert judged(data, keys) == [(Fault.NOT_ARCHIVE, "")]


def test_without_manifest_or_signature_nothing_is_believed(file, keys):
    held = entries(file)
    for name, fault in ((MANIFEST, Fault.NO_MANIFEST), (SIGNATURE, Fault.NO_SIGNATURE)):
        assert judged(packed({path: data for path, data in held.items() if path != name}), keys) == [
            (fault, "")
        ]


def test_another_key_is_refused_and_a_manifest_of_its_own_signed_by_a_stranger(
    file, keys, tmp_path, capsys, office
):
    stranger = ensure_key(tmp_path / "stranger")
    other = tmp_path / "stranger" / PUBLIC_FILE
    assert run(Wish(verify=office.home / "file.zip", key=other)) == 1
    assert "密钥" in capsys.readouterr().out
    held = entries(file)
    own = held[MANIFEST].replace(next(iter(keys)).encode(), stranger.key_id.encode())
    forged = packed({**held, MANIFEST: own})
    assert judged(forged, keys) == [(Fault.UNKNOWN_KEY, "")]
    assert judged(packed({**held, MANIFEST: b"{}"}), keys) == [(Fault.UNKNOWN_KEY, "")]
    assert judged(packed({**held, MANIFEST: b"[]"}), keys) == [(Fault.MANIFEST_MALFORMED, "")]
    assert judged(packed({**held, MANIFEST: held[MANIFEST] + b" "}), keys) == [(Fault.MANIFEST_MALFORMED, "")]


def test_a_file_too_large_is_not_read(keys):
    class Huge(io.BytesIO):
        def tell(self) -> int:
            return LIMIT + 1

    verdict = verify(Huge(), keys)
    assert [found.fault for found in verdict] == [Fault.TOO_LARGE]


def test_a_file_or_key_that_is_not_there_is_said(tmp_path, capsys, office):
    assert run(Wish(verify=tmp_path / "none.zip")) == 1
    assert run(Wish(verify=office.home / "file.zip", key=tmp_path / "none.pem")) == 1
    assert capsys.readouterr().out.count("核验不通过") == 2


# ---- making and finding -----------------------------------------------------------------------------


def test_a_case_is_found_by_its_persons_number_which_stands_in_no_history(capsys, monkeypatch, office):
    monkeypatch.setattr("sys.stdin", io.StringIO(f" {ID_NUMBER.lower()}\n"))
    assert run(Wish(find="-")) == 0
    said = capsys.readouterr().out
    assert NUMBER in said
    assert "已办结" in said
    assert ID_NUMBER not in said
    assert run(Wish(find="110101194903071220")) == 1
    assert run(Wish(find=" ")) == 1
    found = [entry for entry in within(office, audit.entries_of) if entry.action == "find_cases"]
    assert len(found) == 2
    assert all(entry.subject_blind and entry.case is None for entry in found)


def test_only_an_ended_case_that_was_not_erased_has_a_file(tmp_path, monkeypatch, capsys, play):
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "home"))
    settings, number = load(), NUMBER
    out = tmp_path / "file.zip"
    assert run(Wish(case=number, out=out)) == 1
    within(settings, lambda archive: file_case(archive, play, ended=False))
    assert run(Wish(case=number, out=out)) == 1
    within(settings, lambda archive: erase_case(archive, number, FILED_AT, ENTRY))
    assert run(Wish(case=number, out=out)) == 1
    said = capsys.readouterr().out
    assert "没有这个办件" in said
    assert "尚未办结" in said
    assert "已按规定删除" in said
    assert not out.exists()


async def decide(archive):
    """The desk of `b` grants with a certificate for the applicant and a note of its own."""
    desk, key = ArchiveDesk(archive), f"{NUMBER}/b/1/submit"
    filing = Submission(key=key, item="test/b", slot="b", round=1, payload={}, at=FILED_AT)
    (received,) = await desk.take("agency", filing)
    item = await get_item(archive, "agency", received.event_id.partition("/")[0])
    kept = [Content(data, "application/pdf") for data in (b"%PDF given", b"%PDF kept")]
    refs = await put_blobs(archive, NUMBER, kept)
    papers = tuple(
        DeskPaper(ref.blob_id, "a.pdf", ref.mime, ref.size, given=given)
        for ref, given in zip(refs, (True, False), strict=True)
    )
    granted = Granted(event_id=event_id(item, 0), occurred_at=FILED_AT)
    new = NewAct(item, "grant", "h", FILED_AT, DeskState.GRANTED, (granted,), ENTRY, papers=papers)
    assert await keep_act(archive, new)


def test_what_a_desk_gave_out_has_a_folder_of_its_own(tmp_path, monkeypatch, play):
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "home"))
    settings, out = load(), tmp_path / "file.zip"
    within(settings, lambda archive: file_case(archive, play))
    within(settings, decide)
    assert run(Wish(case=NUMBER, out=out)) == 0
    held = entries(out.read_bytes())
    assert {name: data for name, data in held.items() if name.startswith("03_结果")} == {
        "03_结果/001_b.pdf": b"%PDF given"
    }
    assert b"%PDF kept" not in held.values()
    assert "结果文件 1" in held["01_目录/目录.txt"].decode()


def test_a_missing_blob_leaves_no_half_file(tmp_path, monkeypatch, capsys, play):
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "home"))
    settings = load()
    within(settings, lambda archive: file_case(archive, play))
    monkeypatch.setattr("records.blob._place", lambda blob_id: f"moved:{blob_id}")
    out = tmp_path / "out"
    out.mkdir()
    assert run(Wish(case=NUMBER, out=out / "file.zip")) == 1
    assert "records check" in capsys.readouterr().out
    assert list(out.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path, capsys):
    assert run(Wish(case=NUMBER, out=tmp_path / "none" / "file.zip")) == 1
    assert "无法写入" in capsys.readouterr().out


def test_one_thing_at_a_time(capsys):
    assert run(Wish()) == 1
    assert run(Wish(case="c", find="1")) == 1
    assert capsys.readouterr().out.count("三者取一") == 2
