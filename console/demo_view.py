"""A case on the screen: in go what its workflow knows and its pinned words, out come table and ending."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from api.clock_view import promised_of
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_state import CaseState, Deadline, SlotCase
from onething.duration import Duration
from onething.slot_course import awaited
from onething.text import Text
from onething.wording import BUNDLE_STATES, SLOT_STATES

_MARKS: Final = {
    "granted": "[green]✓[/]",
    "partly_granted": "[green]✓[/]",
    "refused": "[red]✗[/]",
    "declined": "[red]✗[/]",
    "lapsed": "[red]✗[/]",
    "withdrawn": "[dim]−[/]",
    "not_applicable": "[dim]−[/]",
    "blocked": "[yellow]■[/]",
    "needs_operator": "[yellow]![/]",
    "correction_requested": "[yellow]?[/]",
    "waiting": "[dim]·[/]",
}


_UNLESS_DECLINED: Final = Text(zh="免申即享，等候告知期满", en="automatic unless declined")
_NEVER: Final = frozenset({"not_applicable", "withdrawn"})
"""States of an item that has no day to be done by."""


def table_of(case: Mapping[str, Any], title: str | None = None) -> Table:
    """Every slot of a case view: where it stands, by when it is promised; long names go on below."""
    table = _table(title, "事项 item", "状态 state", "到期 due")
    for slot in case["slots"]:
        waits = f"\n[dim]{slot['awaited']['zh']}[/]" if slot["awaited"] else ""
        named = f"{_pair(slot['title'])}\n[dim]{_pair(slot['agency'])}[/]"
        table.add_row(_mark(slot), named, _pair(slot["state_text"]) + waits, _due(slot))
    return table


def table_of_open(case: Mapping[str, Any], title: str | None = None) -> Table:
    """What still moves and what it waits for: short enough for a screen that is drawn again and again."""
    slots = case["slots"]
    open_ = [slot for slot in slots if slot["awaited"]]
    done = len(slots) - len(open_)
    table = _table(title, f"已有结果 {done}/{len(slots)} done", "等什么 waits for", "到期 due")
    for slot in open_:
        table.add_row(_mark(slot), slot["title"]["zh"], slot["awaited"]["zh"], _due(slot))
    return table


def told(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line for what was told of one item in one minute: `at`, `title`, and each `text`."""
    for (at, title), together in groupby(
        lines, lambda line: (line["at"], line["title"] and line["title"]["zh"])
    ):
        texts = [line["text"] for line in together]
        zh, en = "，".join(text["zh"] for text in texts), ", ".join(text["en"] for text in texts)
        yield f"[dim]{at}[/]  {f'{title}：' if title else ''}{zh}  [dim]{en}[/]"


def _table(title: str | None, *headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")
    table.add_column("", no_wrap=True)
    for heading in headings[:-1]:
        table.add_column(heading, overflow="fold")
    table.add_column(headings[-1], no_wrap=True)
    return table


def _mark(slot: Mapping[str, Any]) -> str:
    return _MARKS.get(slot["state"], "[cyan]…[/]")


def _pair(words: Mapping[str, str]) -> str:
    return f"{words['zh']}  {words['en']}"


def _due(slot: Mapping[str, Any]) -> str:
    """The promised day, else the law's; before either clock has started, how long it is promised to take."""
    for name in ("promised", "statutory"):
        if slot[name]:
            return str(slot[name]["due"])
    if slot["state"] in _NEVER:
        return "[dim]—[/]"
    limit = Duration.parse(slot["promised_limit"])
    return f"[dim]{limit.text.zh}[/]"


def tell_end(case: Mapping[str, Any], ledger: Mapping[str, Any], console: Console) -> None:
    """Say how the case ended, what the agencies' ledgers hold, and why what did not succeed did not."""
    console.print(f"\n{case['state_text']['zh']} {case['state_text']['en']}", end="  ")
    twice = ledger["more_than_once"]
    words = "无重复 none twice" if not twice else f"[red]重复 {twice} twice[/]"
    console.print(f"部门台账：生效 {ledger['effects']} 次，{words}")
    for slot in case["slots"]:
        for text in slot.get("explained", ()):
            console.print(f"  {slot['title']['zh']}：{text['zh']}\n    {text['en']}")
        for reason in slot["reasons"]:
            console.print(f"  {slot['title']['zh']}：{reason['zh']}\n    {reason['en']}")
        if slot["blocked"]:
            text, fix = slot["blocked"]["text"], slot["blocked"]["fix"]
            console.print(
                f"  {slot['title']['zh']}：{text['zh']}；{fix['zh']}\n    {text['en']}; {fix['en']}"
            )
        if slot["operator"]:
            reason = slot["operator"]["reason"]
            console.print(f"  {slot['title']['zh']}：需要工作人员处理（{reason}）  a clerk has to see to it")


def view_of(case: CaseInput, state: CaseState) -> dict[str, Any]:
    """The case as `table_of` and `tell_end` show one, straight from its workflow."""
    titles = {one.slot: one.title for one in case.definition.slots}
    known = [(one, state.slots[one.slot]) for one in case.definition.slots if one.slot in state.slots]
    waits = [awaited(one, slot, state, titles) for one, slot in known]
    return {
        "state_text": _words(BUNDLE_STATES[state.state]),
        "slots": [_slot(*one, text, case) for one, text in zip(known, waits, strict=True)],
    }


def _slot(definition: SlotDefinition, slot: SlotCase, waits: Text | None, case: CaseInput) -> dict[str, Any]:
    blocked, promised, due = slot.blocked_by, definition.promised, promised_of(slot, definition, case)
    return {
        "title": _words(definition.title),
        "agency": _words(definition.agency_title),
        "state": slot.state.value,
        "state_text": _words(_state(definition, slot)),
        "promised_limit": f"{promised.amount}{promised.unit}",
        "awaited": _words(waits) if waits else None,
        "promised": {"due": due.due.due} if due else None,
        "statutory": {"due": slot.statutory.due.due} if slot.statutory else None,
        "explained": [_words(one.due.explanation) for one in _moved(slot)],
        "reasons": [_words(reason.text) for reason in slot.reasons],
        "blocked": {"text": _words(blocked.text), "fix": _words(blocked.fix)} if blocked else None,
        "operator": {"reason": slot.operator.reason.value} if slot.operator else None,
    }


def _state(definition: SlotDefinition, slot: SlotCase) -> Text:
    """What an item's state is called; one that only waits for an objection is held up by nothing."""
    gate = slot.blocked_by.gate if slot.blocked_by else None
    if gate and any(one.opt_out for one in definition.gates if one.gate == gate):
        return _UNLESS_DECLINED
    return SLOT_STATES[slot.state]


def _moved(slot: SlotCase) -> tuple[Deadline, ...]:
    """Due dates that a pause or an extension has moved: why they are what they are has to be said."""
    if not slot.pauses and slot.extension is None:
        return ()
    return tuple(one for one in (slot.promised, slot.statutory) if one is not None)


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
