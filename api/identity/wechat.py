"""WeChat's word for a mini-program's user: in goes the code of `wx.login`, out comes an identity unproven.

`code2Session` (WeChat, "小程序登录") answers with an openid, which is a name and no proof of who somebody is,
and with a session key, which is dropped here: it is neither stored, logged nor sent on.
"""

from collections.abc import Mapping
from typing import Final

import httpx2

from api.identity.errors import IdentityRefused, IdentityUnavailable
from api.identity.proof import PATIENCE, fetch
from api.identity.provider import OPENID, Identity
from onething.text import Text
from runtime.settings import Settings

_WRONG_CODE: Final = frozenset({40029, 40163, 40226})
"""errcode: the code is not valid, was used before, or its user is barred."""


class WeChatProvider:
    """The mini-program's sign-in."""

    name = "wechat"
    title = Text(zh="微信", en="WeChat")
    staff = False

    def __init__(self, settings: Settings) -> None:
        """Nothing is asked before the first sign-in."""
        self._url = settings.wechat_url.rstrip("/")
        self._app_id = settings.wechat_app_id or ""
        self._secret = settings.wechat_app_secret or ""

    async def complete(self, kept: Mapping[str, str], answered: Mapping[str, str], back: str) -> Identity:
        """Ask WeChat whose `code` it is."""
        del kept, back
        asked = {
            "appid": self._app_id,
            "secret": self._secret,
            "js_code": answered.get("code", ""),
            "grant_type": "authorization_code",
        }
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            told = await fetch(client, self.name, f"{self._url}/sns/jscode2session", params=asked)
        openid = told.get("openid")
        if told.get("errcode") in _WRONG_CODE:
            raise IdentityRefused(provider=self.name, why="code")
        if told.get("errcode") or not isinstance(openid, str) or not openid:
            raise IdentityUnavailable(provider=self.name)
        return Identity(self.name, f"{self._app_id}:{openid}", person={OPENID: openid})
