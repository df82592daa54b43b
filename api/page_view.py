"""Drawing pages: in go a template's name, a language and values, out comes HTML; nothing is decided here."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.gate import request_id
from api.page_word import ICONS, WORDS
from api.problem import document_of
from api.role import HOMES, PLACES, Role
from api.visit import CALLER, PATH
from onething.concept import Register
from onething.counting import BEIJING
from onething.duration import Duration
from onething.errors import OneThingError
from onething.plan import PlanField
from onething.text import Locale, Text
from onething.wording import BUNDLE_STATES

FOLDER: Final = Path(__file__).resolve().parent
_WHO: Final = {"name": 0, "id_number": 1}
_PAGES: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_REGISTERS: Final[dict[str, Register]] = {}
"""The catalog's registers, named once when the process starts."""


_OF_PERSONS: Final = re.compile(r"/(m|status|agents)([/?].*)?")
"""Addresses whose pages come in large type to whoever chose it."""
_OF_CASE: Final = re.compile(r"(/m)?/cases/[A-Z0-9-]{1,48}(?=/|$)", re.ASCII)
_ADVICE: Final = {
    403: "error_forbidden",
    404: "error_missing",
    409: "error_moved",
    429: "error_wait",
    503: "error_wait",
}
"""By status, what somebody can do about an error; others are mended on the page before."""
COOKIE: Final = "type"
LARGE: Final = "large"


def name_registers(registers: Mapping[str, Register]) -> None:
    """Have pages call registers by the catalog's names; once, when the process starts."""
    _REGISTERS.update(registers)


def render(template: str, locale: Locale, **values: Any) -> str:
    """Draw one page in one language."""
    return _PAGES.get_template(template).render(
        t=partial(_say, locale),
        w=partial(_word, locale),
        both=_both,
        register=partial(_register, locale),
        icon=_icon,
        day=partial(_day, locale),
        moment=partial(_moment, locale),
        iso=_iso,
        clock=_clock,
        brief=partial(_brief, locale),
        who_first=_who_first,
        listed=partial(_listed, locale),
        comma="、" if locale is Locale.ZH else ", ",
        colon="：" if locale is Locale.ZH else ": ",
        limit=partial(_limit, locale),
        state_word=partial(_state, locale),
        place=place_of,
        lang=locale.value,
        other=(Locale.EN if locale is Locale.ZH else Locale.ZH).value,
        suffix="" if locale is Locale.ZH else "?lang=en",
        amp="" if locale is Locale.ZH else "&lang=en",
        caller=CALLER.get(),
        own_page=own_page,
        places=PLACES,
        path=PATH.get(),
        csrf=_csrf(),
        **values,
    )


def own_page(role: Role) -> str:
    """Where a role's work begins."""
    return HOMES[role]


def _csrf() -> Markup:
    """The hidden field by which a form proves that it is one of this session's own pages."""
    caller = CALLER.get()
    if caller is None or not caller.csrf:
        return Markup()
    return Markup('<input type="hidden" name="csrf" value="{}">').format(caller.csrf)


def locale_of(request: Request) -> Locale:
    """The language that an address asks for; Chinese unless it says English."""
    return Locale.EN if request.query_params.get("lang") == Locale.EN.value else Locale.ZH


def in_large(request: Request) -> bool:
    """Whether this device asked for large type on a person's pages."""
    return request.cookies.get(COOKIE) == LARGE


def is_of_persons(address: str) -> bool:
    """Whether an address of ours is one of the pages for persons."""
    return _OF_PERSONS.fullmatch(address) is not None


def error_page(request: Request, error: OneThingError) -> HTMLResponse:
    """An error as a page, with its status."""
    document = document_of(error, request_id(request))
    locale = locale_of(request)
    page = render(
        "error.html",
        locale,
        problem=document,
        title=Text(zh=document.title, en=document.title_en),
        advice=_ADVICE.get(document.status, "error_ours" if document.status >= 500 else "error_mend"),
        back=_case_named(request, document.status),
        large=is_of_persons(request.url.path) and in_large(request),
    )
    return HTMLResponse(page, document.status)


def _case_named(request: Request, status: int) -> str:
    """The page of the case that an address names, unless it is that page itself, or nobody may see it."""
    named = _OF_CASE.match(request.url.path)
    if named is None or status in {401, 403, 404} or named[0] == request.url.path:
        return ""
    return named[0]


def place_of(pointer: str) -> str:
    """The id of a field's element on the page."""
    return "f" + pointer.replace("/", "-")


def word(key: str, **values: object) -> Text:
    """One of the pages' own sentences, filled."""
    return WORDS[key].fill(**values) if values else WORDS[key]


def _say(locale: Locale, text: Text | dict[str, str]) -> str:
    return text.say(locale) if isinstance(text, Text) else text[locale.value]


def limit_text(limit: Duration) -> Text:
    """A limit as the pages write numbers: 10 个工作日."""
    words = limit.text
    return Text(zh=re.sub(r"(?<=\d)(?=[^\d\s])", " ", words.zh), en=words.en)


def _both(key: str) -> tuple[str, str]:
    """A word in either language, to tell what is said already."""
    return WORDS[key].zh, WORDS[key].en


def _word(locale: Locale, key: str, **values: object) -> str:
    return word(key, **values).say(locale)


def _register(locale: Locale, name: str) -> str:
    """A register's own name, or ours for it."""
    known = _REGISTERS.get(name)
    return known.title.say(locale) if known is not None else name


def _icon(state: str) -> tuple[str, str]:
    return ICONS.get(state, ("○", "wait"))


def _state(locale: Locale, state: str) -> str:
    known = {each.value: text for each, text in BUNDLE_STATES.items()}
    return known[state].say(locale) if state in known else state


def _day(locale: Locale, value: date | datetime | None) -> str:
    """A day as people write it: 2026年3月8日, 8 March 2026."""
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    if value is None:
        return ""
    if locale is Locale.EN:
        return f"{value.day} {value:%B} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def _moment(locale: Locale, value: datetime | str | None) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return f"{_day(locale, value)} {_clock(value)}" if value else ""


def _clock(value: datetime) -> str:
    return f"{value.astimezone(BEIJING):%H:%M}"


def _iso(value: date | None) -> str:
    """A day as a field holds it."""
    return value.isoformat() if value else ""


def _brief(locale: Locale, text: Text) -> str:
    """An agency's name without what stands in brackets behind it: for lists, where the name is enough."""
    whole = text.say(locale)
    return re.split(r"\s*[（(]", whole, maxsplit=1)[0] or whole


def _listed(locale: Locale, texts: Iterable[Text | str]) -> str:
    """Several names in one line."""
    said = (text if isinstance(text, str) else text.say(locale) for text in texts)
    return ("、" if locale is Locale.ZH else ", ").join(said)


def _who_first(fields: Iterable[PlanField]) -> list[PlanField]:
    """The same fields, with who it is in front: name, then number."""
    return sorted(fields, key=lambda field: _WHO.get(field.pointer.rsplit("/", 1)[-1], len(_WHO)))


def _limit(locale: Locale, text: str) -> str:
    """A limit such as `10wd` in words."""
    duration = Duration.parse(text)
    if not duration.amount:
        return word("at_once").say(locale)
    return limit_text(duration).say(locale)
