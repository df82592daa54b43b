from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, seed, settings
from jsonschema import Draft202012Validator
from requests import Request

from api.document import accesses


async def test_the_document_is_openapi_3_1_and_names_roles_purposes_and_problems(client):
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["x-roles"], (method, path)
            assert operation["x-purpose"], (method, path)
            assert "application/problem+json" in operation["responses"]["default"]["content"], (method, path)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_every_route_of_the_api_stands_in_it(client, app):
    document = (await client.get("/openapi.json")).json()
    described = {(path, method.upper()) for path, each in document["paths"].items() for method in each}
    routes = {(path, method) for path, method, _ in accesses(app) if path.startswith("/api/")}
    assert routes <= described


async def test_its_page_shows_every_operation(client):
    page = (await client.get("/docs")).text
    assert "POST /api/v1/cases" in page
    assert "<script" not in page


@pytest.mark.slow
def test_no_generated_request_breaks_the_door(app):
    with TestClient(app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1") as client:
        schema = schemathesis.openapi.from_dict(app.openapi())
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) > 15
        for operation in operations:

            @seed(7)
            @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy())
            def holds(case: Any) -> None:
                sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
                given = {name: value for name, value in sent.items() if value is not None}
                ready = Request(**given).prepare()
                answer = client.request(
                    ready.method, ready.url, headers=dict(ready.headers), content=ready.body or b""
                )
                assert answer.status_code < 500, answer.text
                if answer.status_code >= 400:
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert set(answer.json()) >= {"type", "title", "title_en", "status", "code"}

            holds()
