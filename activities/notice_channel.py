"""Channels to a person: a letter in, one signed message to the installation's sender out.

Three channels behind one interface. What they post is for a sender that stands before WeChat, the SMS
gateway and the mail server, and knows their keys; the names of the fields are those of WeChat's
`subscribeMessage.send`, so that a subscription message is passed on as it is. The reference goes along as
`webhook-id`: the same message posted twice is one message.
"""

from typing import Any, Final, Protocol

from activities.notice_template import ChannelName, Letter


class NoticeChannel(Protocol):
    """A way to reach a person."""

    def message(self, letter: Letter) -> dict[str, Any]:
        """Give the message for a letter: type and data."""
        ...


class SmsChannel:
    """A short message."""

    def message(self, letter: Letter) -> dict[str, Any]:
        """Number and text."""
        return {"type": "notice.sms", "data": _data(letter) | {"to": letter.to}}


class EmailChannel:
    """An e-mail in plain text."""

    def message(self, letter: Letter) -> dict[str, Any]:
        """Address, subject and text."""
        return {"type": "notice.email", "data": _data(letter) | {"to": letter.to}}


class WechatChannel:
    """A subscription message of a mini-program, which its user has allowed once or for good."""

    def message(self, letter: Letter) -> dict[str, Any]:
        """The mini-program's own name for the user, template, page and fields."""
        lang = "zh_CN" if letter.locale == "zh" else "en_US"
        return {"type": "notice.wechat", "data": _data(letter) | {"touser": letter.to, "lang": lang}}


CHANNELS: Final[dict[ChannelName, NoticeChannel]] = {
    ChannelName.WECHAT: WechatChannel(),
    ChannelName.SMS: SmsChannel(),
    ChannelName.EMAIL: EmailChannel(),
}


def _data(letter: Letter) -> dict[str, Any]:
    return {"reference": letter.reference, **letter.parts}
