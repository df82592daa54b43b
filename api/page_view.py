"""Drawing pages: in go a template's name, a language and values, out comes HTML; nothing is decided here."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.gate import request_id
from api.page_word import ICONS, REGISTERS, WORDS
from api.problem import document_of
from onething.counting import BEIJING
from onething.duration import Duration
from onething.errors import OneThingError
from onething.text import Locale, Text
from onething.wording import BUNDLE_STATES

FOLDER: Final = Path(__file__).resolve().parent
_PAGES: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, locale: Locale, **values: Any) -> str:
    """Draw one page in one language."""
    return _PAGES.get_template(template).render(
        t=partial(_say, locale),
        w=partial(_word, locale),
        register=partial(_register, locale),
        icon=_icon,
        day=_day,
        moment=_moment,
        limit=partial(_limit, locale),
        state_word=partial(_state, locale),
        place=place_of,
        lang=locale.value,
        other=(Locale.EN if locale is Locale.ZH else Locale.ZH).value,
        suffix="" if locale is Locale.ZH else "?lang=en",
        **values,
    )


def locale_of(request: Request) -> Locale:
    """The language that an address asks for; Chinese unless it says English."""
    return Locale.EN if request.query_params.get("lang") == Locale.EN.value else Locale.ZH


def error_page(request: Request, error: OneThingError) -> HTMLResponse:
    """An error as a page, with its status."""
    document = document_of(error, request_id(request))
    locale = locale_of(request)
    page = render("error.html", locale, problem=document, title=Text(zh=document.title, en=document.title_en))
    return HTMLResponse(page, document.status)


def place_of(pointer: str) -> str:
    """The id of a field's element on the page."""
    return "f" + pointer.replace("/", "-")


def word(key: str, **values: object) -> Text:
    """One of the pages' own sentences, filled."""
    return WORDS[key].fill(**values) if values else WORDS[key]


def _say(locale: Locale, text: Text | dict[str, str]) -> str:
    return text.say(locale) if isinstance(text, Text) else text[locale.value]


def _word(locale: Locale, key: str, **values: object) -> str:
    return word(key, **values).say(locale)


def _register(locale: Locale, name: str) -> str:
    """A register's own name, or ours for it."""
    return REGISTERS[name].say(locale) if name in REGISTERS else name


def _icon(state: str) -> tuple[str, str]:
    return ICONS.get(state, ("○", "wait"))


def _state(locale: Locale, state: str) -> str:
    known = {each.value: text for each, text in BUNDLE_STATES.items()}
    return known[state].say(locale) if state in known else state


def _day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    return value.isoformat() if value else ""


def _moment(value: datetime | str | None) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if value else ""


def _limit(locale: Locale, text: str) -> str:
    """A limit such as `10wd` in words."""
    duration = Duration.parse(text)
    return duration.text.say(locale) if duration.amount else word("same_day").say(locale)
