"""Clerks who are signed in at their own windows."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import insert

from api.session import sign_in
from records.account import NewAccount, open_account
from records.schema_account import window as window_table


@pytest.fixture
async def window(office):
    """A function that opens a window for an area."""

    async def make(name: str, area: str) -> str:
        row = {"id": name, "name_zh": f"{name}窗口", "name_en": name, "region": (area + "000000")[:6]}
        row |= {"area": area, "phone": "0795-1", "address_zh": "一楼", "address_en": "Ground floor"}
        row |= {"hours_zh": "工作日", "hours_en": "Working days", "closed_at": None}
        await office.archive.database.write(lambda one: one.execute(insert(window_table), row))
        return name

    return make


@pytest.fixture
def clerk(office) -> Callable[..., Awaitable[dict[str, str]]]:
    """A function that signs a clerk in; gives the headers of their requests, and the account's id."""

    async def make(name: str, window_id: str | None = None, **given: str) -> dict[str, str]:
        new = NewAccount(
            "test", name, given.get("role", "clerk"), window_id, given.get("area"), person={"name": name}
        )
        account = await open_account(office.archive, new, office.now())
        return {"authorization": f"Bearer {await sign_in(office, account)}", "account": account.id}

    return make
