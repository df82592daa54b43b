"""`once forms`: in goes a life event, out comes what its merged form saves, or whether its forms agree."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rich.console import Console
from rich.table import Table

from console.chain import chain_table
from forms.certificate import ReductionCertificate, certificate
from forms.check import Findings, check_all
from forms.merge import MergedForm, merge
from forms.prefill import known_from_registers, without_login
from onething.catalog import Catalog, load_catalog
from onething.definition import Bundle, Scenario
from onething.duration import Duration
from onething.errors import CatalogError, NotKnown, OneThingError
from onething.fact import Fact
from onething.region import in_a_province
from onething.sentence import error_sentence
from onething.text import Text
from runtime.settings import Settings

DONE, FAILED = 0, 1
_REGION: Final = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}", re.ASCII)
WIDTH: Final = 110
"""Columns of a report that is not read on a terminal."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """One story, counted."""

    bundle: Bundle
    story: Scenario
    form: MergedForm
    figures: ReductionCertificate


def report(
    bundle: str | None,
    scenario: str | None,
    all_bundles: bool,
    as_json: bool,
    region: str | None = None,
) -> int:
    """Print what filing once saves in a story: the figures, and why each remaining field is asked.

    Without a name, the story whose figures somebody published, else the default one; without a bundle, every
    one; without a region's code, the story's own place. Returns 0, or 1 when there is no such thing or the
    catalog is wrong.
    """
    try:
        catalog = load_catalog(Settings().catalog_dir)
        names = list(catalog.bundles) if all_bundles or bundle is None else [bundle]
        if region is not None and not (_REGION.fullmatch(region) and in_a_province(region)):
            raise NotKnown("region", region)
        counted = [_count(catalog, name, scenario, region) for name in names]
    except OneThingError as error:
        return _failed(error)
    if as_json:
        figures = [each.figures.figures() for each in counted]
        print(json.dumps(figures if all_bundles or bundle is None else figures[0], ensure_ascii=False))
        return DONE
    screen = _screen()
    for each in counted:
        for table in _tables(catalog, each):
            screen.print(table)
    return DONE


def check(bundle: str | None = None) -> int:
    """Print whether the agencies' forms fit together, and what only validation can see.

    Returns 0, or 1 with file, line and fix of the first thing that does not fit.
    """
    try:
        catalog = load_catalog(Settings().catalog_dir)
        names = [catalog.bundle(bundle).bundle] if bundle else list(catalog.bundles)
        found = [findings for findings in check_all(catalog) if findings.bundle in names]
    except OneThingError as error:
        return _failed(error)
    screen = _screen()
    for findings in found:
        screen.print(_agreement(catalog, findings))
    return DONE


def _count(catalog: Catalog, name: str, scenario: str | None, region: str | None) -> _Counted:
    bundle = catalog.bundle(name)
    stories = catalog.scenarios.get(name, {})
    yardstick = next((story.scenario for story in stories.values() if story.yardstick), None)
    story = catalog.scenario(name, scenario or yardstick)
    form = merge(catalog, bundle, story.situations, _day(story), region or story.region)
    answers, login = without_login(form, story.answers)
    known = known_from_registers(form, answers, story.registers, login)
    return _Counted(bundle, story, form, certificate(form, answers, known))


def _day(story: Scenario) -> date:
    return datetime.fromisoformat(story.filed_at).date()


def _tables(catalog: Catalog, counted: _Counted) -> Iterator[Table]:
    yield _summary(counted)
    yield _items(catalog, counted)
    if (differences := chain_table(catalog, counted.form, counted.figures)) is not None:
        yield differences
    yield _fields(counted, "仍需填写的内容 What is still filled in", counted.figures.typed_leaves)
    yield _fields(counted, "登记系统提供，只需核对 Supplied by registers", counted.figures.register_leaves)


def _summary(counted: _Counted) -> Table:
    figures, published = counted.figures, counted.bundle.published
    title = f"{counted.bundle.title.zh} {counted.bundle.title.en}\n{counted.story.title.zh}"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for heading in ("分别办理\nseparate", "一次办理\nonce", "比例\nshare"):
        table.add_column(heading, justify="right")
    if published and counted.story.yardstick:
        table.add_column(f"{published.place.zh}公布\n口径不同 other baseline", justify="right")
    theirs = published if published and counted.story.yardstick else None
    for name, before, after, beside in (
        ("填写项 fields", figures.separate, figures.typed, theirs.fields if theirs else None),
        ("材料 papers", figures.materials_separate, figures.materials_brought, theirs and theirs.materials),
        ("跑动 trips", figures.trips_separate, figures.trips_once, theirs and theirs.trips),
        ("承诺工作日 working days", figures.days_serial, figures.days_critical_path, None),
    ):
        cells = [name, str(before), str(after), _share(after, before)]
        if theirs:
            cells.append(f"{beside[0]} → {beside[1]}（{_share(beside[1], beside[0])}）" if beside else "")
        table.add_row(*cells)
    table.caption = (
        f"{figures.items} 个事项；合并后 {figures.merged} 项，其中 {figures.confirm_only} 项由登记系统提供，"
        f"系统不通时填写 {figures.typed_registers_down} 项；另有 {figures.situations} 个情形问题。"
        f"可不填 {figures.optional} 项、医生和工作人员等填 {figures.others} 项，不计在内；"
        f"未见原表的占 {figures.assumed:.0%}。\n"
        f"{figures.items} items; merged {figures.merged} fields, {figures.confirm_only} from registers, "
        f"{figures.typed_registers_down} typed while registers are down; {figures.situations} situation "
        f"questions. Not counted: {figures.optional} optional, {figures.others} filled by others. "
        f"Assumed: {figures.assumed:.0%}."
    )
    table.caption_justify = "left"
    return table


def _items(catalog: Catalog, counted: _Counted) -> Table:
    table = Table("部门 agency", "事项 item", title="分别办理时 If filed separately", title_justify="left")
    table.add_column("家属填写项 fields", justify="right")
    table.add_column("承诺 promised", justify="right")
    for slot in counted.form.slots:
        asked = sum(box.slot == slot.name for box in counted.figures.asked)
        promised = slot.item.limits.promised
        title = slot.title
        agency = catalog.agency(slot.item.agency).short
        limit = Duration(amount=promised.amount, unit=promised.unit).text
        table.add_row(_both(agency), _both(title), str(asked), _both(limit))
    return table


def _fields(counted: _Counted, title: str, leaves: tuple[tuple[str, Fact], ...]) -> Table:
    table = Table(title=f"{title}（{len(leaves)}）", title_justify="left", show_lines=True)
    for heading in ("内容 field", "为什么问 why", "谁需要 who needs it"):
        table.add_column(heading, overflow="fold")
    places = {pointer: place for place, pointer in enumerate(_order(counted.form))}
    for pointer, fact in sorted(leaves, key=lambda leaf: (places.get(_generic(leaf[0]), -1), leaf[0])):
        field = counted.form.fields[fact]
        row = next((int(part) + 1 for part in pointer.split("/") if part.isdecimal()), None)
        role = counted.bundle.roles[fact.owner].title
        whose = Text(zh=f"{role.zh}{row or ''}", en=f"{role.en} {row or ''}".strip())
        name = Text(
            zh=f"{whose.zh}：{field.concept.title.zh}", en=f"{whose.en}: {field.concept.title.en.lower()}"
        )
        table.add_row(_both(name), _both(field.concept.why), "、".join(_users(counted, pointer, fact)))
    return table


def _users(counted: _Counted, pointer: str, fact: Fact) -> list[str]:
    """The items that print it on their forms; else those whose gates, papers or other facts need it."""
    printed = [box.slot for box in counted.figures.asked if box.leaf == pointer]
    names = printed or [need.slot for need in counted.form.fields[fact].needs]
    slots = [counted.form.slot(name) for name in dict.fromkeys(names)]
    return [slot.title.zh for slot in slots] or ["各事项"]


def _agreement(catalog: Catalog, findings: Findings) -> Table:
    bundle = catalog.bundle(findings.bundle)
    since = f"{findings.on} 起实施的版本 as in force from {findings.on}"
    table = Table(title=f"{bundle.title.zh} {bundle.title.en}\n{since}", title_justify="left")
    for heading in ("事项 item", "栏目 box", "要素 fact", "换算 conversion"):
        table.add_column(heading, overflow="fold")
    for unknown in findings.unknown:
        table.add_row(unknown.item, unknown.box, unknown.fact, ", ".join(unknown.conversions))
    table.caption = (
        f"{findings.items} 个事项、{findings.boxes} 个栏目、{findings.facts} 个要素相互一致；"
        f"以上 {len(findings.unknown)} 项的限制要换算后才能核对，由校验把关。\n"
        f"{findings.items} items, {findings.boxes} boxes, {findings.facts} facts agree; the constraints of "
        f"the {len(findings.unknown)} above hide behind a conversion and are checked with the answers."
    )
    table.caption_justify = "left"
    return table


def _order(form: MergedForm) -> Iterator[str]:
    for fact in form.fields:
        yield f"/{fact.owner}/{fact.key}"


def _generic(pointer: str) -> str:
    return "/".join(part for part in pointer.split("/") if not part.isdecimal())


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _both(text: Text) -> str:
    return f"{text.zh}\n{text.en}"


def _screen() -> Console:
    screen = Console(highlight=False)
    return screen if screen.is_terminal else Console(highlight=False, width=WIDTH)


def _failed(error: OneThingError) -> int:
    # A finding in the catalog names its line, which the sentence for people leaves out.
    text = error_sentence(error.code, error.params)
    print(f"{text.zh}\n{error if isinstance(error, CatalogError) else text.en}")
    return FAILED
