"""`once rules`: in goes a change of a parameter, out comes who would gain and who would lose by it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from console.rules_diff import Difference, RulesChange, Step, difference
from console.rules_population import Population
from onething.catalog import load_catalog
from onething.clock import BEIJING
from onething.errors import CatalogError, OneThingError
from onething.region import in_a_province
from onething.rule import NATION, Changed, Place, RuleBook, Unit
from onething.rule_binding import rules_of
from onething.rule_check import fits
from onething.rule_decision import UsedParameter
from onething.rule_file import load_rules
from onething.sentence import error_sentence
from onething.text import Text
from runtime.settings import Settings

DONE, FAILED, ASKED_WRONGLY = 0, 1, 2
_GENERATED: Final = 20_000
_WIDTH: Final = 110
_FIGURE: Final = re.compile(r"\{[^}]*\}")
"""Stands in a condition's sentence for one household's own figure."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed."""

    region: str = NATION
    class_: str | None = None
    parameter: str | None = None
    old: str | None = None
    new: str | None = None
    on: tuple[str, ...] = ()
    population: Path | None = None
    generate: int | None = None
    seed: int = 1


class _Wrong(Exception):
    """The question makes no sense: which option, and the mend."""

    def __init__(self, option: str, zh: str, en: str) -> None:
        super().__init__(option)
        self.option, self.text = option, Text(zh=zh, en=en)


def diff(question: Question, as_json: bool) -> int:
    """Print who gains and who loses by a change; nothing takes effect.

    Returns 0, 1 when rules or rows are refused, 2 when the question makes no sense.
    """
    try:
        book = load_rules(Settings().catalog_dir)
        found = _answer(book, question)
    except _Wrong as wrong:
        print(f"{wrong.option}：{wrong.text.zh}\n{wrong.option}: {wrong.text.en}")
        return ASKED_WRONGLY
    except OneThingError as error:
        return _failed(error)
    if as_json:
        print(found.model_dump_json(by_alias=True))
        return DONE
    screen = Console(highlight=False)
    screen = screen if screen.is_terminal else Console(highlight=False, width=_WIDTH)
    screen.print(_parameters(found, question))
    for rules in found.rules:
        screen.print(_conditions(rules))
        if rules.payments:
            screen.print(_payments(rules))
    return DONE


def check() -> int:
    """Print whether the rules can be right and items fit them; returns 0, or 1 with file, line and mend."""
    try:
        book = rules_of(load_catalog(Settings().catalog_dir))
    except OneThingError as error:
        return _failed(error)
    values = [value for found in book.values.values() for value in found]
    unverified = sum(not value.basis.verified for value in values)
    conditions = sum(len(rules.conditions) for rules in book.sets.values())
    print(
        f"{len(book.sets)} 套规则、{conditions} 个条件、{len(book.parameters)} 个参数、{len(values)} 个取值，"
        f"其中 {unverified} 个取值的依据尚未核实。"
    )
    print(
        f"{len(book.sets)} rule sets, {conditions} conditions, {len(book.parameters)} parameters with "
        f"{len(values)} values, {unverified} of them on a basis not yet verified."
    )
    return DONE


def _answer(book: RuleBook, question: Question) -> Difference:
    step = _step(book, question)
    if question.population is not None and question.generate is not None:
        raise _Wrong("--generate", "与 --population 只能选一个", "goes without --population")
    with Population(book) as population:
        if question.population is not None:
            population.read(question.population)
        else:
            as_of = step.before.as_of or step.before.on
            population.generate(question.generate or _GENERATED, as_of, question.seed)
        return difference(population, step)


def _step(book: RuleBook, question: Question) -> Step:
    region = question.region
    if region != NATION and not (region.isdecimal() and len(region) in {2, 4, 6} and in_a_province(region)):
        raise _Wrong(
            "--region", "没有这个行政区划代码，请核对", "there is no such region's code: please check it"
        )
    if question.class_ is not None and question.class_ not in book.classes:
        known = ", ".join(book.classes)
        raise _Wrong("--class", f"没有这一类别，可选：{known}", f"no such class; take one of {known}")
    if question.on and (question.old or question.new):
        raise _Wrong("--on", "与 --from、--to 只能选一种", "goes without --from and --to")
    days = [_day(text) for text in question.on]
    if len(days) == 2:
        before, after = (Place(on=day, region=question.region, as_of=min(days)) for day in days)
        return Step(before, after, question.class_)
    if days or question.parameter is None or question.new is None:
        raise _Wrong(
            "--parameter",
            "请写明参数和新标准（--parameter NAME --from OLD --to NEW），或用两个 --on 比较两天",
            "name a parameter and its value (--parameter NAME --from OLD --to NEW), or two days with --on",
        )
    return _proposed(book, question, datetime.now(BEIJING).date())


def _proposed(book: RuleBook, question: Question, today: date) -> Step:
    if question.parameter not in book.parameters:
        near = get_close_matches(str(question.parameter), book.parameters, n=3, cutoff=0.5)
        known = ", ".join(near or sorted(book.parameters))
        raise _Wrong("--parameter", f"没有这个参数，是否指：{known}", f"no such parameter; perhaps {known}")
    place = Place(on=today, region=question.region)
    old = () if question.old is None else (_changed(book, question, "--from", question.old),)
    new = (_changed(book, question, "--to", str(question.new)),)
    return Step(
        place.model_copy(update={"changed": old}), place.model_copy(update={"changed": new}), question.class_
    )


def _changed(book: RuleBook, question: Question, option: str, text: str) -> Changed:
    name = str(question.parameter)
    parameter = book.parameters[name]
    try:
        value = text if parameter.options else Decimal(text)
    except InvalidOperation:
        value = text
    if not fits(book, name, value):
        allowed = (
            ", ".join(parameter.options) or f"{parameter.min} – {parameter.max}，{parameter.decimals} 位小数"
        )
        known = (
            ", ".join(parameter.options)
            or f"{parameter.min} to {parameter.max}, {parameter.decimals} decimals"
        )
        raise _Wrong(option, f"取值不在范围内：{allowed}", f"outside its bounds: {known}")
    return Changed.model_validate({"parameter": name, "value": value, "class": question.class_})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Wrong("--on", "要写成年-月-日，例如 2026-03-02", "write a day such as 2026-03-02") from None


def _parameters(found: Difference, question: Question) -> Table:
    made = "" if question.population else "（模拟人口 made-up population）"
    title = f"试算，不生效 Dry run: {found.households} 户 households · {found.persons} 人 persons {made}"
    table = Table(title=title, title_justify="left")
    for heading in ("参数 parameter", "类别 class", "现在 before", "之后 after"):
        table.add_column(heading, overflow="fold")
    for change in found.parameters:
        name = f"{change.before.title.zh}\n{change.before.parameter}"
        table.add_row(name, change.class_, _version(change.before), _version(change.after))
    if not found.parameters:
        table.caption = (
            "没有参数变化：现行标准已是这个数，要与旧标准比较请加 --from。\n"
            "No parameter changes: this is what is in force; compare with an older figure by --from."
        )
    return table


def _version(used: UsedParameter) -> str:
    if used.value is None:
        return "未规定 not laid down"
    if used.changed and used.since is None:
        return f"{used.value} {used.unit.zh}\n拟议 proposed"
    cite = (
        f"\n{used.basis.cite}{'' if used.basis.verified else '（未核实 unverified）'}" if used.basis else ""
    )
    return f"{used.value} {used.unit.zh}\n{used.region or '全国 nation'} {used.since} 起{cite}"


def _conditions(rules: RulesChange) -> Table:
    whom = "人 persons" if rules.per is Unit.PERSON else "户 households"
    table = Table(title=f"{rules.title.zh} {rules.title.en} ({rules.asked} {whom})", title_justify="left")
    table.add_column("类别 class")
    table.add_column("条件 condition", overflow="fold")
    for heading in ("现在\nbefore", "之后\nafter", "新符合\ngain", "不再符合\nlose", "未知\nunknown"):
        table.add_column(heading, justify="right")
    for one in rules.conditions:
        said = _FIGURE.sub("…", one.sentence.zh)
        name = f"[bold]{said}[/]\n{one.condition}" if one.decides else f"{said}\n[dim]{one.condition}[/]"
        unknown = f"{one.unknown_before} → {one.unknown_after}"
        table.add_row(one.class_, name, *map(str, (one.before, one.after, one.gain, one.lose)), unknown)
    return table


def _payments(rules: RulesChange) -> Table:
    table = Table(title=f"{rules.title.zh}：每月发放（元） paid a month (yuan)", title_justify="left")
    headings = ("类别 class", "现在 before", "之后 after", "增加 rise", "减少 fall", "增者 more", "减者 less")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    for one in rules.payments:
        money = [f"{amount:,}" for amount in (one.before, one.after, one.rise, one.fall)]
        table.add_row(one.class_, *money, str(one.more), str(one.less))
    return table


def _failed(error: OneThingError) -> int:
    text = error_sentence(error.code, error.params)
    print(f"{text.zh}\n{text.en}" if not isinstance(error, CatalogError) else "\n".join(_told(error, text)))
    return FAILED


def _told(error: CatalogError, text: Text) -> Iterator[str]:
    yield text.zh
    yield text.en if "what_en" in error.params else str(error)
