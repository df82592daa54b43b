"""The administrator's account form asks only what the chosen role has, without a line of script."""

import pytest

ASKED = {
    "clerk": {"window"},
    "handler": {"agency", "area"},
    "supervisor": {"area"},
    "auditor": {"area"},
    "administrator": set(),
    "representative": {"organisation", "id_number", "area"},
}


@pytest.mark.parametrize("width", [1280, 375])
async def test_a_chosen_role_is_asked_for_its_own_place_only(visit, site, fit, width):
    async with visit(width, script=False, account="administrator") as page:
        await page.goto(f"{site.address}/administration/accounts")
        for role, asked in ASKED.items():
            await page.select_option("#role", role)
            shown = {name for name in set().union(*ASKED.values()) if await page.is_visible(f"#{name}")}
            assert shown == asked
    async with visit(width, account="administrator") as page:
        await page.goto(f"{site.address}/administration/accounts")
        assert await fit(page) == []
