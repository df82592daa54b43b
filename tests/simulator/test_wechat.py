"""The stand-in for WeChat answers in WeChat's own words."""

import pytest

from simulator.wechat import APP_ID, APP_SECRET

ASKED = {
    "appid": APP_ID,
    "secret": APP_SECRET,
    "js_code": "login-mei-1",
    "grant_type": "authorization_code",
}


async def ask(client, **changed: str):
    return (await client.get("/wechat/sns/jscode2session", params=ASKED | changed)).json()


async def test_a_code_names_its_user_always_by_the_same_openid(client):
    first, again = await ask(client), await ask(client, js_code="login-mei-2")
    assert first["openid"] == again["openid"] != (await ask(client, js_code="login-hua-1"))["openid"]
    assert first["session_key"] != again["session_key"]


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"appid": "wx1"}, 40013),
        ({"secret": "guessed"}, 40125),
        ({"js_code": "made up"}, 40029),
        ({"grant_type": "password"}, 40029),
    ],
)
async def test_what_is_wrong_has_wechats_number(client, changed, errcode):
    assert (await ask(client, **changed))["errcode"] == errcode


async def test_a_code_counts_once(client):
    await ask(client)
    assert (await ask(client))["errcode"] == 40163
