# ruff: noqa: ANN202 -- types of functions that a fixture gives read noise
"""An item that names rules wrongly, or rows that do not fit, is refused at load with file, line and mend."""

import shutil
from pathlib import Path

import pytest

from onething.catalog import load_catalog
from onething.errors import RuleInvalid
from onething.rule_binding import rules_of

ROOT = Path(__file__).resolve().parents[2]
ITEM = "agencies/civil_affairs/margin.yaml"
HARDSHIP = "agencies/civil_affairs/special_hardship.yaml"
ROWS = "rules/rows.yaml"


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A catalog with the agency of the ladder only."""
    tree = tmp_path_factory.mktemp("rules") / "catalog"
    for part in ("concepts", "rules", "profiles"):
        shutil.copytree(ROOT / "catalog" / part, tree / part)
    agency = tree / "agencies" / "civil_affairs"
    agency.mkdir(parents=True)
    for name in ("agency", "margin", "special_hardship"):
        shutil.copy(ROOT / "catalog" / "agencies" / "civil_affairs" / f"{name}.yaml", agency)
    return tree


@pytest.fixture
def refused(tree):
    """A function that changes a file of the catalog and gives the finding; it is mended in the end."""
    before = {}

    def change(file, old, new):
        path = tree / file
        text = before.setdefault(path, path.read_text(encoding="utf-8"))
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(RuleInvalid) as caught:
            rules_of(load_catalog(tree))
        assert caught.value.fix
        return caught.value

    yield change
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


def test_the_catalog_that_is_shipped_fits(catalog):
    book = rules_of(catalog)
    assert {rule.rows for item in catalog.items.values() for rule in item[-1].eligibility} == set(book.rows)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (ITEM, "rules: margin", "rules: marginal", "unknown rule set marginal"),
        (ITEM, "rows: assistance_household", "rows: household", "unknown plan of rows household"),
        (ITEM, "figures: [line]", "figures: [lines]", "no column"),
        (ITEM, "standards: [low_income_standard", "standards: [standard", "no parameter"),
        (ITEM, "rules: margin", "persons: [applicant], rules: margin", "not about persons"),
        (HARDSHIP, "    persons: [applicant]\n", "", "nobody is named"),
        (HARDSHIP, "persons: [applicant]", "persons: [neighbours]", "lacks the role neighbours"),
        (HARDSHIP, "rows: assistance_persons", "rows: assistance_household", "unknown role economy"),
        (ROWS, "table: supporters", "table: relatives", "unknown table relatives"),
        (ROWS, "people: $family_size", "persons: $family_size", "unknown fact persons"),
        (ROWS, "{class: $hukou_type(applicant)}", "{dwellings: 1}", "lacks the required fact class"),
        (ROWS, "money_assets: {add:", "money_assets: {plus:", "no such operator"),
        (
            ROWS,
            "{kind: income, code: support, amount: 0}",
            "{kind: income, code: support}",
            "but no amount",
        ),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(refused, file, old, new, said):
    found = refused(file, old, new)
    assert said in found.what
    assert found.file.endswith(file)
    assert found.line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("$wage_income(economy)}", "$wages(economy)}", "unknown concept wages"),
        ("$wage_income(economy)}", "$wage_income(household)}", "takes case"),
        ("$wage_income(economy)}", "$help_reason(need)}", "amount is a number"),
        ("class: $hukou_type(applicant)\n", "class: $help_cause(need)\n", "class is a choice"),
        ("covered: true\n", "covered: $hukou_type(applicant)\n", "covered is a truth"),
        ("code: business, amount", "code: trade, amount", "code is a choice"),
        ("ages: {age: $birth_date(person)}", "ages: {age: $phone(person)}", "age is a number"),
    ],
)
def test_a_plan_that_an_items_facts_do_not_fit_is_refused_at_the_item(refused, old, new, said):
    found = refused(ROWS, old, new)
    assert said in found.what
    assert found.file.endswith((ITEM, HARDSHIP))
    assert found.line


def test_a_catalog_without_rules_has_an_empty_book(tmp_path):
    (tmp_path / "concepts").mkdir()
    assert not rules_of(load_catalog(tmp_path)).sets
