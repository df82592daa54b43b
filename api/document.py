"""The API's own description: out come OpenAPI 3.1 and a page that shows it without any script."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts

from api.page_view import render
from api.principal import ANYBODY, Access, Caller, Purpose
from api.problem import MEDIA, ProblemDocument
from onething.text import Locale

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY))]
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})


@router.get("/openapi.json")
async def openapi(caller: Anybody, request: Request) -> JSONResponse:
    """Give the OpenAPI 3.1 document."""
    del caller
    return JSONResponse(request.app.openapi())


@router.get("/docs", response_class=HTMLResponse)
async def docs(
    caller: Anybody, request: Request, lang: Annotated[Locale, Query()] = Locale.ZH
) -> HTMLResponse:
    """Show the OpenAPI document as a page."""
    del caller
    return HTMLResponse(render("docs.html", lang, api=request.app.openapi()))


def describe(app: FastAPI) -> None:
    """Give the application its OpenAPI document: problems as they are, and who may call what for."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]


def accesses(app: FastAPI) -> Iterator[tuple[str, str, tuple[Access, ...]]]:
    """Every route with what it declares about who may call it and what for: path, method, declarations."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        declared = tuple(_access_of(route.dependant)) if isinstance(route, APIRoute) else ()
        for method in sorted(context.methods or {"*"}):
            yield str(context.path), method, declared


def _access_of(dependant: Dependant) -> Iterator[Access]:
    if isinstance(dependant.call, Access):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _access_of(below)


def _document(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0"
    )
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemDocument"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    declared = {(path, method.lower()): found for path, method, found in accesses(app)}
    for path, operations in schema.get("paths", {}).items():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(operation, declared.get((path, method), ()))
    return schema


def _complete(operation: dict[str, Any], declared: tuple[Access, ...]) -> None:
    """Say how the operation fails, and who may call it."""
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    responses["default"] = {"description": "Problem (RFC 9457)", "content": content}
    for access in declared:
        operation["x-roles"] = sorted(role.value for role in access.roles)
        operation["x-purpose"] = access.purpose.value
