"""What `once serve` hands to uvicorn, and the page that stands in for a PDF."""

import pytest
from typer.testing import CliRunner

import cli
from activities.rendering.errors import KeyUnreadable
from activities.rendering.sign import SECRET_FILE, ensure_key
from console.serve import application, receipt_page
from runtime.settings import TREE

DOCUMENT = TREE / "tests" / "activities" / "rendering" / "receipt-format-1.json"


def test_no_header_and_no_variable_says_who_calls(monkeypatch, tmp_path):
    given = {}
    monkeypatch.setenv("ONCE_HOME", str(tmp_path))
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    monkeypatch.setattr("runtime.closing.serve", lambda config: given.update(config=config) or 0)
    assert CliRunner().invoke(cli.app, ["serve"]).exit_code == 0
    config = given["config"]
    assert config.app == "console.serve:application"
    assert config.proxy_headers is False
    assert config.forwarded_allow_ips == ""


def test_the_served_application_can_draw_a_receipt_without_pdf(monkeypatch, tmp_path):
    monkeypatch.setenv("ONCE_HOME", str(tmp_path))
    monkeypatch.setattr("api.app.configure_log", lambda _: None)
    assert application().title.startswith("OneThing")
    ensure_key(tmp_path)
    page = receipt_page(tmp_path)(DOCUMENT.read_bytes())
    assert "PDF unavailable" in page
    assert "<script" not in page


def test_no_second_signing_key_is_made_where_there_is_none(tmp_path):
    with pytest.raises(KeyUnreadable):
        receipt_page(tmp_path)(DOCUMENT.read_bytes())
    assert not (tmp_path / SECRET_FILE).exists()
