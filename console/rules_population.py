# ruff: noqa: S608 -- names of tables and facts are the catalog's, and quoted
"""A population in DuckDB: in go files or a seed, out come tables that rules can be asked about, and answers.

The only module that imports DuckDB. Numbers are whole, in their smallest unit, as
`console.rules_sql` reads them.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb

from console.rules_intake import made_up, take_in
from console.rules_integer import quoted, word
from console.rules_sql import query
from onething.arithmetic import EXACT
from onething.errors import RequestRejected
from onething.rule import FactType, Place, RuleBook, RuleFact, month_number
from onething.rule_analysis import analyst_of
from onething.rule_door import Admitted, tables
from onething.rule_shape import Kind

MEMORY: Final = "900MB"
THREADS: Final = 2
_TYPES: Final = {
    FactType.NUMBER: "BIGINT",
    FactType.MONTH: "BIGINT",
    FactType.TRUTH: "BOOLEAN",
    FactType.KEY: "VARCHAR",
}


class PopulationUnreadable(RequestRejected):
    """A population's file is no Parquet, or cannot be read: `path`, its name."""

    code = "population_unreadable"


class Population:
    """Households with their members and records; a context that closes its database."""

    def __init__(self, book: RuleBook, memory: str = MEMORY, threads: int = THREADS) -> None:
        """An empty population in memory, with its own bounds of memory and threads."""
        self.book = book
        self.database = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": threads})
        for name, facts, _ in tables(book):
            columns = ", ".join(f"{quoted(fact)} {_type(one)}" for fact, one in facts.items())
            self.database.execute(f"CREATE TABLE {name} ({columns})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()

    def add(self, rows: Admitted) -> None:
        """Take in one household that the door has admitted."""
        for name, facts, _ in tables(self.book):
            given = [[_whole(one, row.get(fact)) for fact, one in facts.items()] for row in rows[name]]
            if given:
                marks = ", ".join("?" * len(facts))
                self.database.executemany(f"INSERT INTO {name} VALUES ({marks})", given)

    def generate(self, persons: int, as_of: date, seed: int = 1) -> None:
        """Fill the tables with so many made-up persons, five records each, of the months before `as_of`."""
        for text in made_up(persons, month_number(as_of), seed):
            self.database.execute(text)

    def read(self, path: Path) -> None:
        """Take in a folder of one Parquet file for each table, or one file with a row for each household.

        Raises RowRejected for the first row that cannot be asked about, PopulationUnreadable for no Parquet.
        """
        try:
            take_in(self.database, self.book, path)
        except duckdb.Error as error:
            raise PopulationUnreadable(path=path.name) from error

    def count(self, table: str) -> int:
        """How many rows a table holds."""
        return int(self.database.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    def scale(self, rules: str, column: str) -> int:
        """How many decimals the whole numbers of a column stand for."""
        return analyst_of(self.book, rules).column(column).scale

    def keep(self, name: str, text: str) -> None:
        """Run a query of ours and keep its answer as a table."""
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {text}")

    def rows(self, text: str) -> list[dict[str, Any]]:
        """Run a query of ours; each row by its columns' names."""
        found = self.database.execute(text)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def decide(self, rules: str, place: Place) -> list[dict[str, Any]]:
        """Each household (or person): every column as a Decimal, every condition's truth, None if unknown."""
        analyst = analyst_of(self.book, rules)
        scales = {
            name: analyst.column(name).scale
            for name in analyst.columns
            if analyst.column(name).kind is Kind.NUMBER
        }
        return [
            {name: _exact(value, scales.get(name)) for name, value in row.items()}
            for row in self.rows(query(self.book, rules, place))
        ]


def _type(fact: RuleFact) -> str:
    if fact.type is FactType.CHOICE:
        return f"ENUM({', '.join(map(word, fact.options))})"
    return _TYPES[fact.type]


def _whole(fact: RuleFact, value: Any) -> Any:
    return int(value.scaleb(fact.decimals)) if isinstance(value, Decimal) else value


def _exact(value: Any, scale: int | None) -> Any:
    return value if scale is None or value is None else Decimal(value).scaleb(-scale, EXACT)
