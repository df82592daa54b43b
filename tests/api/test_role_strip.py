"""The visitor's strip: who looks at a page, said once."""

import re


async def test_a_role_that_is_somebodys_whole_name_stands_there_once(client):
    await client.post("/sign-in/development", data={"account": "supervisor"})
    strip = re.search(r'<div class="who">(.*?)</div>', (await client.get("/supervision")).text, re.DOTALL)
    assert strip is not None
    assert strip[1].count("督办人员") == 1
