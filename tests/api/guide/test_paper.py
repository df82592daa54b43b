"""A paper that was uploaded by mistake: it is looked at, taken away again, and the same file is kept once."""

import re

import pytest

from records.audit import entries_of
from records.material import Holder, materials_of
from tests.api.guide.walk import HTML, Clerk, held

FIRST = ("first.pdf", b"%PDF-1.7\n%first\n%%EOF\n", "application/pdf")
SECOND = ("second.pdf", b"%PDF-1.7\n%second\n%%EOF\n", "application/pdf")


@pytest.fixture
async def clerk(client, story):
    clerk = Clerk(client, "bereavement", story)
    await clerk.to_form()
    await clerk.fill_in()
    return clerk


def paper_of(clerk):
    """The first paper that the form asks for."""
    return re.search(r'<input type="file" id="[^"]+" name="/materials/(\w+)"', clerk.page)[1]


def draft_of(clerk):
    return held(clerk.page)["draft"][0]


def buttons(page, material):
    return re.findall(rf'<button class="link" name="do" value="(unfile:/{material}/\w{{32}})"', page)


async def test_the_same_file_again_is_the_same_file(clerk):
    material = paper_of(clerk)
    before = len(buttons(clerk.page, material))
    for _ in range(3):
        await clerk.click("save", files={f"/materials/{material}": FIRST})
    assert len(buttons(clerk.page, material)) == before + 1
    await clerk.click("save", files={f"/materials/{material}": SECOND})
    assert len(buttons(clerk.page, material)) == before + 2
    assert f"共 {before + 2} 个文件" in clerk.page


@pytest.mark.parametrize("step", ["form", "check"])
async def test_a_wrong_file_is_opened_and_deleted_without_script_before_it_is_filed(
    clerk, client, office, step
):
    material = paper_of(clerk)
    before = buttons(clerk.page, material)
    await clerk.click("save", files={f"/materials/{material}": FIRST})
    (drop,) = set(buttons(clerk.page, material)) - set(before)
    if step == "check":
        await clerk.click("next")
        assert 'name="step" value="check"' in clerk.page
    wrong = drop.rpartition("/")[2]
    answer = await client.get(f"/drafts/{draft_of(clerk)}/files/{wrong}")
    assert answer.content == FIRST[1]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    draft = draft_of(clerk)
    await clerk.click(drop)
    assert clerk.status == 200
    assert f'name="step" value="{step}"' in clerk.page
    assert buttons(clerk.page, material) == before
    assert wrong not in {one.id for one in await materials_of(office.archive, Holder(draft=draft))}
    assert (await client.get(f"/drafts/{draft}/files/{wrong}")).status_code == 404
    await clerk.click(drop)
    assert clerk.status == 200
    noted = [one.action for one in await entries_of(office.archive)]
    assert noted.count("drop_material") == 1
    assert "read_material" in noted


async def test_nobody_else_opens_a_drafts_file(clerk, client):
    material = paper_of(clerk)
    await clerk.click("save", files={f"/materials/{material}": FIRST})
    place = f"/drafts/{draft_of(clerk)}/files/{buttons(clerk.page, material)[0].rpartition('/')[2]}"
    await client.post("/sign-in/development", data={"name": "李一", "id_number": "110105199001011232"})
    assert (await client.get(place, headers=HTML)).status_code in {403, 404}
