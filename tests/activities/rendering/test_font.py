"""The font is built once, in place or not at all, with its licence."""

import json

import pytest

from activities.rendering import font
from activities.rendering.errors import FontMissing


def test_a_built_font_is_used_again_and_carries_its_licence(face, monkeypatch):
    monkeypatch.setattr(font, "_fill", lambda folder: pytest.fail(f"built again in {folder}"))
    assert font.build() == face == font.find()
    assert "SIL OPEN FONT LICENSE" in (face.regular.parent / "OFL.txt").read_text("utf-8").upper()
    made = json.loads((face.regular.parent / "made.json").read_text("utf-8"))
    assert made["package"] == "justmytype-intl-cjk"


def test_a_build_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(folder) -> None:
        (folder / "NotoSansSC-400.ttf").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(font, "_fill", fail)
    with pytest.raises(OSError, match="No space"):
        font.build(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_of_two_builds_at_once_the_first_one_stands(tmp_path, monkeypatch):
    def fill_late(folder) -> None:
        (folder / "mine").touch()
        winner = font._target(tmp_path)
        winner.mkdir()
        (winner / "theirs").touch()

    monkeypatch.setattr(font, "_fill", fill_late)
    assert [path.name for path in font.build(tmp_path).regular.parent.iterdir()] == ["theirs"]


def test_without_any_font_the_error_names_the_line_that_makes_one(tmp_path, monkeypatch):
    monkeypatch.setattr(font, "_FALLBACK_FILES", ())
    with pytest.raises(FontMissing) as caught:
        font.find(tmp_path)
    assert str(caught.value) == f"no Chinese font in {tmp_path}: run `{font.BUILD_COMMAND}`"


def test_the_systems_font_stands_in_until_ours_is_built(tmp_path, monkeypatch):
    system = tmp_path / "wqy-microhei.ttc"
    system.touch()
    monkeypatch.setattr(font, "_FALLBACK_FILES", (tmp_path / "absent.ttc", system))
    assert font.find(tmp_path) == font.Face("WenQuanYi Micro Hei", system, system, system=True)
