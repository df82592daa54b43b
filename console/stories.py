"""`./once demo BUNDLE --list`: in goes a life event, out come its stories, each with one sentence."""

from rich.console import Console

from onething.catalog import load_catalog
from onething.definition import Scenario
from onething.errors import OneThingError
from onething.sentence import error_sentence
from runtime.settings import Settings


def run(bundle: str) -> int:
    """Print every story of the life event, its default one first; 0, or 1 for an event nobody knows."""
    console = Console(highlight=False)
    try:
        catalog = load_catalog(Settings().catalog_dir)
        event = catalog.bundle(bundle)
        stories = catalog.scenarios.get(bundle, {})
        first = catalog.scenario(bundle).scenario
    except OneThingError as error:
        text = error_sentence(error.code, error.params)
        console.print(f"[red]{text.zh}[/]\n{text.en}")
        return 1
    console.print(f"[bold]{event.title.zh}[/] {event.title.en} · {len(stories)} 个情景 stories")
    for name in sorted(stories, key=lambda name: (name != first, name)):
        _tell(stories[name], console, default=name == first)
    console.print(f"\n演示其中一个 to show one: ./once demo {bundle} --scenario NAME")
    return 0


def _tell(story: Scenario, console: Console, *, default: bool) -> None:
    mark = "  [dim]（默认 the default）[/]" if default else ""
    console.print(f"\n[bold]{story.scenario}[/]{mark}\n  {story.title.zh}\n  [dim]{story.title.en}[/]")
