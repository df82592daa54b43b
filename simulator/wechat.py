"""A stand-in for WeChat's `code2Session`: in goes a code of `wx.login`, out come an openid and a session key.

A code reads `login-<user>-<anything>`; it counts once. Answers have WeChat's own words and numbers.
"""

import hashlib
import re
from base64 import b64encode
from typing import Any, Final

from fastapi import APIRouter, Request

router = APIRouter()
APP_ID: Final = "wx0000000000000000"
APP_SECRET: Final = "stand-in-app-secret"  # noqa: S105 - it opens nothing
_CODE: Final = re.compile(r"^login-([a-z0-9]{1,40})-[A-Za-z0-9]{1,80}$")
_KEPT: Final = 10_000


@router.get("/wechat/sns/jscode2session")
async def code_to_session(
    request: Request, appid: str = "", secret: str = "", js_code: str = "", grant_type: str = ""
) -> dict[str, Any]:
    """Answer as WeChat does: always with 200, and `errcode` where something is wrong."""
    if appid != APP_ID:
        return {"errcode": 40013, "errmsg": "invalid appid"}
    if secret != APP_SECRET:
        return {"errcode": 40125, "errmsg": "invalid appsecret"}
    found = _CODE.match(js_code)
    if found is None or grant_type != "authorization_code":
        return {"errcode": 40029, "errmsg": "invalid code"}
    used = _used(request)
    if js_code in used:
        return {"errcode": 40163, "errmsg": "code been used"}
    if len(used) >= _KEPT:
        used.clear()
    used.add(js_code)
    openid = "o" + hashlib.sha256(found[1].encode()).hexdigest()[:27]
    session_key = hashlib.sha256(js_code.encode()).digest()[:16]  # as long as WeChat's own
    return {"openid": openid, "session_key": b64encode(session_key).decode()}


def _used(request: Request) -> set[str]:
    state = request.app.state
    if not hasattr(state, "wechat_codes"):
        state.wechat_codes = set()
    codes: set[str] = state.wechat_codes
    return codes
