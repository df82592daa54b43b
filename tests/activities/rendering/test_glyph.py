"""A character that the font lacks is named, never drawn as a box."""

import pytest

from activities.rendering.font import characters
from activities.rendering.glyph import missing_characters, missing_in, stand_in

ABSENT = "\U0002ce96"


def test_the_font_holds_all_of_gbk_and_rare_characters_of_names(face):
    has = characters(face)
    gbk = {
        ord(text)
        for high in range(0x81, 0xFF)
        for low in {*range(0x40, 0xFF)} - {0x7F}
        if len(text := bytes([high, low]).decode("gbk", "ignore")) == 1
    }
    assert {chr(point) for point in gbk - has} <= {"≒"}
    assert {ord(ch) for ch in "㛃䶮𬱖𫖯𬀩〇〔〕·—…"} <= has
    assert len(has) > 22_403


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("张三 Zhang San\n1234", []),
        (f"{ABSENT}甲{ABSENT}", [ABSENT]),
        ("\ue000\u202e\x00", ["\ue000", "\u202e", "\x00"]),
        ("葛\U000e0101", ["\U000e0101"]),
    ],
)
def test_each_missing_character_is_listed_once_in_order(face, text, missing):
    assert missing_characters(text, face) == missing


def test_a_missing_character_prints_as_its_code_point(face):
    assert stand_in(f"㛃{ABSENT}明", face) == "㛃〔U+2CE96〕明"
    assert missing_characters(stand_in(f"{ABSENT}\ue000\x01", face), face) == []


def test_a_missing_character_is_found_anywhere_in_the_document(document, face):
    assert missing_in(document, face) == []
    window = document.window.model_copy(update={"address": f"{ABSENT}路1号"})
    assert missing_in(document.model_copy(update={"window": window}), face) == [ABSENT]


def test_every_fixed_word_of_the_receipt_can_be_drawn(face):
    from importlib.resources import files

    from activities.rendering.verdict import FAULTS
    from activities.rendering.wording import (
        BUNDLE_STATES,
        FILING_MODES,
        ORIGINS,
        PAPER_LABELS,
        REASONS,
        SLOT_STATES,
    )

    folder = files("activities.rendering")
    words = [folder.joinpath(name).read_text("utf-8") for name in ("receipt.html.jinja", "receipt.css")]
    tables = (FAULTS, SLOT_STATES, BUNDLE_STATES, FILING_MODES, ORIGINS, PAPER_LABELS, REASONS)
    words += [text.zh + text.en for table in tables for text in table.values()]
    assert missing_characters("".join(words), face) == []
