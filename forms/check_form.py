"""Cross-checks of one agency's form: in goes an item, out comes nothing, or what to mend and where."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from forms.schema import FORMATS, compile_schema
from onething.catalog import Catalog
from onething.catalog_file import locate
from onething.concept import Concept
from onething.errors import CatalogError
from onething.item import Item
from onething.problem_sentence import PROBLEMS

STANDARD_FORMATS: Final = frozenset({"date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6"})
_SILENT: Final = frozenset({
    "$ref", "$defs", "$comment", "$anchor", "title", "description", "default", "examples", "deprecated",
    "readOnly", "writeOnly", "properties", "patternProperties", "items", "prefixItems", "allOf", "if", "then",
    "else", "dependentSchemas", "x-once",
})  # fmt: skip
"""Keywords that never say no by themselves."""
_WRITE: Final = (
    "write JSON Schema 2020-12, patterns without look-around or back-references, no reference to elsewhere"
)
_MAPS: Final = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_DATA: Final = frozenset({"enum", "const", "required", "dependentRequired", "x-once", "examples", "default"})


def check_form(catalog: Catalog, item: Item) -> None:
    """Raise CatalogError, naming file and line, when an item's form cannot be compiled or spoken about."""
    _Form(catalog, item).check()


def check_concept(catalog: Catalog, concept: Concept) -> None:
    """Raise CatalogError when a concept's schema cannot be compiled, or nobody is told why it is asked."""
    path = catalog.files.get(f"concept:{concept.concept}", concept.concept)
    for text in (concept.title, concept.why):
        if not text.zh.strip() or not text.en.strip():
            raise CatalogError(str(path), f"{concept.concept} has no title or why", "write both languages")
    _compiles(concept.schema_, str(path), concept.concept, None)


class _Form:
    """The checks of one agency's form by itself."""

    def __init__(self, catalog: Catalog, item: Item) -> None:
        self.path, self.item = catalog.path(item), item

    def check(self) -> None:
        for place, schema in _schemas(self.item.form, ("form",)):
            self._known(place, schema)
        try:
            compile_schema(self.item.form)
        except ValueError:
            # The innermost schema that does not compile is where the mistake stands.
            for place, schema in reversed(list(_schemas(self.item.form, ("form",)))):
                name = f"{self.item.key}: {place[-1]}"
                _compiles(schema, str(self.path), name, locate(self.path, *place))
            raise

    def _known(self, place: tuple[str | int, ...], schema: dict[str, Any]) -> None:
        for keyword in schema:
            if keyword not in _SILENT and keyword not in PROBLEMS:
                raise self._fail(f"no sentence for the keyword {keyword}", "use another keyword", place)
        form = schema.get("format")
        if form is not None and form not in STANDARD_FORMATS and form not in FORMATS:
            raise self._fail(f"unknown format {form} would never be checked", "use a pattern", place)

    def _fail(self, what: str, fix: str, place: tuple[str | int, ...]) -> CatalogError:
        name = f"{self.item.key}: {place[-1]}: {what}"
        return CatalogError(str(self.path), name, fix, locate(self.path, *place))


def _compiles(schema: Any, file: str, what: str, line: int | None) -> None:
    try:
        compile_schema(schema)
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise CatalogError(file, f"{what}: {reason}", _WRITE, line) from error


def _schemas(
    schema: dict[str, Any], place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield a schema and every schema inside it, outer ones first, with the way there."""
    yield place, schema
    for keyword, part in schema.items():
        if keyword in _DATA:
            continue
        if keyword in _MAPS and isinstance(part, Mapping):
            for name, sub in part.items():
                if isinstance(sub, dict):
                    yield from _schemas(sub, (*place, keyword, name))
        elif isinstance(part, dict):
            yield from _schemas(part, (*place, keyword))
        elif isinstance(part, list):
            for index, sub in enumerate(part):
                if isinstance(sub, dict):
                    yield from _schemas(sub, (*place, keyword, index))
