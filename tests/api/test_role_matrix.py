"""Every role at every route: who may, comes in; who may not, is told so, and nothing else happens."""

import re
from typing import Any

import pytest

from api.document import accesses
from api.role import SIGNED_IN, Role

CHOICE = {
    Role.CLERK: {"account": "clerk"},
    Role.CITIZEN: {"name": "李一", "id_number": "110105199001011232"},
    Role.REPRESENTATIVE: {"account": "representative"},
    Role.HANDLER: {"account": "handler-police"},
    Role.SUPERVISOR: {"account": "supervisor"},
    Role.ADMINISTRATOR: {"account": "administrator"},
    Role.AUDITOR: {"account": "auditor"},
}
SOMETHING = {"number": "360900-A-20260303-000000-0", "draft": "0" * 32, "name": "page.css"}


def filled(path: str) -> str:
    """The address with something at each of its parts."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: SOMETHING.get(part[1], "0" * 32), path)


@pytest.mark.parametrize("role", sorted(SIGNED_IN))
async def test_a_role_comes_in_where_it_is_declared_and_nowhere_else(app, client, role):
    answer = await client.post("/sign-in/development", data=CHOICE[role])
    assert answer.status_code == 303, answer.text
    bearer = {"authorization": f"Bearer {client.cookies['once_session']}"}
    client.cookies.clear()
    wrong: list[Any] = []
    for path, method, declared in accesses(app):
        if path in {"/sign-out", "/events"}:
            continue
        roles = frozenset().union(*(one.roles for one in declared))
        may = bool(roles & {role, Role.PUBLIC, Role.AGENCY})
        answer = await client.request(method, filled(path), headers=bearer)
        # Refused for want of a role: who may come in is told other things, such as that it does not exist.
        refused = answer.status_code == 403 and answer.json().get("code") == "not_allowed"
        if refused == may or answer.status_code == 401:
            wrong.append((method, path, answer.status_code, may))
    assert wrong == []


async def test_every_role_but_the_public_has_a_way_to_sign_in():
    assert set(CHOICE) == set(SIGNED_IN)
