# ruff: noqa: S608 -- names are the catalog's, and quoted
"""How a population comes in: in go Parquet files or a seed, out come filled tables, or the wrong row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from console.rules_integer import quoted, word
from onething.errors import RowRejected
from onething.rule import FactType, RuleBook, RuleFact
from onething.rule_door import Refusal, refuse, tables

_LISTS: Final = {"persons": "members"}
"""The list in a household's row that holds a table's rows, where it is not called as the table."""
_MONEY: Final = "DECIMAL(28, 10)"
_WRITTEN: Final = {
    FactType.NUMBER: ("INT", "DECIMAL", "VARCHAR"),
    FactType.MONTH: ("DATE", "VARCHAR"),
    FactType.TRUTH: ("BOOLEAN",),
    FactType.CHOICE: ("VARCHAR", "ENUM"),
    FactType.KEY: ("VARCHAR", "INT"),
}
"""What a column's type name may hold; money in binary floating point is refused as at the other door."""


class Answer(Protocol):
    """What a query gave."""

    def fetchall(self) -> list[Any]:
        """Every row."""
        ...


class Database(Protocol):
    """What is needed of a database."""

    def execute(self, query: str) -> Answer:
        """Run a statement."""
        ...


def take_in(database: Database, book: RuleBook, path: Path) -> None:
    """Fill every table from a folder or a file; raises RowRejected for the first row that is wrong."""
    for name, facts, _ in tables(book):
        source = _source(path, name)
        if source is None:
            continue
        database.execute(f"CREATE OR REPLACE TEMP TABLE came AS {source}")
        there = {
            row[0]: str(row[1]) for row in database.execute("DESCRIBE came").fetchall() if row[0] != "row#"
        }
        _check_columns(name, facts, there)
        for refusal, where, params in _faults(facts, there):
            _refuse_first(database, f'SELECT min("row#") FROM came WHERE {where}', refusal, name, params)
        values = ", ".join(_stored(fact, one) if fact in there else "NULL" for fact, one in facts.items())
        database.execute(f'INSERT INTO {name} SELECT {values} FROM came ORDER BY "row#"')
    database.execute("DROP TABLE IF EXISTS came")
    for table, text, refusal, params in _together(book):
        _refuse_first(database, text, refusal, table, params)


def _source(path: Path, table: str) -> str | None:
    """The query for a table's rows, each with its number; None where a folder or file has none."""
    if path.is_dir():
        file = path / f"{table}.parquet"
        if not file.is_file():
            return None if table == "supporters" else f'SELECT 1 AS "row#" FROM read_parquet({word(file)})'
        return f'SELECT file_row_number + 1 AS "row#", * EXCLUDE (file_row_number) FROM {_parquet(file)}'
    lists = ", ".join(quoted(_LISTS.get(name, name)) for name in ("persons", "records", "supporters"))
    if table == "households":
        columns = f"* EXCLUDE (file_row_number, {lists})"
        return f'SELECT file_row_number + 1 AS "row#", {columns} FROM {_parquet(path)}'
    rows = f"unnest({quoted(_LISTS.get(table, table))}) AS part"
    inner = f"SELECT file_row_number AS n, household AS own, {rows} FROM {_parquet(path)}"
    return f'SELECT row_number() OVER (ORDER BY n) AS "row#", own AS household, part.* FROM ({inner})'


def _parquet(path: Path) -> str:
    return f"read_parquet({word(path)}, file_row_number = true)"


def _check_columns(table: str, facts: Mapping[str, RuleFact], there: Mapping[str, str]) -> None:
    for name in there:
        if name not in facts:
            raise refuse(Refusal.UNKNOWN, table, 1, fact=name)
    for name, fact in facts.items():
        if name not in there and fact.required:
            raise refuse(Refusal.MISSING, table, 1, fact=name)
        if name in there and not any(written in there[name] for written in _WRITTEN[fact.type]):
            raise refuse(Refusal.TYPE, table, 1, fact=name)


def _faults(
    facts: Mapping[str, RuleFact], there: Mapping[str, str]
) -> Iterator[tuple[Refusal, str, dict[str, object]]]:
    """What may be wrong with each fact: the refusal, and the condition on the row."""
    for name in there:
        fact, column = facts[name], quoted(name)
        if fact.required:
            yield Refusal.MISSING, f"{column} IS NULL", {"fact": name}
        if fact.type is FactType.NUMBER:
            number = f"try_cast({column} AS {_MONEY})"
            yield Refusal.TYPE, f"{column} IS NOT NULL AND {number} IS NULL", {"fact": name}
            if fact.min >= 0:
                yield Refusal.NEGATIVE, f"{number} < 0", {"fact": name}
            bounds = {"fact": name, "low": fact.min, "high": fact.max, "decimals": fact.decimals}
            outside = f"{number} NOT BETWEEN {fact.min} AND {fact.max}"
            yield Refusal.BOUNDS, f"{outside} OR {number} <> round({number}, {fact.decimals})", bounds
        if fact.type is FactType.MONTH:
            yield Refusal.TYPE, f"{column} IS NOT NULL AND {_day(name)} IS NULL", {"fact": name}
        if fact.options:
            known = ", ".join(map(word, fact.options))
            outside = f"CAST({column} AS VARCHAR) NOT IN ({known})"
            yield Refusal.OPTION, outside, {"fact": name, "known": ", ".join(fact.options)}


def _day(name: str) -> str:
    text = f"CAST({quoted(name)} AS VARCHAR)"
    return f"try_cast(CASE WHEN length({text}) = 7 THEN {text} || '-01' ELSE {text} END AS DATE)"


def _stored(name: str, fact: RuleFact) -> str:
    if fact.type is FactType.NUMBER:
        return f"CAST(CAST({quoted(name)} AS {_MONEY}) * {10**fact.decimals} AS BIGINT)"
    if fact.type is FactType.MONTH:
        return f"year({_day(name)}) * 12 + month({_day(name)})"
    return quoted(name)


def _together(book: RuleBook) -> Iterator[tuple[str, str, Refusal, dict[str, object]]]:
    """What may be wrong between rows: each with the query for the number of the first such row."""
    numbered = "SELECT *, rowid + 1 AS n FROM {}"
    first = "row_number() OVER (PARTITION BY {} ORDER BY n)"
    for table, key, refusal in (
        ("households", "household", Refusal.HOUSEHOLD_TWICE),
        ("persons", "person", Refusal.PERSON_TWICE),
    ):
        times = f"SELECT n, {first.format(key)} AS times FROM ({numbered.format(table)})"
        yield table, f"SELECT min(n) FROM ({times}) WHERE times > 1", refusal, {}
    for table, _, most in tables(book):
        rows = numbered.format(table)
        if table != "households":
            text = f"SELECT min(n) FROM ({rows}) WHERE household NOT IN (SELECT household FROM households)"
            yield table, text, Refusal.NO_HOUSEHOLD, {}
            times = f"SELECT n, {first.format('household')} AS times FROM ({rows})"
            yield table, f"SELECT min(n) FROM ({times}) WHERE times > {most}", Refusal.MANY, {"high": most}
    stranger = "SELECT 1 FROM persons AS p WHERE p.household = r.household AND p.person = r.person"
    unknown = f"r.person IS NOT NULL AND NOT EXISTS ({stranger})"
    text = f"SELECT min(n) FROM ({numbered.format('records')}) AS r WHERE {unknown}"
    yield "records", text, Refusal.NO_PERSON, {}


def _refuse_first(
    database: Database, text: str, refusal: Refusal, table: str, params: Mapping[str, object]
) -> None:
    row = database.execute(text).fetchall()[0][0]
    if row is not None:
        error: RowRejected = refuse(refusal, table, int(row), **params)
        raise error


# ---- made up ---------------------------------------------------------------------------------


def made_up(persons: int, month: int, seed: int) -> Iterator[str]:
    """The statements that fill the tables with made-up persons, the same for the same seed.

    Two households for five persons; five records a person, three of them income; some are not known.
    """
    dice, homes = _Dice(seed), max(1, persons * 2 // 5)
    yield _made_up_households(dice, homes)
    yield _made_up_persons(dice, persons, homes)
    yield _made_up_records(dice, persons, homes, month)


@dataclass(frozen=True, slots=True)
class _Dice:
    """Words of a query that fall the same way for the same seed, row and `salt`."""

    seed: int

    def pick(self, salt: int, many: int) -> str:
        return f"(hash(i, {self.seed}, {salt}) % {many})::BIGINT"

    def one_of(self, salt: int, *options: str) -> str:
        return f"[{', '.join(map(word, options))}][{self.pick(salt, len(options))} + 1]"

    def sometimes(self, salt: int, text: str) -> str:
        return f"CASE WHEN {self.pick(salt, 100)} > 0 THEN {text} END"


def _made_up_households(dice: _Dice, homes: int) -> str:
    pick, one_of, sometimes = dice.pick, dice.one_of, dice.sometimes
    return f"""INSERT INTO households BY NAME SELECT 'h' || i AS household,
        {one_of(1, "urban", "rural", "rural")} AS class,
        {sometimes(2, f"{pick(3, 4000)} * 1000")} AS money_assets,
        CASE WHEN {pick(4, 20)} = 0 THEN 1 ELSE 0 END AS vehicles, 1 AS dwellings,
        CASE WHEN {pick(5, 50)} = 0 THEN 1 ELSE 0 END AS business_premises, 0 AS company_capital
        FROM range({homes}) AS t(i)"""


def _made_up_persons(dice: _Dice, persons: int, homes: int) -> str:
    pick, sometimes = dice.pick, dice.sometimes
    kinds = dice.one_of(17, "sight", "hearing", "speech", "limb", "intellectual", "mental")
    home = f"'h' || (i * {homes} // {persons})"
    return f"""INSERT INTO persons BY NAME SELECT {home} AS household, 'p' || i AS person,
        {pick(11, 20)} > 0 AS of_family, {pick(12, 15)} > 0 AS covered, {sometimes(13, pick(14, 95))} AS age,
        CASE WHEN {pick(15, 12)} = 0 THEN {pick(16, 4)} + 1 ELSE 0 END AS disability_grade,
        CASE WHEN {pick(15, 12)} = 0 THEN {kinds}
        ELSE 'none' END AS disability_kind, {sometimes(18, f"{pick(19, 30)} = 0")} AS serious_illness,
        {pick(20, 10)} > 0 AS supporter_able, {pick(21, 30)} > 0 AS eats, {pick(22, 30)} > 0 AS dresses,
        {pick(23, 30)} > 0 AS leaves_bed, {pick(24, 30)} > 0 AS uses_toilet, {pick(25, 30)} > 0 AS walks,
        {pick(26, 30)} > 0 AS bathes FROM range({persons}) AS t(i)"""


def _made_up_records(dice: _Dice, persons: int, homes: int, month: int) -> str:
    pick, one_of, sometimes = dice.pick, dice.one_of, dice.sometimes
    kinds = ("wage", "wage", "business", "pension", "basic_pension", "transfer")
    income = one_of(34, *kinds, "disability_subsidy", "property")
    spending = one_of(35, "medical", "education", "rent", "living", "work_cost", "rehabilitation")
    owner = f"(i // 5) * {homes} // {persons}"
    return f"""INSERT INTO records BY NAME SELECT 'h' || ({owner}) AS household, 'p' || (i // 5) AS person,
        CASE WHEN i % 5 < 3 THEN 'income' ELSE 'spending' END AS kind,
        {sometimes(33, f"CASE WHEN i % 5 < 3 THEN {income} ELSE {spending} END")} AS code,
        {month} - 1 - {pick(36, 14)} AS month,
        {sometimes(37, f"{pick(38, 900_000)} // CASE WHEN i % 5 < 3 THEN 1 ELSE 4 END")} AS amount
        FROM range({persons * 5}) AS t(i)"""
