"""`once forms`: its words, its JSON and its exit codes."""

import json
from pathlib import Path

import pytest

from console import forms
from runtime.settings import TREE

SHAPE = {
    "bundle": str,
    "items": int,
    "fields": {"separate", "merged", "typed", "typed_registers_down", "confirm_only", "assumed"},
    "materials": {"separate", "brought"},
    "trips": {"separate", "once"},
    "days": {"serial", "critical_path"},
}


def test_json_has_the_certificates_shape_and_nothing_else(capsys):
    assert forms.report("bereavement", "yichun_nine", False, True) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures.keys() == SHAPE.keys()
    for key, shape in SHAPE.items():
        if isinstance(shape, set):
            assert figures[key].keys() == shape
        else:
            assert isinstance(figures[key], shape)


def test_without_a_bundle_every_one_is_reported_in_a_list(capsys):
    assert forms.report(None, None, False, True) == 0
    assert [figures["bundle"] for figures in json.loads(capsys.readouterr().out)] == sorted(
        path.parent.name for path in (TREE / "catalog/bundles").glob("*/bundle.yaml")
    )


def test_the_report_says_why_each_field_is_asked_and_whose_figures_stand_beside(capsys):
    assert forms.report("bereavement", None, False, False) == 0
    said = capsys.readouterr().out
    assert "other baseline" in said
    assert "139 → 47" in said
    assert "凭此在各部门系统中找到本人的记录" in said
    assert "Agencies call this number" in said


def test_published_figures_stand_only_beside_the_published_case(capsys):
    assert forms.report("bereavement", "smooth_resident", False, False) == 0
    assert "other baseline" not in capsys.readouterr().out


@pytest.mark.parametrize(("bundle", "scenario"), [("wedding", None), ("bereavement", "wedding")])
def test_what_does_not_exist_is_said_in_both_languages(capsys, bundle, scenario):
    assert forms.report(bundle, scenario, False, True) == 1
    said = capsys.readouterr().out
    assert "“wedding”" in said
    assert "wedding; check it" in said.replace("\n", " ")


def test_check_says_that_the_forms_agree_and_what_only_validation_sees(capsys):
    assert forms.check("bereavement") == 0
    said = capsys.readouterr().out
    assert "相互一致" in said
    assert "date_format" in said


def test_check_of_an_unknown_life_event_fails(capsys):
    assert forms.check("wedding") == 1
    assert "wedding" in capsys.readouterr().out


def test_a_faulty_catalog_is_told_with_its_file_line_and_mend(capsys, monkeypatch, tmp_path: Path):
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "broken.yaml").write_text("concepts:\n  - concept: name\n", encoding="utf-8")
    monkeypatch.setenv("ONCE_CATALOG_DIR", str(tmp_path))
    assert forms.check() == 1
    said = capsys.readouterr().out
    assert "broken.yaml" in said
    assert "处理办法" in said
    assert "Fix:" in said


def test_a_place_that_is_in_no_province_is_refused(capsys):
    assert forms.report("social_assistance", None, False, False, "999999") == 1
    assert "999999" in capsys.readouterr().out
