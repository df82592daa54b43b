"""The catalog's rules: in goes the catalog folder, out comes a checked `RuleBook`, or one clear error."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from onething.condition import Condition
from onething.condition_shape import check, check_operand
from onething.errors import ConditionError
from onething.rule import FormRows, Parameter, ParameterValue, Relation, RuleBook, RuleSet
from onething.rule_check import check_rules, refuse
from onething.rule_wording import Finding
from onething.yaml_file import YamlFault, parse_yaml, place_of

_M = TypeVar("_M", bound=BaseModel)
Keys = tuple[str | int, ...]
ROWS: Final = "rows.yaml"
"""The file that says how rows come from forms; a folder of rules without forms has none."""
Files = dict[str, tuple[Path, Keys]]


def load_rules(folder: Path) -> RuleBook:
    """Read and check the rules of the catalog folder; raises RuleInvalid naming file, line and mend."""
    book = read_rules(folder / "rules")
    check_rules(book)
    return book


def read_rules(folder: Path) -> RuleBook:
    """Read the rules' folder without checking what they mean; raises RuleInvalid for a wrong shape."""
    files: Files = {}
    relations = dict(_listed(folder / "facts.yaml", "relations", Relation, files))
    parameters = dict(_listed(folder / "parameters.yaml", "parameters", Parameter, files))
    values: dict[str, tuple[ParameterValue, ...]] = {}
    for path in sorted((folder / "values").glob("*.yaml")):
        content = _mapping(path)
        named = {"place": content["place"]} if "place" in content else {}
        for place, entry in enumerate(content.get("values", ())):
            whole = named | entry if isinstance(entry, dict) else entry
            value = _model(ParameterValue, whole, path, ("values", place))
            values[value.parameter] = (*values.get(value.parameter, ()), value)
            files[f"value:{value.parameter}:{len(values[value.parameter]) - 1}"] = path, ("values", place)
    sets: dict[str, RuleSet] = {}
    for path in sorted((folder / "sets").glob("*.yaml")):
        content = _mapping(path)
        _check_language(content, path)
        rules = _model(RuleSet, content, path, ())
        _place(files, f"rules:{rules.rules}", path, ())
        sets[rules.rules] = rules
    plan = folder / ROWS
    rows = dict(_listed(plan, "rows", FormRows, files)) if plan.is_file() else {}
    return RuleBook(folder, relations, parameters, values, sets, files, rows)


def _listed(path: Path, key: str, model: type[_M], files: Files) -> Iterator[tuple[str, _M]]:
    kind = key if key in model.model_fields else key.removesuffix("s")
    for place, entry in enumerate(_mapping(path).get(key, ())):
        found = _model(model, entry, path, (key, place))
        name = str(getattr(found, kind))
        _place(files, f"{kind}:{name}", path, (key, place))
        yield name, found


def _place(files: Files, label: str, path: Path, keys: Keys) -> None:
    if label in files:
        raise refuse(Finding.TWICE, path, keys, name=label.partition(":")[2])
    files[label] = path, keys


def _mapping(path: Path) -> dict[str, Any]:
    try:
        content = parse_yaml(path.read_text(encoding="utf-8"))
    except YamlFault as error:
        detail, line = place_of(error)
        raise refuse(Finding.YAML, path, (), line=line, detail=detail) from error
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(Finding.YAML, path, (), line=1, detail=type(error).__name__) from error
    if not isinstance(content, dict):
        raise refuse(Finding.YAML, path, (), line=1, detail="mapping")
    return content


def _model(model: type[_M], content: Any, path: Path, keys: Keys) -> _M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        detail = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise refuse(
            Finding.SHAPE, path, (*keys, *first["loc"]), name=_named(content), detail=detail
        ) from error


def _check_language(content: dict[str, Any], path: Path) -> None:
    """Refuse what is outside the condition language, before anything reads it."""
    for kind, part in (("marks", "holds"), ("columns", "value"), ("conditions", "holds")):
        entries = content.get(kind, ())
        for place, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and part in entry:
                _check_one(entry[part], path, (kind, place, part), _named(entry))


def _check_one(text: Condition | Any, path: Path, keys: Keys, name: str) -> None:
    try:
        if keys[-1] == "holds":
            check(text)
        else:
            check_operand(text)
    except ConditionError as error:
        inside = [
            int(part) if part.isdecimal() else part for part in str(error.params["path"]).split("/") if part
        ]
        raise refuse(
            Finding.LANGUAGE, path, (*keys, *inside), name=name, detail=error.params["what"]
        ) from error


def _named(content: Any) -> str:
    """The first name that an entry gives itself."""
    texts = content.values() if isinstance(content, dict) else ()
    return next((value for value in texts if isinstance(value, str)), "?")
