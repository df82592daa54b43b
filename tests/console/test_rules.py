# ruff: noqa: E501, ANN002, ANN003, PLR0917, S608 -- rows as plain mappings
"""`once rules`: a change is tried before it takes effect, told in counts and sums, and never in persons."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from console import bench, bench_rules
from console.bench_rules_bare import PLACE, bare
from console.rules_diff import Step, difference
from console.rules_population import Population, PopulationUnreadable
from onething.errors import RowRejected
from onething.rule import Changed, Place
from onething.rule_decision import Truth, decide
from onething.rule_door import REFUSALS, Refusal, admit
from onething.rule_file import load_rules
from onething.sentence import error_sentence

CATALOG = Path(__file__).parents[2] / "catalog"
BOOK = load_rules(CATALOG)
DAY = date(2026, 3, 2)
HOUSEHOLD = {"money_assets": 0, "vehicles": 0, "dwellings": 1, "business_premises": 0, "company_capital": 0}
PERSON = {
    "of_family": True,
    "covered": True,
    "age": 40,
    "disability_grade": 0,
    "disability_kind": "none",
    "serious_illness": False,
}


def home(name, class_, *yearly):
    """A household of one person for each yearly income."""
    persons = [{"household": name, "person": f"{name}{n}"} | PERSON for n in range(len(yearly))]
    records = [
        {
            "household": name,
            "person": f"{name}{n}",
            "kind": "income",
            "code": "business",
            "month": "2026-01",
            "amount": income,
        }
        for n, income in enumerate(yearly)
    ]
    return {
        "households": [{"household": name, "class": class_} | HOUSEHOLD],
        "persons": persons,
        "records": records,
    }


HOMES = [
    home("a", "urban", 6_000, 6_000),  # below 679: keeps it and gets more
    home("b", "urban", 9_600),  # between 679 and 1001: gains
    home("c", "urban", 14_400),  # above both
    home("d", "rural", 6_000),  # between 486 and 800: gains, in another class
    home("e", "urban", None),  # nobody knows
]


@pytest.fixture
def town():
    with Population(BOOK) as population:
        for one in HOMES:
            population.add(admit(BOOK, one))
        yield population


def changed(value):
    return Place(
        on=DAY,
        region="370614",
        changed=(
            Changed.model_validate({"parameter": "low_income_standard", "value": value, "class": "urban"}),
        ),
    )


def of(rows, **wanted):
    return next(row for row in rows if all(getattr(row, name) == value for name, value in wanted.items()))


def test_who_gains_is_counted_by_condition_and_class_with_what_is_paid(town):
    found = difference(town, Step(changed(679), changed(1001), "urban"))
    low = of(found.rules, rules="low_income")
    eligible = of(low.conditions, condition="eligible", class_="urban")
    assert (low.asked, eligible.before, eligible.after, eligible.gain, eligible.lose) == (4, 1, 2, 1, 0)
    assert (eligible.unknown_before, eligible.unknown_after) == (1, 1)
    assert eligible.decides
    paid = of(low.payments, class_="urban")
    assert (paid.before, paid.after) == (Decimal("358.00"), Decimal("1203.00"))
    assert (paid.rise, paid.fall, paid.more, paid.less) == (Decimal("845.00"), 0, 2, 0)
    margin = of(of(found.rules, rules="margin").conditions, condition="eligible")
    assert (margin.gain, margin.lose) == (1, 1)


def test_one_household_decided_alone_says_the_same_as_the_dry_run(town):
    found = difference(town, Step(changed(679), changed(1001)))
    eligible = of(of(found.rules, rules="low_income").conditions, condition="eligible", class_="urban")
    for place, counted in ((changed(679), eligible.before), (changed(1001), eligible.after)):
        alone = [
            decide(BOOK, "low_income", one, place).granted
            for one in HOMES
            if one["households"][0]["class"] == "urban"
        ]
        assert alone.count(Truth.TRUE) == counted


def test_two_days_are_compared_by_what_was_laid_down_on_each(town):
    days = (Place(on=day, region="370614", as_of=DAY) for day in (date(2024, 6, 1), DAY))
    found = difference(town, Step(*days))
    standards = {
        (one.class_, one.before.value, one.after.value)
        for one in found.parameters
        if one.before.parameter == "low_income_standard"
    }
    assert standards == {("urban", 679, 1001), ("rural", 486, 800)}
    rural = of(of(found.rules, rules="low_income").conditions, condition="eligible", class_="rural")
    assert (rural.before, rural.after, rural.gain) == (0, 1, 1)


def test_a_change_that_changes_nothing_touches_no_rules(town):
    found = difference(town, Step(changed(679), changed(679)))
    assert (found.parameters, found.rules) == ((), ())


def test_a_given_figure_is_told_with_the_version_that_laid_it_down(town):
    (one,) = difference(town, Step(changed(679), changed(1000), "urban")).parameters
    assert one.before.changed
    assert one.before.since is not None
    assert "679→1001" in one.before.basis.cite
    assert (one.after.changed, one.after.since) == (True, None)


# ---- the population ---------------------------------------------------------------------------


def folder(population, path, **changes):
    """Write a folder of Parquet files as an office would, with changes to its text."""
    path.mkdir(exist_ok=True)
    select = {
        "households": "SELECT * EXCLUDE (support_payer_income, supported_children, dwelling_area) FROM households",
        "persons": "SELECT * FROM persons",
        "records": "SELECT * REPLACE (CAST(amount * 0.01 AS DECIMAL(18, 2)) AS amount, DATE '2026-01-31' AS month) FROM records",
    } | changes
    for table, text in select.items():
        population.rows(f"COPY ({text}) TO '{path / table}.parquet' (FORMAT parquet)")
    return path


def test_a_folder_comes_in_as_it_went_out(town, tmp_path):
    written = folder(
        town,
        tmp_path / "town",
        records="SELECT * REPLACE (CAST(amount * 0.01 AS DECIMAL(18, 2)) AS amount, '2026-01' AS month) FROM records",
    )
    with Population(BOOK) as other:
        other.read(written)
        place = changed(1001)
        assert other.decide("low_income", place) == town.decide("low_income", place)
        assert other.rows("SELECT * FROM records ORDER BY ALL") == town.rows(
            "SELECT * FROM records ORDER BY ALL"
        )


def test_one_file_with_a_row_for_each_household_comes_in_too(town, tmp_path):
    text = (
        "SELECT h.household, h.class::VARCHAR AS class, 0::DECIMAL(18,2) AS money_assets, 0 AS vehicles, 1 AS dwellings, 0 AS business_premises, 0 AS company_capital,"
        " (SELECT list({person: p.person, of_family: p.of_family, covered: p.covered, age: p.age, disability_grade: 0, disability_kind: 'none', serious_illness: false} ORDER BY p.person) FROM persons p WHERE p.household = h.household) AS members,"
        " (SELECT list({person: r.person, kind: r.kind::VARCHAR, code: r.code::VARCHAR, month: '2026-01', amount: CAST(r.amount * 0.01 AS DECIMAL(18,2))}) FROM records r WHERE r.household = h.household) AS records,"
        " CAST([] AS STRUCT(income BIGINT, people BIGINT, supported BIGINT, paid BIGINT)[]) AS supporters FROM households h"
    )
    town.rows(f"COPY ({text}) TO '{tmp_path}/town.parquet' (FORMAT parquet)")
    with Population(BOOK) as other:
        other.read(tmp_path / "town.parquet")
        answers = [
            {row["household"]: row for row in one.decide("low_income", changed(1001))}
            for one in (town, other)
        ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("refusal", "table", "row", "text"),
    [
        (Refusal.HOUSEHOLD_TWICE, "households", 6, "SELECT * FROM {} UNION ALL BY NAME SELECT * FROM {} WHERE household = 'a'"),
        (Refusal.PERSON_TWICE, "persons", 7, "SELECT * FROM {} UNION ALL BY NAME SELECT * REPLACE ('b' AS household) FROM {} WHERE person = 'a0'"),
        (Refusal.NO_HOUSEHOLD, "persons", 1, "SELECT * REPLACE ('x' AS household) FROM {}"),
        (Refusal.NO_PERSON, "records", 1, "SELECT * REPLACE ('x' AS person) FROM {}"),
        (Refusal.NEGATIVE, "records", 3, "SELECT * REPLACE (CASE WHEN person = 'b0' THEN -1 ELSE amount END AS amount) FROM {}"),
        (Refusal.BOUNDS, "persons", 1, "SELECT * REPLACE (200 AS age) FROM {}"),
        (Refusal.BOUNDS, "records", 1, "SELECT * REPLACE (0.005::DECIMAL(9, 3) AS amount) FROM {}"),
        (Refusal.TYPE, "records", 1, "SELECT * REPLACE (0.5::DOUBLE AS amount) FROM {}"),
        (Refusal.TYPE, "records", 1, "SELECT * REPLACE ('much' AS amount) FROM {}"),
        (Refusal.TYPE, "records", 1, "SELECT * REPLACE ('2026-13' AS month) FROM {}"),
        (Refusal.OPTION, "households", 1, "SELECT * REPLACE ('town' AS class) FROM {}"),
        (Refusal.MISSING, "persons", 1, "SELECT * EXCLUDE (covered) FROM {}"),
        (Refusal.MISSING, "persons", 1, "SELECT * REPLACE (NULL::BOOLEAN AS covered) FROM {}"),
        (Refusal.UNKNOWN, "persons", 1, "SELECT *, 170 AS height FROM {}"),
        (Refusal.MANY, "persons", 105, "SELECT * FROM {} UNION ALL BY NAME SELECT 'a' AS household, 'n' || i AS person, true AS of_family, true AS covered FROM range(100) AS t(i)"),
    ],
)  # fmt: skip
def test_a_wrong_row_of_a_population_is_refused_by_its_number(town, tmp_path, refusal, table, row, text):
    if table == "records" and "month" not in text:
        text = text.replace("REPLACE (", "REPLACE ('2026-01' AS month, ")
    written = folder(town, tmp_path / "town", **{table: text.replace("{}", table)})
    with Population(BOOK) as other, pytest.raises(RowRejected) as caught:
        other.read(written)
    assert (caught.value.table, caught.value.row) == (table, row)
    what, _ = REFUSALS[refusal]
    assert caught.value.params["what_en"].startswith(what.en.partition("{")[0])
    assert error_sentence(caught.value.code, caught.value.params).zh.startswith(f"{table} 第 {row} 行")


def test_what_is_no_parquet_is_told(tmp_path):
    (tmp_path / "town.parquet").write_text("no", encoding="utf-8")
    with Population(BOOK) as other, pytest.raises(PopulationUnreadable):
        other.read(tmp_path / "town.parquet")


def test_the_same_seed_makes_up_the_same_people_and_another_seed_others():
    answers = []
    for seed in (1, 1, 2):
        with Population(BOOK) as made:
            made.generate(300, DAY, seed)
            assert [made.count(name) for name in ("households", "persons", "records")] == [120, 300, 1500]
            answers.append(made.rows("SELECT * FROM records ORDER BY ALL"))
    assert answers[0] == answers[1] != answers[2]


# ---- the command ------------------------------------------------------------------------------


def once(*words):
    return CliRunner().invoke(app, ["rules", *words])


def test_the_command_tells_gains_sums_and_versions_and_names_nobody(town, tmp_path):
    written = folder(
        town,
        tmp_path / "town",
        records="SELECT * REPLACE (CAST(amount * 0.01 AS DECIMAL(18, 2)) AS amount, '2026-01' AS month) FROM records",
    )
    words = (
        "diff",
        "--region",
        "370614",
        "--on",
        "2024-06-01",
        "--on",
        "2026-03-02",
        "--population",
        str(written),
    )
    shown, told = once(*words), once(*words, "--json")
    assert shown.exit_code == told.exit_code == 0
    assert "最低生活保障" in shown.stdout
    assert "试算，不生效" in shown.stdout
    found = json.loads(told.stdout)
    assert found["households"] == 5
    assert {
        one["before"]["region"]
        for one in found["parameters"]
        if one["before"]["parameter"] == "low_income_standard"
    } == {"370614"}
    assert not {"a0", "b0", "c0", "d0", "e0"} & set(told.stdout.replace('"', " ").split())


def test_the_issue_s_own_change_runs_over_made_up_people():
    done = once(
        "diff",
        "--region",
        "370614",
        "--class",
        "urban",
        "--parameter",
        "low_income_standard",
        "--from",
        "679",
        "--to",
        "1001",
        "--generate",
        "500",
        "--json",
    )
    assert done.exit_code == 0
    eligible = [
        one
        for rules in json.loads(done.stdout)["rules"]
        if rules["rules"] == "low_income"
        for one in rules["conditions"]
        if one["decides"]
    ]
    assert [one["class"] for one in eligible] == ["urban"]
    assert eligible[0]["gain"] > 0
    assert eligible[0]["lose"] == 0


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("diff",), "--parameter"),
        (("diff", "--on", "2026-01-01"), "--parameter"),
        (("diff", "--parameter", "nothing", "--to", "1"), "--parameter"),
        (("diff", "--parameter", "low_income_standard", "--to", "much"), "--to"),
        (("diff", "--parameter", "low_income_standard", "--from", "-1", "--to", "1"), "--from"),
        (("diff", "--parameter", "low_income_standard", "--to", "1e60"), "--to"),
        (("diff", "--parameter", "low_income_standard", "--to", "NaN"), "--to"),
        (("diff", "--parameter", "gap_mode", "--to", "never"), "--to"),
        (("diff", "--on", "soon", "--on", "2026-01-01"), "--on"),
        (("diff", "--on", "2026-01-01", "--on", "2026-01-02", "--to", "1"), "--on"),
        (("diff", "--class", "town", "--on", "2026-01-01", "--on", "2026-01-02"), "--class"),
        (("diff", "--on", "2026-01-01", "--on", "2026-01-02", "--population", ".", "--generate", "5"), "--generate"),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_names_the_option_in_both_languages(words, option):
    done = once(*words)
    assert done.exit_code == 2
    zh, en = done.stdout.splitlines()[:2]
    assert zh.startswith(f"{option}：")
    assert en.startswith(f"{option}: ")


def test_rows_that_are_refused_are_told_in_both_languages(town, tmp_path):
    written = folder(
        town, tmp_path / "town", records="SELECT * REPLACE (-5 AS amount, '2026-01' AS month) FROM records"
    )
    done = once("diff", "--on", "2024-06-01", "--on", "2026-03-02", "--population", str(written))
    assert done.exit_code == 1
    assert "records 第 1 行的 amount 是负数" in done.stdout
    assert "records, row 1: has a negative amount" in done.stdout


def test_rules_check_counts_what_is_not_verified():
    done = once("check")
    assert done.exit_code == 0
    assert "依据尚未核实" in done.stdout


# ---- the benchmark ----------------------------------------------------------------------------


def test_the_bare_query_has_the_same_answers_as_the_generated_one():
    with Population(BOOK) as made:
        made.generate(2000, PLACE.on)
        answers = [
            made.rows(f"SELECT * FROM ({text}) ORDER BY household")
            for text in (bare(), bench_rules.generated(CATALOG))
        ]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 800
    payments = [row["payment"] for row in answers[0]]
    assert None in payments
    assert len(set(payments)) > 100


def test_each_side_is_measured_alone_and_held_to_its_limits(monkeypatch):
    monkeypatch.setattr(bench_rules, "ROUNDS", 1)
    figures = bench_rules.measure(CATALOG, persons=500)
    assert figures["rules_ratio"] > 0
    assert 20 < figures["rules_memory_mb"] < 1000
    assert bench.LIMITS["rules_ratio"] == ("<=", 1.3)
    assert bench.LIMITS["rules_memory_mb"] == ("<", 1000)
    assert bench_rules.PERSONS == 500_000
