"""Facts that follow from others: in go the other facts' values, out comes the derived one."""

from collections.abc import Callable
from typing import Any, Final

from forms.conversion import full_years
from onething.concept import Derivation


def derive(derivation: Derivation, values: list[Any]) -> Any:
    """Compute a derived fact; raises ValueError when the values do not allow it."""
    return _FORMULAS[derivation.by](derivation, values)


def birth_date_of_id(number: str) -> str:
    """Digits 7-14 of a citizen id number (GB 11643) as an ISO day; raises ValueError."""
    if len(number) != 18 or not number[:17].isdigit():
        raise ValueError("id_number")
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def sex_of_id(number: str) -> str:
    """Digit 17 of a citizen id number: odd is male, even is female; raises ValueError."""
    birth_date_of_id(number)
    return "male" if int(number[16]) % 2 else "female"


def next_month(day: str) -> str:
    """The month after an ISO day or month, as YYYY-MM."""
    year, month = int(day[:4]), int(day[5:7])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def _mapped(derivation: Derivation, values: list[Any]) -> Any:
    key = str(values[0]).lower() if isinstance(values[0], bool) else str(values[0])
    if key in derivation.table:
        return derivation.table[key]
    if "*" in derivation.table:
        return derivation.table["*"]
    raise ValueError(derivation.by)


_FORMULAS: Final[dict[str, Callable[[Derivation, list[Any]], Any]]] = {
    "birth_date_of_id": lambda _d, values: birth_date_of_id(str(values[0])),
    "sex_of_id": lambda _d, values: sex_of_id(str(values[0])),
    "age_between": lambda _d, values: full_years(str(values[0]), str(values[1])),
    "month_of": lambda _d, values: str(values[0])[:7],
    "date_of": lambda _d, values: str(values[0])[:10],
    "next_month": lambda _d, values: next_month(str(values[0])),
    "one_of_set": lambda derivation, values: values[0] in derivation.value,
    "equal": lambda _d, values: values[0] == values[1],
    "mapped": _mapped,
    "copy": lambda _d, values: values[0],
    "constant": lambda derivation, _v: derivation.value,
}
