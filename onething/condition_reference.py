"""What a condition names: in goes a condition, out come its references, or the same about others."""

from collections.abc import Iterator, Mapping
from typing import Any

from onething.condition_shape import MANY, OVER, TOTALS, Condition
from onething.errors import ConditionError
from onething.fact import parse_fact


def operand_references(operand: Any) -> Iterator[str]:
    """Yield every reference in an operand, without its `$`, in reading order."""
    return _operand_references(operand)


def references(condition: Condition | bool) -> Iterator[str]:
    """Yield every reference in `condition`, without its `$`, in reading order."""
    if isinstance(condition, bool):
        return
    operator, body = only(condition)
    if operator in MANY:
        for part in body:
            yield from references(part)
    elif operator in OVER:
        yield from references(body.get("where", True))
    elif operator == "not":
        yield from references(body)
    else:
        for operand in operands(operator, body):
            yield from _operand_references(operand)


def rebind(condition: Condition | bool, roles: Mapping[str, str]) -> Condition | bool:
    """Translate the roles of every fact and `over` in `condition`; raises KeyError for an unbound one."""
    if isinstance(condition, bool):
        return condition
    renamed: Condition = _rebound(condition, roles)
    return renamed


def only(condition: Condition) -> tuple[str, Any]:
    """Return a condition's operator and what it stands over; raises ConditionError."""
    if len(condition) != 1:
        raise ConditionError(path="", what="a condition has exactly one key")
    return next(iter(condition.items()))


def _rebound(node: Any, roles: Mapping[str, str]) -> Any:
    if isinstance(node, str) and node.startswith("$") and "(" in node:
        return f"${parse_fact(node[1:]).rebind(dict(roles))}"
    if isinstance(node, list):
        return [_rebound(part, roles) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        key: roles[part] if key == "over" and isinstance(part, str) else _rebound(part, roles)
        for key, part in node.items()
    }


def operands(operator: str, body: Any) -> list[Any]:
    """Return what an operator compares."""
    if operator == "present":
        return [body]
    return [body[0]] if operator == "in" else list(body)


def _operand_references(operand: Any) -> Iterator[str]:
    if isinstance(operand, str) and operand.startswith("$"):
        yield operand[1:]
    elif isinstance(operand, dict):
        operator, body = only(operand)
        for condition in inner_conditions(operator, body):
            yield from references(condition)
        for part in inner_operands(operator, body):
            yield from _operand_references(part)


def inner_conditions(operator: str, body: Any) -> list[Any]:
    """Return the conditions inside a computed operand."""
    if operator == "case":
        return [branch["if"] for branch in body if "if" in branch]
    return [body.get("where", True)] if operator in TOTALS else []


def inner_operands(operator: str, body: Any) -> list[Any]:
    """Return the operands inside a computed operand."""
    if operator == "case":
        return [branch["then"] if "then" in branch else branch["else"] for branch in body]
    if operator in TOTALS:
        return [body["of"]] if "of" in body else []
    return list(body)
