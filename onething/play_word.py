"""The words and values of stand-in agencies: in go a template and a moment, out comes an effect's value."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import Any, Final

from onething.adapter import Reason
from onething.errors import CatalogError
from onething.text import Model, Text

CHINA: Final = timezone(timedelta(hours=8), "CST")
"""China keeps one time without summer time; days and months of effects are counted in it."""

EFFECT_PATTERNS: Final[tuple[tuple[str, Any], ...]] = (
    ("*certificate_no", "{region}{yyyymmdd}{serial}"),
    ("*_no", "{yyyymmdd}{serial}"),
    ("*number", "{yyyymmdd}{serial}"),
    ("*_time", "{time}"),
    ("*_date", "{date}"),
    ("*_on", "{date}"),
    ("*_month", "{month}"),
    ("*amount*", 120000),
    ("*", True),
)
"""Template by the concept's name, first match wins: numbers, days, money in fen, else the act is done."""

_PLACES: Final = ("region", "yyyymmdd", "yyyy", "serial", "date", "month", "time", "minute", "resident_id")


class Words(Model):
    """What stand-in agencies say where a story does not put words into their mouths."""

    refused: tuple[Reason, ...]
    remedies: tuple[Text, ...]
    declined: tuple[Reason, ...]
    where_to: Text
    incomplete: tuple[Reason, ...]
    extended: Text


DEFAULT: Final = Words(
    refused=(
        Reason(
            code="conditions_not_met",
            text=Text(zh="经审核，不符合规定的办理条件。", en="On review, the conditions are not met."),
        ),
    ),
    # Administrative Reconsideration Law (2023), article 20; Administrative Litigation Law (2017), article 46.
    remedies=(
        Text(
            zh="如不服本决定，可自知道之日起六十日内依法申请行政复议。",
            en="You may apply for administrative reconsideration within sixty days of learning of it.",
        ),
        Text(
            zh="也可自知道之日起六个月内依法向人民法院提起行政诉讼。",
            en="You may also sue in the people's court within six months of learning of it.",
        ),
    ),
    declined=(
        Reason(
            code="not_competent",
            text=Text(zh="该事项不属于本部门职权范围。", en="This matter is not for this agency to handle."),
        ),
    ),
    where_to=Text(
        zh="请到政务服务大厅综合窗口咨询。", en="Please ask at the general window of the service hall."
    ),
    incomplete=(
        Reason(
            code="incomplete",
            text=Text(
                zh="所填信息与登记信息不一致，请核对后补正。",
                en="What was filled in differs from the record; please check and correct it.",
            ),
        ),
    ),
    extended=Text(zh="情况复杂，需进一步核实。", en="The facts are complex and need further checking."),
)


def effect_templates(effects: Iterable[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Give each fact (`concept(role)`) its template: the one given, else by its concept's name.

    Raises CatalogError for a template with a place that is not known.
    """
    given = dict(effects) if isinstance(effects, Mapping) else dict.fromkeys(effects)
    return {
        fact: _template(fact) if value is None else _checked(fact, value) for fact, value in given.items()
    }


def effect_value(template: Any, at: datetime, region: str, seed: str) -> Any:
    """Fill `template` for a decision at `at`; whatever is not text stands as it is."""
    if not isinstance(template, str):
        return template
    day = at.astimezone(CHINA)
    serial = int(hashlib.sha256(seed.encode()).hexdigest()[:12], 16) % 10**6
    return template.format(
        region=region,
        serial=f"{serial:06d}",
        date=f"{day:%Y-%m-%d}",
        month=f"{day:%Y-%m}",
        yyyy=f"{day:%Y}",
        yyyymmdd=f"{day:%Y%m%d}",
        time=day.isoformat(timespec="seconds"),
        minute=f"{day:%Y-%m-%dT%H:%M}",
        resident_id=_resident_id(f"{region}{day:%Y%m%d}{serial % 1000:03d}"),
    )


def _resident_id(body: str) -> str:
    """An identity number with its check character (GB 11643-1999; ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _template(fact: str) -> Any:
    concept = fact.partition("(")[0]
    return next(template for pattern, template in EFFECT_PATTERNS if fnmatchcase(concept, pattern))


def _checked(fact: str, template: Any) -> Any:
    if isinstance(template, str):
        try:
            template.format(**dict.fromkeys(_PLACES, ""))
        except (KeyError, IndexError, ValueError) as error:
            known = ", ".join(f"{{{place}}}" for place in _PLACES)
            raise CatalogError(
                f"effects of {fact}", f"{template!r} cannot be filled", f"use {known}"
            ) from error
    return template
