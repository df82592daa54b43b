"""`./once demo`: in goes a story, out come its progress on the screen and its receipt in a folder."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from console.filing import Counter, FilingRefused, at_the_counter
from console.supervisor import Stack, attached, running, temporary_settings
from onething.catalog import load_catalog
from onething.definition import Scenario
from onething.errors import NotKnown, OneThingError
from onething.sentence import error_sentence
from runtime.settings import Settings

_PATIENCE: Final = 180.0
_SETTLED: Final = frozenset({"correction_requested", "needs_operator"})
_MARKS: Final = {
    "granted": "[green]✓[/]",
    "partly_granted": "[green]✓[/]",
    "refused": "[red]✗[/]",
    "declined": "[red]✗[/]",
    "blocked": "[yellow]■[/]",
    "needs_operator": "[yellow]![/]",
    "correction_requested": "[yellow]?[/]",
    "waiting": "[dim]·[/]",
}


class AnswersUnreadable(OneThingError):
    """The file of answers is no JSON object: `file`, `line`."""

    code = "answers_unreadable"


def run(bundle: str, scenario: str | None, answers: Path | None, out: Path | None) -> int:
    """File the story at the running stack or a temporary one, stay until its receipt; 0 when all is well."""
    console = Console(highlight=False)
    try:
        return _run(bundle, scenario, answers, (out, console))
    except FilingRefused as refused:
        console.print(f"[red]未能提交[/]  {refused.told.get('title', '')}")
        for problem in refused.told.get("errors", []):
            console.print(f"  {problem['pointer']}  {problem['zh']}  {problem['en']}")
    except OneThingError as error:
        text = error_sentence(error.code, error.params)
        console.print(f"[red]{text.zh}[/]\n{text.en}")
    return 1


def _run(bundle: str, scenario: str | None, answers: Path | None, ways: tuple[Path | None, Console]) -> int:
    out, console = ways
    settings = attached()
    catalog = load_catalog(settings.catalog_dir)
    story = _story(catalog.scenario(bundle, scenario), answers)
    title = catalog.bundle(bundle).title
    console.print(f"[bold]{title.zh}[/] {title.en} · {story.title.zh}")
    with _stack(settings, console) as used, at_the_counter(used) as counter:
        counter.set_story(bundle, story.scenario)
        counter.know(story)
        number = counter.file(bundle, story)
        console.print(f"办件编号 case number [bold]{number}[/]\n")
        case = _watch(counter, number, console)
        ledger = counter.ledger(number)
        _tell_end(case, ledger, console)
        if case["receipts"]:
            _keep_receipt(counter, number, out or Path("out"), console)
        return 0 if case["ended"] and not ledger["more_than_once"] else 2


def _story(story: Scenario, answers: Path | None) -> Scenario:
    """The story, with the answers of a file in place of its own."""
    if answers is None:
        return story
    try:
        given = json.loads(answers.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotKnown("file", str(answers)) from None
    except ValueError as error:
        raise AnswersUnreadable(file=str(answers), line=getattr(error, "lineno", 1)) from None
    if not isinstance(given, dict):
        raise AnswersUnreadable(file=str(answers), line=1)
    update = {"answers": given.get("answers", given)}
    if "situations" in given:
        update["situations"] = given["situations"]
    return story.model_copy(update=update)


@contextmanager
def _stack(settings: Settings, console: Console) -> Iterator[Settings]:
    """The running stack, or a temporary one that signs with this installation's key."""
    if running(settings.home) is not None:
        yield settings
        return
    with ExitStack() as opened:
        with console.status("正在启动临时环境 starting a temporary stack …"):
            temporary = opened.enter_context(temporary_settings())
            own = temporary.model_copy(update={"keys_dir": settings.keys_dir})
            opened.enter_context(Stack(own))
        yield own


def _watch(counter: Counter, number: str, console: Console) -> dict[str, Any]:
    """Show the case until it has ended, or until every open item waits for a person."""
    deadline, pause = monotonic() + _PATIENCE, Event()
    with Live(console=console, refresh_per_second=8, transient=False) as live:
        while True:
            case = counter.case(number)
            live.update(_table(case))
            if case["ended"] or _waits_for_people(case) or monotonic() > deadline:
                return case
            pause.wait(0.2)


def _waits_for_people(case: dict[str, Any]) -> bool:
    open_ = [slot for slot in case["slots"] if not slot["ended"] and slot["state"] != "blocked"]
    return bool(open_) and bool(case["receipts"]) and all(slot["state"] in _SETTLED for slot in open_)


def _table(case: dict[str, Any]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "事项 item", "部门 agency", "状态 state", "承诺 promised", "到期 due"):
        table.add_column(heading)
    for slot in case["slots"]:
        due = slot["promised"]["due"] if slot["promised"] else ""
        table.add_row(
            _MARKS.get(slot["state"], "[cyan]…[/]"),
            slot["title"]["zh"],
            slot["agency"]["zh"],
            f"{slot['state_text']['zh']} {slot['state_text']['en']}",
            slot["promised_limit"],
            due,
        )
    return table


def _tell_end(case: dict[str, Any], ledger: dict[str, Any], console: Console) -> None:
    console.print(f"\n{case['state_text']['zh']} {case['state_text']['en']}", end="  ")
    twice = ledger["more_than_once"]
    words = "无重复 none twice" if not twice else f"[red]重复 {twice} twice[/]"
    console.print(f"部门台账：生效 {ledger['effects']} 次，{words}")
    for slot in case["slots"]:
        for reason in slot["reasons"]:
            console.print(f"  {slot['title']['zh']}：{reason['zh']}")
        if slot["blocked"]:
            console.print(
                f"  {slot['title']['zh']}：{slot['blocked']['text']['zh']}；{slot['blocked']['fix']['zh']}"
            )
        if slot["operator"]:
            console.print(f"  {slot['title']['zh']}：需要工作人员处理（{slot['operator']['reason']}）")


def _keep_receipt(counter: Counter, number: str, folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "receipt.json").write_bytes(counter.receipt(number, "json"))
    (folder / "receipt.pdf").write_bytes(counter.receipt(number, "pdf"))
    console.print(f"回执 receipt: {folder / 'receipt.pdf'}  {folder / 'receipt.json'}")
    console.print(f"核验 verify: ./once verify {folder / 'receipt.pdf'}")
