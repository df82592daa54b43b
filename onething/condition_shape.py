"""Whether a text is of the condition language: in goes what a file says, out comes nothing, or a fault."""

from typing import Any, Final

from onething.arithmetic import ARITHMETIC, ARITY, DECIMALS, ROUNDED
from onething.errors import ConditionError

Condition = dict[str, Any]
MANY: Final = frozenset({"all", "any"})
OVER: Final = frozenset({"some", "every"})
TOTALS: Final = frozenset({"count", "sum"})
COMPARED: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_CASE: Final = "needs {if: condition, then: operand}; the last may be {else: operand}"


def check(condition: object, path: str = "") -> None:
    """Raise ConditionError, naming the place, when `condition` is outside the language."""
    if isinstance(condition, bool):
        return
    if not isinstance(condition, dict) or len(condition) != 1:
        raise ConditionError(path=path, what="a condition is true, false or a mapping with one key")
    operator, body = next(iter(condition.items()))
    here = f"{path}/{operator}"
    if operator in MANY:
        _check_list(body, here, at_least=1)
        for index, part in enumerate(body):
            check(part, f"{here}/{index}")
    elif operator in OVER:
        _check_over(body, here)
    elif operator == "not":
        check(body, here)
    elif operator in COMPARED:
        _check_list(body, here, exactly=2)
        _check_operands(body, here)
    elif operator == "in":
        _check_list(body, here, exactly=2)
        check_operand(body[0], f"{here}/0")
        _check_list(body[1], f"{here}/1", at_least=1)
    elif operator != "present":
        raise ConditionError(path=here, what=f"no such operator: {operator}")


def check_operand(operand: object, path: str = "") -> None:
    """Raise ConditionError, naming the place, when an operand is outside the language."""
    if not isinstance(operand, dict):
        return
    if len(operand) != 1:
        raise ConditionError(path=path, what="an operand is a literal, a reference or a mapping with one key")
    operator, body = next(iter(operand.items()))
    here = f"{path}/{operator}"
    if operator == "count":
        _check_over(body, here)
    elif operator == "sum":
        _check_sum(body, here)
    elif operator == "case":
        _check_case(body, here)
    elif operator in ARITHMETIC:
        _check_list(body, here, at_least=1, exactly=ARITY.get(operator))
        if operator in ROUNDED and (type(body[-1]) is not int or not 0 <= body[-1] <= DECIMALS):
            raise ConditionError(path=here, what=f"ends with its decimals, a whole number up to {DECIMALS}")
        _check_operands(body, here)
    else:
        raise ConditionError(path=here, what=f"no such operator: {operator}")


def _check_operands(operands: list[Any], path: str) -> None:
    for index, part in enumerate(operands):
        check_operand(part, f"{path}/{index}")


def _check_sum(body: object, path: str) -> None:
    if not isinstance(body, dict) or "of" not in body:
        raise ConditionError(path=path, what="needs {over: role, where: condition, of: operand}")
    _check_over({key: part for key, part in body.items() if key != "of"}, path)
    check_operand(body["of"], f"{path}/of")


def _check_case(body: object, path: str) -> None:
    _check_list(body, path, at_least=1)
    for index, branch in enumerate(body if isinstance(body, list) else ()):
        here = f"{path}/{index}"
        last = index == len(body) - 1 and index > 0  # type: ignore[arg-type]
        if not isinstance(branch, dict) or set(branch) not in ({"if", "then"}, {"else"} if last else None):
            raise ConditionError(path=here, what=_CASE)
        check(branch.get("if", True), f"{here}/if")
        check_operand(branch.get("then", branch.get("else")), f"{here}/then")


def _check_list(body: object, path: str, *, at_least: int = 0, exactly: int | None = None) -> None:
    if not isinstance(body, list) or len(body) < at_least or (exactly is not None and len(body) != exactly):
        raise ConditionError(path=path, what=f"needs a list of {exactly or f'at least {at_least}'}")


def _check_over(body: object, path: str) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("over"), str) or set(body) - {"over", "where"}:
        raise ConditionError(path=path, what="needs {over: role, where: condition}")
    check(body.get("where", True), f"{path}/where")
