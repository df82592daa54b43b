"""A crowd: in goes one story, out comes the same story told of other people, with valid synthetic numbers."""

import json
import re
from typing import Any, Final

from stdnum.cn import ric

from onething.definition import Scenario

_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9X](?![0-9A-Za-z])")
_STEP: Final = 2
"""Serial numbers move by two, so that everybody keeps their sex."""


def one_of_many(story: Scenario, place: int) -> Scenario:
    """The story with every citizen id number moved on by `place`; the same place gives the same people."""
    told = story.model_dump(mode="json", by_alias=True)
    return Scenario.model_validate(
        json.loads(_NUMBER.sub(lambda found: _moved(found[0], place), _text(told)))
    )


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)


def _moved(number: str, place: int) -> str:
    serial = (int(number[14:17]) + place * _STEP) % 1000
    body = f"{number[:14]}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")
