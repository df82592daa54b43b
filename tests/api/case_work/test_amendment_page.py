"""The family's situation turns out otherwise, and a clerk says so with nothing but a form."""

import re
from html import unescape

import pytest

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}


def sent(page):
    """The form as a browser would send it back: what is ticked, chosen and typed."""
    form: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        kind = re.search(r'type="(\w+)"', tag)
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or (kind[1] in {"radio", "checkbox"} and "checked" not in tag) or kind[1] == "file":
            continue
        form.setdefault(unescape(name[1]), []).append(unescape(value[1]) if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form.setdefault(name, []).append(chosen[1] if chosen else "")
    return form


def asked(page):
    every = re.findall(r'name="shown" value="([^"]+)"', page.text)
    return [one for one in every if not one.startswith("/situations/")]


async def post(client, number, form):
    return await client.post(f"/cases/{number}/amendment", data=form, headers=HTML)


async def test_an_item_is_dropped_after_it_was_shown_and_not_before(client, number, engine):
    page = await client.get(f"/cases/{number}/amendment", headers=HTML)
    assert page.status_code == 200, page.text
    form = sent(page) | {"/situations/has_real_estate": ["false"]}
    seen = await post(client, number, form | {"do": ["confirm"]})
    assert seen.status_code == 200, seen.text
    assert "不再办理" in seen.text
    assert engine.updates == []
    done = await post(client, number, sent(seen) | {"do": ["confirm"]})
    assert done.status_code == 303, done.text
    assert engine.states[number].slots["real_estate"].state == "not_applicable"


async def test_a_new_item_asks_only_what_is_new_and_complains_only_of_what_it_asked(client, number, engine):
    page = await client.get(f"/cases/{number}/amendment", headers=HTML)
    form = sent(page) | {"/situations/has_housing_fund": ["true"], "do": ["look"]}
    asks = await post(client, number, form)
    assert asks.status_code == 200, asks.text
    assert "新增事项需要补充的内容" in asks.text
    assert 'name="do" value="confirm"' not in asks.text
    fields = asked(asks)
    assert fields
    assert "/deceased/name" not in fields
    again = await post(client, number, sent(asks) | {"do": ["look"]})
    assert again.status_code == 422
    assert engine.updates == []


async def test_nothing_changed_is_nothing_done(client, number, engine):
    page = await client.get(f"/cases/{number}/amendment", headers=HTML)
    same = await post(client, number, sent(page) | {"do": ["confirm"]})
    assert same.status_code == 200
    assert "还没有改动" in same.text
    assert engine.updates == []


async def test_what_is_typed_is_shown_as_text(client, number):
    page = await client.get(f"/cases/{number}/amendment", headers=HTML)
    form = sent(page) | {"/situations/has_housing_fund": ["true"], "do": ["look"]}
    asks = await post(client, number, form)
    fields = asked(asks)
    evil = {name: ['"><script>alert(1)</script>'] for name in fields}
    answer = await post(client, number, sent(asks) | evil | {"do": ["look"]})
    assert answer.status_code in {200, 422}
    assert "<script>alert" not in answer.text
