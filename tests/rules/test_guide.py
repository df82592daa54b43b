"""The guide's life event is true: its files load beside ours, merge into one form and file its story."""

import re
import shutil
from datetime import date

import pytest

from forms.merge import merge
from forms.validate import validate
from onething.catalog import load_catalog
from runtime.settings import TREE

GUIDE = TREE / "docs" / "guides" / "add-a-life-event.md"
FILE = re.compile(r"^`(catalog/[\w/]+\.yaml)`\n\n```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
DAY = date(2026, 3, 4)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(TREE / "catalog", tree / "catalog")
    for name, text in FILE.findall(GUIDE.read_text(encoding="utf-8")):
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not path.exists(), f"{name} would replace a file of the catalog"
        path.write_text(text, encoding="utf-8")
    return load_catalog(tree / "catalog")


def test_the_guide_shows_every_file_of_its_life_event(catalog):
    assert [slot.slot for slot in catalog.bundle("newcomer").slots] == ["reader_card", "travel_card"]


def test_the_two_forms_become_one_that_asks_nothing_twice(catalog):
    form = merge(catalog, catalog.bundle("newcomer"), {"takes_the_bus": True}, DAY)
    asked = sorted(str(fact) for fact in form.fields)
    assert [fact for fact in asked if not fact.startswith(("sex", "birth_date"))] == [
        "home_branch(service)",
        "id_number(applicant)",
        "name(applicant)",
        "phone(applicant)",
    ]


def test_the_story_is_filed_in_each_agencys_own_words(catalog):
    story = catalog.scenario("newcomer")
    form = merge(catalog, catalog.bundle("newcomer"), story.situations, DAY)
    found = validate(form, story.answers)
    assert found.problems == ()
    assert found.projections["reader_card"].payload == {
        "dzxm": "熊永福",
        "sfzh": "360921196507305197",
        "xb": "1",
        "lxdh": "15970500551",
        "fg": "D",
    }
    assert found.projections["travel_card"].payload == {
        "holderName": "熊永福",
        "idNo": "360921196507305197",
        "mobile": "15970500551",
    }
