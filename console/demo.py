"""`./once demo`: in goes a story, out come its progress on the screen and its receipt in a folder.

A story of a moment is filed at the running stack; one that takes days is played in its own time.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

from rich.console import Console
from rich.live import Live

from console import demo_story
from console.demo_view import table_of, table_of_open, tell_end, told
from console.filing import Counter, FilingRefused, at_the_counter
from console.supervisor import Stack, attached, running, temporary_settings
from onething.catalog import load_catalog
from onething.counting import BEIJING
from onething.definition import Scenario
from onething.errors import NotKnown, OneThingError
from onething.sentence import error_sentence
from onething.text import Text
from runtime.settings import Settings

_PATIENCE: Final = 180.0
_SETTLED: Final = frozenset({"correction_requested", "needs_operator"})


_LISTED: Final = {"bundle": "", "scenario": "{bundle} "}
"""What `--list` names, and of what."""
_PASSING: Final = Text(
    zh="本次演示在临时环境中办理，现已关闭：办件编号不能再查询，回执上的二维码网址也打不开。"
    "回执本身仍然有效，可随时用 ./once verify 核验。要保留办件，先运行 ./once up，再演示。",
    en="This case ran on a temporary stack that has ended now: its number cannot be looked up, and the "
    "address in its QR code no longer opens. The receipt itself stays and verifies with ./once verify. To "
    "keep a case, run ./once up first, then the demo.",
)


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
        if isinstance(error, NotKnown) and error.kind in _LISTED:
            console.print(f"  → ./once demo {_LISTED[error.kind].format(bundle=bundle)}--list")
    return 1


def _run(bundle: str, scenario: str | None, answers: Path | None, ways: tuple[Path | None, Console]) -> int:
    out, console = ways
    settings = attached()
    catalog = load_catalog(settings.catalog_dir)
    story = _story(catalog.scenario(bundle, scenario), answers)
    title = catalog.bundle(bundle).title
    console.print(f"[bold]{title.zh}[/] {title.en} · {story.title.zh}")
    folder = out or Path("out")
    if demo_story.takes_long(story):
        return demo_story.run(catalog, bundle, story, settings, (folder, console))
    with _stack(settings, console) as used, at_the_counter(used) as counter:
        counter.set_story(bundle, story.scenario)
        counter.know(story)
        number = counter.file(bundle, story)
        console.print(f"办件编号 case number [bold]{number}[/]\n")
        case = _watch(counter, number, console)
        console.print(table_of(case))
        ledger = counter.ledger(number)
        tell_end(case, ledger, console)
        if case["receipts"]:
            _keep_receipt(counter, number, folder, console)
        if used.home != settings.home:
            console.print(f"[yellow]{_PASSING.zh}[/]\n{_PASSING.en}")
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
    deadline, pause, seen = monotonic() + _PATIENCE, Event(), 0
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        while True:
            case = counter.case(number)
            seen = _tell_news(counter, number, seen, live.console)
            live.update(table_of_open(case))
            if case["ended"] or _waits_for_people(case) or monotonic() > deadline:
                return case
            pause.wait(0.2)


def _tell_news(counter: Counter, number: str, seen: int, console: Console) -> int:
    """Print what the case tells since line `seen`; gives the newest line's number."""
    lines = counter.timeline(number, seen)
    clock = [
        {**line, "at": f"{datetime.fromisoformat(line['at']).astimezone(BEIJING):%H:%M:%S}"} for line in lines
    ]
    for line in told(clock):
        console.print(line)
    return int(lines[-1]["seq"]) if lines else seen


def _waits_for_people(case: dict[str, Any]) -> bool:
    open_ = [slot for slot in case["slots"] if not slot["ended"] and slot["state"] != "blocked"]
    return bool(open_) and bool(case["receipts"]) and all(slot["state"] in _SETTLED for slot in open_)


def _keep_receipt(counter: Counter, number: str, folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "receipt.json").write_bytes(counter.receipt(number, "json"))
    (folder / "receipt.pdf").write_bytes(counter.receipt(number, "pdf"))
    console.print(f"回执 receipt: {folder / 'receipt.pdf'}  {folder / 'receipt.json'}")
    console.print(f"核验 verify: ./once verify {folder / 'receipt.pdf'}")
