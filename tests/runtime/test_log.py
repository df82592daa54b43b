"""Logs in which nothing personal can stand, whatever is logged."""

import json
import logging

import pytest
import structlog

from runtime.log import configure_log, redact


@pytest.fixture(autouse=True)
def restore():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("id 360902196805178131 came", "id *** came"),
        ("36090219680517813X", "***"),
        ("call 13879500117 now", "call *** now"),
        ("account 6222021508001234567", "account ***"),
        ("周桂生 died", "*** died"),
        (["周明远", {"phone": "13879500117"}], ["***", {"phone": "***"}]),
        ("360900-A-20260302-000001-0/a/1/submit", "360900-A-20260302-000001-0/a/1/submit"),
        (1234, 1234),
    ],
)
def test_numbers_and_names_are_masked_and_case_numbers_are_not(said, left):
    assert redact(None, "info", {"event": "said", "what": said})["what"] == left


def test_even_the_event_itself_is_masked():
    assert redact(None, "info", {"event": "周桂生 13879500117"})["event"] == "*** ***"


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_own_lines_are_json_on_stderr(capsys):
    configure_log()
    structlog.get_logger("x").info("started", case="c-1", name="周桂生")
    (line,) = lines(capsys)
    assert (line["event"], line["case"], line["name"], line["level"]) == ("started", "c-1", "***", "info")


def test_a_librarys_lines_are_masked_too(capsys):
    configure_log()
    logging.getLogger("library").warning("no row for %s", "360902196805178131")
    assert lines(capsys)[0]["event"] == "no row for ***"


def test_an_exception_tells_its_place_and_never_its_message_or_values(capsys):
    configure_log()
    secret = "周桂生-360902196805178131"
    try:
        int(secret)
    except ValueError:
        logging.getLogger("library").exception("failed")
    text = capsys.readouterr().err
    assert "ValueError" in text
    assert "test_log.py" in text
    assert secret not in text
    assert "360902196805178131" not in text
