# ruff: noqa: E501 -- a sentence in both languages reads best on one line
"""How items and plans of rows may not fit the rules: in goes a misfit, out come what is wrong and the mend."""

from enum import StrEnum
from typing import Final

from onething.text import Text


class Misfit(StrEnum):
    """Why an item's rules, or a plan of rows, cannot be taken."""

    RULES = "rules"
    ROWS = "rows"
    PERSONS = "persons"
    NO_PERSONS = "no_persons"
    ROLE = "role"
    FIGURE = "figure"
    STANDARD = "standard"
    TABLE = "table"
    FACT = "fact"
    LACKS = "lacks"
    LANGUAGE = "language"
    AMOUNT = "amount"
    CONCEPT = "concept"
    KIND = "kind"


MISFITS: Final[dict[Misfit, tuple[Text, Text]]] = {
    Misfit.RULES: (
        Text(zh="{name} 引用的规则 {word} 不存在", en="{name} names the unknown rule set {word}"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Misfit.ROWS: (
        Text(zh="{name} 引用的取数方案 {word} 不存在", en="{name} names the unknown plan of rows {word}"),
        Text(zh="在 rules/rows.yaml 中登记，或改为：{known}", en="declare it in rules/rows.yaml, or take one of: {known}"),
    ),
    Misfit.PERSONS: (
        Text(zh="{name} 的规则 {word} 以人为单位，没有说明是谁", en="{name}: {word} is about a person, and nobody is named"),
        Text(zh="在 persons 中列出事项的人员角色", en="list the item's roles of persons under persons"),
    ),
    Misfit.NO_PERSONS: (
        Text(zh="{name} 的规则 {word} 以家庭为单位，不能指定人员", en="{name}: {word} is about the household, not about persons"),
        Text(zh="去掉 persons", en="remove persons"),
    ),
    Misfit.ROLE: (
        Text(zh="{name} 没有取数方案所用的角色 {word}", en="{name} lacks the role {word} that its rows are made of"),
        Text(zh="在 roles 中声明，或换一个取数方案", en="declare it under roles, or take another plan of rows"),
    ),
    Misfit.FIGURE: (
        Text(zh="{name} 要显示的数字 {word} 不是该规则的列", en="{name} shows {word}, which is no column of its rules"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Misfit.STANDARD: (
        Text(zh="{name} 要显示的标准 {word} 不是参数", en="{name} shows {word}, which is no parameter"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Misfit.TABLE: (
        Text(zh="{name} 的表 {word} 不存在", en="{name} fills the unknown table {word}"),
        Text(zh="改为：{known}", en="take one of: {known}"),
    ),
    Misfit.FACT: (
        Text(zh="{name} 的要素 {word} 不存在", en="{name} gives the unknown fact {word}"),
        Text(zh="在 facts.yaml 中登记，或改为：{known}", en="declare it in facts.yaml, or take one of: {known}"),
    ),
    Misfit.LACKS: (
        Text(zh="{name} 缺少必需的要素 {word}", en="{name} lacks the required fact {word}"),
        Text(zh="在 facts 中写明它从哪里来", en="say under facts where it comes from"),
    ),
    Misfit.LANGUAGE: (
        Text(zh="{name} 的 {word} 不是条件语言：{detail}", en="{name}: {word} is outside the condition language: {detail}"),
        Text(zh="只用 docs/reference/rules.md 列出的算子", en="use the operators of docs/reference/rules.md only"),
    ),
    Misfit.AMOUNT: (
        Text(zh="{name} 有可以留空的栏目，却没有金额", en="{name} has boxes that may stay empty, but no amount"),
        Text(zh="在 facts 中写 amount，没有必填栏目的写 0", en="give amount under facts, 0 if no box is required"),
    ),
    Misfit.CONCEPT: (
        Text(zh="{name} 不能取 {word}：{detail}", en="{name} cannot take {word}: {detail}"),
        Text(zh="写成 concepts 中已有的 概念(角色)", en="write a concept of the catalog over roles that fit"),
    ),
    Misfit.KIND: (
        Text(zh="{name} 的要素 {fact}（{kind}）不能由 {word} 得出", en="{name}: {fact} is a {kind}, which {word} is not"),
        Text(zh="换一个同类型的概念；选项不同的用 case 逐项对应；金额以元为单位", en="take a concept of that type; translate other options with case; amounts are yuan"),
    ),
}  # fmt: skip
