"""A demonstration in the story's own time: in goes a story of days or weeks, out come its course and receipt.

Nothing of it stays but the receipt, which is signed with this installation's key so that `./once verify`
knows it.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.live import Live

from api.case_number import new_number
from console.act import perform
from console.demo_view import table_of, table_of_open, tell_end, told, view_of
from console.skip_server import start_environment
from console.stage import Played, Stage
from onething.behaviour import Behaviour, StepKind, duration
from onething.calendar import load_calendar
from onething.case import FINAL
from onething.case_definition import SlotDefinition
from onething.case_state import CaseState
from onething.catalog import Catalog
from onething.counting import BEIJING
from onething.definition import Scenario
from onething.text import Text
from onething.timeline import line_text
from records.archive import open_archive
from records.blob import get_blob
from records.receipt import receipt_of
from records.timeline import TimelineRow, timeline_of
from runtime.keyring import KeyRing
from runtime.settings import Settings

_PATIENCE: Final = timedelta(minutes=1)
PLAYED: Final = Text(
    zh="本次演示在情景自己的时间里办理，现已结束：办件编号不能再查询，回执上的二维码网址也打不开。"
    "回执本身仍然有效，可随时用 ./once verify 核验。",
    en="This case ran in the story's own time and has ended with it: its number cannot be looked up, and the "
    "address in its QR code no longer opens. The receipt itself stays and verifies with ./once verify.",
)
_WEEK: Final = "一二三四五六日"


def takes_long(story: Scenario) -> bool:
    """Whether people act in the story, or its agencies take longer than anybody watches a screen."""
    return bool(story.acts) or any(
        _longest(Behaviour.read(steps, f"behaviour of {name}")) > _PATIENCE
        for name, steps in story.behaviour.items()
    )


def run(
    catalog: Catalog, bundle: str, story: Scenario, settings: Settings, ways: tuple[Path, Console]
) -> int:
    """Play the story and keep its receipt; 0 when it comes out as it says and no effect came twice, else 2.

    Raises CatalogError for a story that does not come out as it says, AnswersRejected for wrong answers.
    """
    # An agency that is away, or has no news yet, makes an attempt fail: that is part of the play.
    logging.getLogger("temporalio.activity").setLevel(logging.ERROR)
    return asyncio.run(_run(catalog, bundle, story, settings, ways))


async def _run(
    catalog: Catalog, bundle: str, story: Scenario, settings: Settings, ways: tuple[Path, Console]
) -> int:
    out, console = ways
    number = new_number(
        story.region, catalog.bundle(bundle).code, datetime.fromisoformat(story.filed_at).date()
    )
    async with _stage(catalog, settings) as stage:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            course = _Course(stage, number, live)
            async with stage.play(story, bundle=bundle, number=number, watch=course.look) as played:
                course.played = played
                console.print(f"办件编号 case number [bold]{number}[/]\n")
                state = await perform(played)
                now = await played.now()
                await course.look(state, now)
                effects = played.effects()
        ledger = {"effects": sum(effects.values()), "more_than_once": sum(n > 1 for n in effects.values())}
        view = view_of(played.case, state)
        console.print(table_of(view, _day(now)))
        tell_end(view, ledger, console)
        if state.receipts:
            await _keep_receipt(stage, number, out, console)
        console.print(f"[yellow]{PLAYED.zh}[/]\n{PLAYED.en}")
    as_told = state.state in FINAL or state.state == story.expect.state
    return 0 if as_told and not ledger["more_than_once"] else 2


@asynccontextmanager
async def _stage(catalog: Catalog, settings: Settings) -> AsyncIterator[Stage]:
    ring = KeyRing.load_or_create(settings.keys_dir)
    with (
        tempfile.TemporaryDirectory(prefix="once-", ignore_cleanup_errors=True) as folder,
        _renderer() as pool,
    ):
        home = Path(folder)
        async with (
            start_environment(ring) as environment,
            open_archive(f"sqlite+aiosqlite:///{home / 'once.db'}", ring, home / "blobs") as archive,
        ):
            calendar = load_calendar(settings.catalog_dir / "calendars")
            yield Stage(environment, archive, catalog, calendar, pool, settings.keys_dir)


def _renderer() -> Executor:
    """A process of its own, so that the screen goes on; where none can be had a thread renders too."""
    try:
        return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
    except OSError:
        return ThreadPoolExecutor(max_workers=1)


@dataclass
class _Course:
    """What is on the screen: the lines of the story so far, and the case below them."""

    stage: Stage
    number: str
    live: Live
    played: Played | None = None
    told: int = 0
    _known: dict[str, SlotDefinition] = field(default_factory=dict)
    _titles: dict[str, Text] = field(default_factory=dict)

    async def look(self, state: CaseState, now: datetime) -> None:
        """Tell what has happened since the last look, and show the case as it is."""
        if self.played is None:
            return
        case = self.played.case
        self._known.update({slot.slot: slot for slot in case.definition.slots})
        self._titles.update({slot.slot: slot.title for slot in case.definition.slots})
        lines = await timeline_of(self.stage.archive, self.number, after=self.told)
        for line in told([self._line(line) for line in lines]):
            self.live.console.print(line)
        self.told = lines[-1].seq if lines else self.told
        self.live.update(table_of_open(view_of(case, state), _day(now)), refresh=True)

    def _line(self, line: TimelineRow) -> dict[str, Any]:
        title = self._titles.get(line.slot or "")
        text = line_text(line.kind, line.params, self._known.get(line.slot or ""), self._titles)
        return {"at": _minute(line.at), "title": title and title.model_dump(), "text": text.model_dump()}


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _day(now: datetime) -> str:
    at = now.astimezone(BEIJING)
    chinese = f"{at.year}年{at.month}月{at.day}日（星期{_WEEK[at.weekday()]}）{at:%H:%M}"
    return f"{chinese}  {at:%a} {at.day} {at:%b %Y}"


def _longest(behaviour: Behaviour) -> timedelta:
    if any(step.do is StepKind.NEVER_ANSWER for step in behaviour.steps):
        return timedelta.max
    waits = [duration(step.after) for step in behaviour.steps]
    waits += [duration(step.for_) for step in behaviour.steps if step.for_ is not None]
    return sum(waits, start=timedelta())


async def _keep_receipt(stage: Stage, number: str, folder: Path, console: Console) -> None:
    stored = await receipt_of(stage.archive, number)
    kept = {"receipt.json": stored.json_blob, "receipt.pdf": stored.pdf_blob}
    files = {
        name: await get_blob(stage.archive, number, blob) for name, blob in kept.items() if blob is not None
    }
    await asyncio.to_thread(_write, folder, files)
    if stored.pdf_blob is None:
        console.print(f"回执 receipt: {folder / 'receipt.json'}（未生成 PDF，请运行 ./once doctor）")
        return
    console.print(f"回执 receipt: {folder / 'receipt.pdf'}  {folder / 'receipt.json'}")
    console.print(f"核验 verify: ./once verify {folder / 'receipt.pdf'}")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
