"""What is set and read from outside: in go behaviours and stories, out come the ledgers' counts as JSON."""

import os
from typing import Any, Final

from fastapi import APIRouter, Response

from onething.behaviour import Behaviour
from onething.errors import CatalogError
from simulator.desk import EVERYWHERE, Desk
from simulator.filing import TheCard, TheDesk
from simulator.problem import Refusal

router = APIRouter()
agency_router = APIRouter(prefix="/agencies/{agency}")
ledger_router = APIRouter(prefix="/ledger/{agency}")

_SUMS: Final = ("attempts", "filings", "effects")

PROCESS_HEADER: Final = "once-process"
"""As `runtime/health.py` has it, which a stand-in may not import."""


@router.get("/healthz")
async def healthz(desk: TheDesk, response: Response) -> dict[str, Any]:
    """Say that the process serves, and which one it is."""
    response.headers[PROCESS_HEADER] = str(os.getpid())
    return {"ok": True, "agencies": len(desk.world.agencies)}


@router.get("/ledger")
async def ledger(desk: TheDesk, prefix: str = "") -> dict[str, Any]:
    """Counts of every agency; `prefix` keeps to the keys of one case."""
    return totals(desk, prefix)


@ledger_router.get("")
async def agency_ledger(card: TheCard, desk: TheDesk, prefix: str = "") -> dict[str, Any]:
    """Each key that ever knocked at one agency, with its counts and newest state."""
    return {"agency": card.agency, "keys": desk.ledger.keys(card.agency, prefix)}


@agency_router.put("/behaviour/{item}", status_code=204)
async def play_item(card: TheCard, item: str, steps: list[Any], desk: TheDesk) -> None:
    """Let the agency play these steps for an item, a slot or `*`, from the next filing on."""
    choose_steps(desk, card.agency, item, steps)


@agency_router.delete("/behaviour/{item}", status_code=204)
async def play_default(card: TheCard, item: str, desk: TheDesk) -> None:
    """Return to the default: received, accepted and granted at once."""
    desk.ledger.set_behaviour(card.agency, item, None)


@router.put("/story/{bundle}/{scenario}", status_code=204)
async def play_story(bundle: str, scenario: str, desk: TheDesk) -> None:
    """Let every agency play its part of a story from the next filing on; the story before it ends."""
    story = desk.world.stories.get(f"{bundle}/{scenario}")
    if story is None:
        raise Refusal(404, "unknown_story")
    end_story(desk)
    for name, steps in story.items():
        choose_steps(desk, EVERYWHERE, name, steps)


@router.delete("/story", status_code=204)
async def play_no_story(desk: TheDesk) -> None:
    """End the story that is played."""
    end_story(desk)


def totals(desk: Desk, prefix: str = "") -> dict[str, Any]:
    """Sum up every agency's ledger, and name the keys that brought about more than one effect."""
    agencies = {name: desk.ledger.sums(name, prefix) for name in desk.world.agencies}
    return {
        "agencies": agencies,
        **{word: sum(agency[word] for agency in agencies.values()) for word in _SUMS},
        "more_than_once": sum(len(agency["more_than_once"]) for agency in agencies.values()),
    }


def choose_steps(desk: Desk, agency: str, name: str, steps: Any) -> None:
    """Keep steps that make sense; raises Refusal saying which do not."""
    try:
        behaviour = Behaviour.read(steps, f"behaviour of {name}")
    except CatalogError as error:
        raise Refusal(422, "behaviour_unreadable", what=error.what, fix=error.fix) from None
    listed = steps if isinstance(steps, list) else [steps]
    desk.ledger.set_behaviour(agency, name, listed if behaviour.steps else None)


def end_story(desk: Desk) -> None:
    """Forget what the story said."""
    for name in desk.ledger.behaviours(EVERYWHERE):
        desk.ledger.set_behaviour(EVERYWHERE, name, None)
