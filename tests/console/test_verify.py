"""`once verify`: the verdict, its reason in two languages, and the exit code."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from activities.rendering import font
from activities.rendering.pdf import render_whole
from activities.rendering.sign import PUBLIC_FILE, ensure_key
from console.verify import run
from onething.receipt import ReceiptDocument, ReceiptRevision, RevisionReason

SAMPLE = Path(__file__).parents[1] / "activities" / "rendering" / "receipt-format-1.json"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with keys and the receipt's revisions 2 and 3, and the code printed on revision 2."""
    folder = tmp_path_factory.mktemp("desk")
    font.build()
    signer = ensure_key(folder / "keys")
    document = ReceiptDocument.model_validate_json(SAMPLE.read_bytes())
    second = render_whole(document, signer)
    (folder / "2.pdf").write_bytes(second.pdf)
    (folder / "2.json").write_bytes(second.json)
    (folder / "2.qr").write_text(second.claim)
    earlier = (*document.revision.earlier, second.document_hash)
    revision = ReceiptRevision(number=3, reason=RevisionReason.COMPLETED, earlier=earlier)
    third = render_whole(document.model_copy(update={"revision": revision}), signer)
    (folder / "3.pdf").write_bytes(third.pdf)
    (folder / "3.qr").write_text(third.claim)
    return folder


@pytest.fixture
def key(desk):
    return desk / "keys" / PUBLIC_FILE


def test_a_genuine_receipt_is_valid_with_the_network_off(desk, key, capsys, monkeypatch):
    def refuse(*_args: object) -> None:
        pytest.fail("verification must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert run(desk / "2.pdf", key) == 0
    said = capsys.readouterr().out
    assert said.startswith("核验通过 VALID\n")
    assert "第 2 版" in said
    assert "revision 2" in said


def test_without_a_named_key_the_installations_own_is_used(desk, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("ONCE_KEYS_DIR", str(desk / "keys"))
    assert run(desk / "2.pdf") == 0
    monkeypatch.setenv("ONCE_KEYS_DIR", str(tmp_path))
    assert run(desk / "2.pdf") == 1
    assert "--key" in capsys.readouterr().out


def test_another_key_does_not_verify_although_the_certificate_is_inside(desk, tmp_path, capsys):
    ensure_key(tmp_path)
    assert run(desk / "2.pdf", tmp_path / PUBLIC_FILE) == 1
    assert "is not believed" in capsys.readouterr().out


def test_an_altered_receipt_is_refused_with_the_reason(desk, key, tmp_path, capsys):
    altered = tmp_path / "altered.pdf"
    data = bytearray((desk / "2.pdf").read_bytes())
    data[5000] ^= 1
    altered.write_bytes(bytes(data))
    assert run(altered, key) == 1
    said = capsys.readouterr().out
    assert "文件内容在签名之后被改动过" in said
    assert "changed after it was signed" in said


def test_beside_a_newer_one_the_receipt_is_superseded_and_the_newer_is_current(desk, key, capsys):
    assert run(desk / "2.pdf", key, desk / "3.pdf") == 1
    assert "superseded by revision 3" in capsys.readouterr().out
    assert run(desk / "3.pdf", key, desk / "2.pdf") == 0
    assert "最新版" in capsys.readouterr().out


def test_beside_an_invalid_file_nothing_is_confirmed(desk, key, capsys):
    assert run(desk / "2.pdf", key, desk / "2.json") == 1
    assert "This is not a PDF" in capsys.readouterr().out


def test_the_json_alone_proves_nothing(desk, key, capsys):
    assert run(desk / "2.json", key) == 1
    assert "receipt.json" in capsys.readouterr().out


def test_the_qr_codes_text_is_verified_and_read_out(desk, key, capsys):
    text = (desk / "2.qr").read_text()
    assert run(key=key, qr=text + "\n") == 0
    assert "4 不予" in capsys.readouterr().out
    assert run(key=key, qr=text.replace("GGGR", "GGGG")) == 1
    assert "altered" in capsys.readouterr().out


def test_file_and_qr_code_must_belong_together(desk, key, capsys):
    assert run(desk / "2.pdf", key, qr=(desk / "2.qr").read_text()) == 0
    assert run(desk / "2.pdf", key, qr=(desk / "3.qr").read_text()) == 1
    assert "not the same receipt" in capsys.readouterr().out


def test_what_cannot_be_read_or_is_not_named_is_said(desk, key, tmp_path, capsys):
    assert run(tmp_path / "absent.pdf", key) == 1
    assert run(key=key) == 1
    assert run(key=key, against=desk / "2.pdf", qr="x") == 1
    said = capsys.readouterr().out
    assert "找不到文件" in said
    assert "Check its name and folder" in said
    assert "Name a receipt file" in said
    assert "--against needs the file" in said


def test_a_folder_is_told_apart_from_a_file_that_is_not_there(desk, key, capsys):
    assert run(desk, key) == 1
    said = capsys.readouterr().out
    assert f"{desk} 是目录" in said
    assert "is a folder" in said


def test_a_missing_file_is_said_in_both_languages_before_any_key_is_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("ONCE_KEYS_DIR", str(tmp_path))
    told = CliRunner().invoke(cli.app, ["verify", "nosuch.pdf"])
    assert told.exit_code == 1
    assert "核验不通过 NOT VALID\n找不到文件 nosuch.pdf" in told.stdout
    assert "There is no file nosuch.pdf" in told.stdout
