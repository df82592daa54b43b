"""Letters: a notice and how somebody wants to hear in, the words for one channel out, as the data say them.

Pure but for reading `notices.yaml` and a life event's title, once. Nothing personal stands in a letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from activities.told import rule_for
from onething.counting import BEIJING
from onething.errors import CatalogError
from onething.text import Locale, Model, Text
from onething.yaml_file import YamlFault, parse_yaml
from records.notice import QueuedNotice

FILE: Final = "notices.yaml"
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Length = Annotated[int, Field(ge=1)]


class ChannelName(StrEnum):
    """The ways out of the house to a person."""

    WECHAT = "wechat"
    SMS = "sms"
    EMAIL = "email"


class Lengths(Model):
    """The most characters, by language: an alphabet takes more of them than Chinese."""

    zh: Length
    en: Length

    def of(self, locale: Locale) -> int:
        """Give the limit of one language."""
        return self.zh if locale is Locale.ZH else self.en


class Quiet(Model):
    """From when to when (Beijing time) which channels leave people in peace."""

    since: Clock = Field(alias="from")
    until: Clock = Field(alias="to")
    channels: tuple[ChannelName, ...]


class EmailTemplate(Model):
    """An e-mail."""

    subject: Text
    text: Text


class WechatTemplate(Model):
    """A subscription message: the template's name, the page it opens, and its fields."""

    template: str
    page: str
    fields: dict[str, str]


class Templates(Model):
    """What one life event's messages look like."""

    restrained: bool = False
    """For a family in mourning: none of the words to avoid."""
    sms: Text
    email: EmailTemplate
    wechat: WechatTemplate


class NoticeWords(Model):
    """The data file."""

    quiet: Quiet
    urgent: tuple[str, ...] = ()
    limits: dict[str, Lengths]
    default: Templates
    bundles: dict[str, Templates] = {}
    filing: Text
    avoid: tuple[str, ...] = ()
    short: dict[str, Text]

    def of(self, bundle: str) -> Templates:
        """Give a life event's own templates, or those for all."""
        return self.bundles.get(bundle, self.default)

    def quiet_until(self, channel: ChannelName, kind: str, now: datetime) -> datetime | None:
        """Until when the channel leaves people in peace with this notice; None when it need not wait."""
        if channel not in self.quiet.channels or kind in self.urgent:
            return None
        there = now.astimezone(BEIJING)
        clock, (since, until) = there.strftime("%H:%M"), (self.quiet.since, self.quiet.until)
        over_midnight = since > until
        is_quiet = clock >= since or clock < until if over_midnight else since <= clock < until
        if not is_quiet:
            return None
        hour, minute = map(int, until.split(":"))
        morning = there.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return morning if morning > there else morning + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """The words for one channel, to whom, under the reference that its delivery is reported by."""

    reference: str
    to: str
    locale: Locale
    parts: Mapping[str, Any]
    """An SMS's `text`; an e-mail's `subject` and `text`; a subscription message's template, page and data."""


class TooLong(ValueError):
    """A message is longer than its channel takes: names the part, never what stands in it."""


@lru_cache(maxsize=4)
def notice_words(folder: Path) -> NoticeWords:
    """Read the data file of a catalog folder; raises CatalogError."""
    path = folder / FILE
    try:
        return NoticeWords.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, YamlFault) as error:
        raise CatalogError(
            str(path), f"not a file of notices: {error}", "follow docs/reference/notices.md"
        ) from error


@lru_cache(maxsize=64)
def title_of(folder: Path, bundle: str) -> Text | None:
    """Give a life event's title; None for one that the catalog does not have any more."""
    try:
        document = parse_yaml((folder / "bundles" / bundle / "bundle.yaml").read_text(encoding="utf-8"))
        return Text.model_validate(document["title"])
    except (OSError, KeyError, ValidationError, YamlFault):
        return None


def parts_of(
    words: NoticeWords,
    channel: ChannelName,
    notice: QueuedNotice,
    about: tuple[str, Text | None],
    locale: Locale,
) -> dict[str, Any]:
    """Word a notice for a channel; `about` is the case's life event and its title.

    Raises TooLong, and KeyError for a notice without a sentence.
    """
    bundle, title = about
    templates = words.of(bundle)
    values = _values(words, notice, title or words.filing, locale)
    if channel is ChannelName.SMS:
        text = _filled(templates.sms, values, locale)
        return {"text": _fitting(words, "sms", text, locale)}
    if channel is ChannelName.EMAIL:
        subject = _filled(templates.email.subject, values, locale)
        text = _filled(templates.email.text, values, locale)
        return {
            "subject": _fitting(words, "email_subject", subject, locale),
            "text": _fitting(words, "email_text", text, locale),
        }
    fields = {name: text.format_map(values) for name, text in templates.wechat.fields.items()}
    for name, text in fields.items():
        if name.startswith("thing"):
            _fitting(words, "wechat_thing", text, locale)
    return {
        "template_id": templates.wechat.template,
        "page": templates.wechat.page.format_map(values),
        "data": {name: {"value": text} for name, text in fields.items()},
    }


def _values(words: NoticeWords, notice: QueuedNotice, title: Text, locale: Locale) -> dict[str, str]:
    rule = rule_for(notice.kind, notice.content.get("params", {}))
    if rule is None:
        raise KeyError(notice.kind)
    return {
        "sentence": rule.text.say(locale),
        "short": words.short[notice.kind].say(locale),
        "number": notice.case,
        "title": title.say(locale),
        "brief": _brief(words, title, locale),
        "filing": words.filing.say(locale),
        "when": _when(notice, locale),
        "at": notice.queued_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
    }


def _brief(words: NoticeWords, title: Text, locale: Locale) -> str:
    """The life event's title where a channel has room for it."""
    room = words.limits["wechat_thing"].of(locale)
    return (title if len(title.say(locale)) <= room else words.filing).say(locale)


def _when(notice: QueuedNotice, locale: Locale) -> str:
    """A booked time, told behind the sentence."""
    at = notice.content.get("params", {}).get("at")
    if at is None:
        return ""
    moment = datetime.fromisoformat(at).astimezone(BEIJING)
    if locale is Locale.EN:
        return f", {moment.day} {moment:%B %Y, %H:%M}"
    return f"，{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}"


def _filled(text: Text, values: Mapping[str, str], locale: Locale) -> str:
    return text.say(locale).format_map(values).strip()


def _fitting(words: NoticeWords, limit: str, text: str, locale: Locale) -> str:
    if len(text) > words.limits[limit].of(locale):
        raise TooLong(limit)
    return text
