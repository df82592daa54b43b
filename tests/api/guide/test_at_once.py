"""A single item that is settled on the spot: no days are counted, and nothing is said to be repeated."""

import re
from html import unescape

from tests.api.guide.walk import Clerk

BUNDLE = "marriage_birth_household"


async def test_what_is_settled_on_the_spot_is_said_so_and_not_in_zero_days(client, catalog):
    story = catalog.scenario(BUNDLE, "neither_local_nor_permit")
    story = story.model_copy(update={"situations": story.situations | {"appointment": False}})
    clerk = Clerk(client, BUNDLE, story)
    await clerk.to_form()
    saved = unescape(clerk.page.split('class="saved"')[1].split("</section>")[0])
    assert "即时办结" in saved
    assert not re.search(r"\b0 个工作日", saved)
    assert "只填一次" not in saved
    assert re.search(r"这一事项共 \d+ 项", saved)


async def test_the_guide_says_on_the_spot_too(client, catalog):
    told = catalog.scenario(BUNDLE, "neither_local_nor_permit").situations | {"appointment": False}
    sent = {
        f"/situations/{name}": str(value).lower() for name, value in told.items() if value not in ([], None)
    }
    sent["shown"] = "/situations/special"
    page = unescape((await client.get(f"/guides/{BUNDLE}", params=sent)).text)
    assert "即时办结" in page.split('class="exact"')[1].split("</div>")[0]
