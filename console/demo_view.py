"""A case on the screen: in go what its workflow knows and its pinned words, out come table and ending."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from onething.case_definition import CaseInput, SlotDefinition
from onething.case_state import CaseState, Deadline, SlotCase
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


def table_of(case: Mapping[str, Any], title: str | None = None) -> Table:
    """One line per slot of a case view, under the day it shows."""
    table = Table(box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")
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
            str(due),
        )
    return table


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
            console.print(f"  {slot['title']['zh']}：{reason['zh']}")
        if slot["blocked"]:
            console.print(
                f"  {slot['title']['zh']}：{slot['blocked']['text']['zh']}；{slot['blocked']['fix']['zh']}"
            )
        if slot["operator"]:
            console.print(f"  {slot['title']['zh']}：需要工作人员处理（{slot['operator']['reason']}）")


def view_of(case: CaseInput, state: CaseState) -> dict[str, Any]:
    """The case as `table_of` and `tell_end` show one, straight from its workflow."""
    return {
        "state_text": _words(BUNDLE_STATES[state.state]),
        "slots": [
            _slot(one, state.slots[one.slot]) for one in case.definition.slots if one.slot in state.slots
        ],
    }


def _slot(definition: SlotDefinition, slot: SlotCase) -> dict[str, Any]:
    blocked, promised = slot.blocked_by, definition.promised
    return {
        "title": _words(definition.title),
        "agency": _words(definition.agency_title),
        "state": slot.state.value,
        "state_text": _words(SLOT_STATES[slot.state]),
        "promised_limit": f"{promised.amount}{promised.unit}",
        "promised": {"due": slot.promised.due.due} if slot.promised else None,
        "explained": [_words(one.due.explanation) for one in _moved(slot)],
        "reasons": [_words(reason.text) for reason in slot.reasons],
        "blocked": {"text": _words(blocked.text), "fix": _words(blocked.fix)} if blocked else None,
        "operator": {"reason": slot.operator.reason.value} if slot.operator else None,
    }


def _moved(slot: SlotCase) -> tuple[Deadline, ...]:
    """Due dates that a pause or an extension has moved: why they are what they are has to be said."""
    if not slot.pauses and slot.extension is None:
        return ()
    return tuple(one for one in (slot.promised, slot.statutory) if one is not None)


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
