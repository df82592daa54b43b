"""A population in DuckDB: in go files or a seed, out come tables that rules can be asked about, and answers.

The only module that imports DuckDB. Numbers are kept whole, in their smallest unit, as `console.rules_sql` reads them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import duckdb

from console.rules_integer import quoted, word
from console.rules_sql import query
from onething.rule import FactType, Place, RuleBook, RuleFact
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


class Population:
    """Households with their members and records; a context that closes its database."""

    def __init__(self, book: RuleBook, memory: str = MEMORY, threads: int = THREADS) -> None:
        """An empty population in memory, with its own bounds of memory and threads."""
        self.book = book
        self.database = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": threads})
        for name, facts, _ in tables(book):
            columns = ", ".join(f"{quoted(fact)} {_type(one)}" for fact, one in facts.items())
            self.database.execute(f"CREATE TABLE {name} ({columns})")

    def __enter__(self) -> "Population":
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
                self.database.executemany(f"INSERT INTO {name} VALUES ({marks})", given)  # noqa: S608 -- our own names

    def decide(self, rules: str, place: Place) -> list[dict[str, Any]]:
        """Each household (or person) with every column as a Decimal and every condition's truth, None if unknown."""
        analyst = analyst_of(self.book, rules)
        found = self.database.execute(query(self.book, rules, place))
        names = [column[0] for column in found.description or ()]
        scales = {
            name: analyst.column(name).scale
            for name in analyst.columns
            if analyst.column(name).kind is Kind.NUMBER
        }
        return [
            {name: _exact(value, scales.get(name)) for name, value in zip(names, row, strict=True)}
            for row in found.fetchall()
        ]


def _type(fact: RuleFact) -> str:
    if fact.type is FactType.CHOICE:
        return f"ENUM({', '.join(map(word, fact.options))})"
    return _TYPES[fact.type]


def _whole(fact: RuleFact, value: Any) -> Any:
    return int(value.scaleb(fact.decimals)) if isinstance(value, Decimal) else value


def _exact(value: Any, scale: int | None) -> Any:
    return value if scale is None or value is None else Decimal(value).scaleb(-scale)
