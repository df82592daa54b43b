"""A hand at our pages without a browser: in go a page and what is typed, out come the requests."""

from collections.abc import Mapping
from typing import Any

import httpx2

from tests.conformance.markup import Node, parse, sent_by
from tests.conformance.shown import Shown, of_markup
from tests.conformance.typing_hand import Typing, as_sent


def open_page(client: httpx2.Client, address: str) -> Node:
    """Look at a page; fails unless there is one."""
    answer = client.get(address, headers={"accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == 200, (address, answer.text[:300])
    return parse(answer.text)


def plan_for(client: httpx2.Client, event: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a draft as it stands, with everything that is missing."""
    body = {key: kept[key] for key in ("situations", "answers")} | {"draft": kept["id"], "complain": True}
    answer = client.post(f"/api/v1/bundles/{event}/plan", json=body)
    assert answer.status_code == 200, answer.text[:300]
    plan: dict[str, Any] = answer.json()
    return plan


def send(client: httpx2.Client, address: str, fields: list[tuple[str, str]], do: str) -> httpx2.Response:
    """Click a button of a form."""
    data: dict[str, list[str]] = {}
    for name, value in (*fields, ("do", do)):
        data.setdefault(name, []).append(value)
    answer = client.post(address, data=data, headers={"accept": "text/html"})
    assert answer.status_code in {200, 303, 422}, answer.text[:300]
    return answer


def filled(page: Node, typing: Typing) -> list[tuple[str, str]]:
    """What the page's form sends once everything that is shown has been typed."""
    form = next(one for one in page.named("form") if of_markup(one))
    kinds = {one.pointer: one for one in of_markup(form).values()}
    rest = [(name, value) for name, value in sent_by(form) if typing.texts.get(name) is None]
    for pointer, shown in kinds.items():
        rest += [(pointer, one) for one in _typed(shown, typing.texts.get(pointer))]
    return rest


def _typed(shown: Shown, raw: Any) -> tuple[str, ...]:
    return () if shown.kind == "tick" and raw is False else as_sent(raw)
