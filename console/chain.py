"""Local procedure on paper: in goes a counted form, out comes a table of steps and days before and after."""

from collections.abc import Iterable

from rich.table import Table

from forms.certificate import ReductionCertificate
from forms.chain import LocalChain
from forms.merge import MergedForm
from onething.catalog import Catalog
from onething.duration import Duration
from onething.item import ItemStep, Limit
from onething.region import layers
from onething.text import Text


def chain_table(catalog: Catalog, form: MergedForm, figures: ReductionCertificate) -> Table | None:
    """Each item that the form's region works in its own way; None where no region was asked for."""
    if not form.region:
        return None
    over = layers(catalog.regions, form.region)
    if not figures.local:
        place = over[-1].title if over else Text(zh=form.region, en=form.region)
        table = Table(title=_title(place), title_justify="left", show_header=False)
        table.add_row("本事项按全国统一的环节和时限办理 Steps and limits are the national ones here")
        return table
    table = Table(title=_title(over[-1].title), title_justify="left", show_lines=True)
    for heading in ("事项 item", "全国 national", "本地 here"):
        table.add_column(heading, overflow="fold")
    for chain in figures.local:
        title = form.slot(chain.slot).title
        table.add_row(f"{title.zh}\n{title.en}", *_cells(catalog, chain))
    steps, days = (
        tuple(sum(pair) for pair in zip(*pairs, strict=True))
        for pairs in ([one.steps for one in figures.local], [one.days for one in figures.local])
    )
    table.caption = (
        f"以上事项共 {steps[0]} 个环节变为 {steps[1]} 个，承诺时限由 {days[0]} 个工作日变为 {days[1]} 个"
        f"（自然日按每7日折5个工作日）。\n"
        f"Of these items: {steps[0]} steps before, {steps[1]} after; {days[0]} promised working days before, "
        f"{days[1]} after (seven natural days count as five)."
    )
    table.caption_justify = "left"
    return table


def _title(place: Text) -> str:
    return f"本地办理环节和时限：{place.zh} Steps and limits before and after: {place.en}"


def _cells(catalog: Catalog, chain: LocalChain) -> tuple[str, str]:
    before, after = chain.steps
    return (
        f"{_limit(chain.promised_before)}\n{before} 个环节 steps\n{_steps(catalog, chain.before)}",
        f"{_limit(chain.promised_after)}\n{after} 个环节 steps\n{_steps(catalog, chain.after)}",
    )


def _limit(limit: Limit) -> str:
    text = Duration(amount=limit.amount, unit=limit.unit).text
    return f"{text.zh} {text.en}"


def _steps(catalog: Catalog, steps: Iterable[ItemStep]) -> str:
    lines = []
    for number, one in enumerate(steps, 1):
        who = one.office or catalog.agency(one.agency).short
        limit = Duration(amount=one.limit.amount, unit=one.limit.unit).text.zh if one.limit else ""
        lines.append(f"{number} {one.title.zh}（{who.zh}{'，' + limit if limit else ''}）")
    return "\n".join(lines)
