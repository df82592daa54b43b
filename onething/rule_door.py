# ruff: noqa: E501 -- a sentence in both languages reads best on one line
"""What rules may be asked about: in go one household's rows, out come exact values, or the wrong row."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from onething.errors import RowRejected
from onething.rule import FactType, RuleBook, RuleFact, month_number
from onething.text import Text

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each table: `households` has one, `persons`, `records` and `supporters` any number."""
Admitted = dict[str, tuple[dict[str, Any], ...]]
"""The same with exact values: numbers and months as Decimal, what is not known left out."""


class Refusal(StrEnum):
    """Why a row is not taken in."""

    HOUSEHOLD_TWICE = "household_twice"
    PERSON_TWICE = "person_twice"
    NO_HOUSEHOLD = "no_household"
    NO_PERSON = "no_person"
    MISSING = "missing"
    NEGATIVE = "negative"
    BOUNDS = "bounds"
    TYPE = "type"
    OPTION = "option"
    UNKNOWN = "unknown"
    MANY = "many"


REFUSALS: Final[dict[Refusal, tuple[Text, Text]]] = {
    Refusal.HOUSEHOLD_TWICE: (
        Text(zh="的家庭已出现过，重复计算", en="counts a household that stands already in an earlier row"),
        Text(zh="删去重复的一行", en="remove one of the two rows"),
    ),
    Refusal.PERSON_TWICE: (
        Text(zh="的人员已计入本家庭或另一家庭", en="counts a person who stands already in this or another household"),
        Text(zh="每人只计入一个家庭", en="count each person in one household only"),
    ),
    Refusal.NO_HOUSEHOLD: (
        Text(zh="的家庭不在家庭表中", en="names a household that is not among the households"),
        Text(zh="补上该家庭，或改正家庭编号", en="add the household, or mend its number"),
    ),
    Refusal.NO_PERSON: (
        Text(zh="的人员不是该家庭成员", en="names a person who is no member of the household"),
        Text(zh="补上该成员，或改正人员编号", en="add the member, or mend the number"),
    ),
    Refusal.MISSING: (
        Text(zh="缺少 {fact}", en="lacks {fact}"),
        Text(zh="填写 {fact}", en="give {fact}"),
    ),
    Refusal.NEGATIVE: (
        Text(zh="的 {fact} 是负数", en="has a negative {fact}"),
        Text(zh="填写零或正数；支出另记为支出", en="give zero or more; spending is a record of its own"),
    ),
    Refusal.BOUNDS: (
        Text(zh="的 {fact} 超出 {low} 至 {high}，或多于 {decimals} 位小数", en="has {fact} outside {low} to {high}, or with more than {decimals} decimals"),
        Text(zh="核对数额和单位", en="check the figure and its unit"),
    ),
    Refusal.TYPE: (
        Text(zh="的 {fact} 写法不对", en="has {fact} of the wrong type"),
        Text(zh="数字、是否、年月按 docs/reference/rules.md 填写", en="write numbers, truths and months as docs/reference/rules.md says"),
    ),
    Refusal.OPTION: (
        Text(zh="的 {fact} 不在选项之中", en="has {fact} that is none of its options"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Refusal.UNKNOWN: (
        Text(zh="有不认识的栏目 {fact}", en="has the unknown fact {fact}"),
        Text(zh="去掉，或在 facts.yaml 中登记", en="remove it, or declare it in facts.yaml"),
    ),
    Refusal.MANY: (
        Text(zh="使该家庭的行数超过 {high}", en="is beyond the {high} rows that a household may have"),
        Text(zh="合并同类记录", en="put records of one kind together"),
    ),
}  # fmt: skip


def refuse(refusal: Refusal, table: str, row: int, **params: object) -> RowRejected:
    """The error for a row of a table, counted from 1."""
    what, fix = (text.fill(**params) for text in REFUSALS[refusal])
    return RowRejected(table, row, (what.zh, what.en), (fix.zh, fix.en))


def admit(book: RuleBook, rows: Rows) -> Admitted:
    """Return one household's rows with exact values; raises RowRejected for the first that is wrong."""
    found: Admitted = {}
    for name, facts, most in tables(book):
        found[name] = tuple(_row(name, place + 1, row, facts) for place, row in enumerate(rows.get(name, ())))
        if len(found[name]) > most:
            refusal = Refusal.HOUSEHOLD_TWICE if name == "households" else Refusal.MANY
            raise refuse(refusal, name, most + 1, high=most)
    if not found["households"]:
        raise refuse(Refusal.NO_HOUSEHOLD, "households", 1)
    _together(found)
    return found


def tables(book: RuleBook) -> list[tuple[str, Mapping[str, RuleFact], int]]:
    """Each table with its facts and how many rows one household may have."""
    return [(one.table, one.facts, one.most) for one in book.relations.values() if one.like is None]


def _together(found: Admitted) -> None:
    household = found["households"][0]["household"]
    for name, rows in found.items():
        for place, row in enumerate(rows):
            if row["household"] != household:
                raise refuse(Refusal.NO_HOUSEHOLD, name, place + 1)
    persons: set[str] = set()
    for place, row in enumerate(found["persons"]):
        if row["person"] in persons:
            raise refuse(Refusal.PERSON_TWICE, "persons", place + 1)
        persons.add(row["person"])
    for place, row in enumerate(found["records"]):
        if row.get("person", next(iter(persons), "")) not in persons and persons:
            raise refuse(Refusal.NO_PERSON, "records", place + 1)


def _row(table: str, number: int, row: Mapping[str, Any], facts: Mapping[str, RuleFact]) -> dict[str, Any]:
    for name in row:
        if name not in facts:
            raise refuse(Refusal.UNKNOWN, table, number, fact=name)
    exact: dict[str, Any] = {}
    for name, fact in facts.items():
        value = row.get(name)
        if value is None:
            if fact.required:
                raise refuse(Refusal.MISSING, table, number, fact=name)
            continue
        exact[name] = _value(table, number, name, fact, value)
    return exact


def _value(table: str, number: int, name: str, fact: RuleFact, value: Any) -> Any:
    if fact.type is FactType.NUMBER:
        exact = _number(value)
        if exact is None:
            raise refuse(Refusal.TYPE, table, number, fact=name)
        if exact < 0 <= fact.min:
            raise refuse(Refusal.NEGATIVE, table, number, fact=name)
        if not fact.min <= exact <= fact.max or exact != round(exact, fact.decimals):
            bounds = {"low": fact.min, "high": fact.max, "decimals": fact.decimals}
            raise refuse(Refusal.BOUNDS, table, number, fact=name, **bounds)
        return exact
    if fact.type is FactType.MONTH:
        month = _month(value)
        if month is None:
            raise refuse(Refusal.TYPE, table, number, fact=name)
        return Decimal(month)
    if not isinstance(value, bool if fact.type is FactType.TRUTH else str):
        raise refuse(Refusal.TYPE, table, number, fact=name)
    if fact.options and value not in fact.options:
        raise refuse(Refusal.OPTION, table, number, fact=name, known=", ".join(fact.options))
    return value


def _number(value: Any) -> Decimal | None:
    """An exact number; money does not come as binary floating point."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def _month(value: Any) -> int | None:
    if isinstance(value, date):
        return month_number(value)
    try:
        return month_number(date.fromisoformat(f"{value}-01" if len(str(value)) == 7 else str(value)))
    except ValueError:
        return None
