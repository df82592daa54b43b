import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

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
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)

    @schema.parametrize()
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def check(case):
        answer = case.call(headers={"host": "127.0.0.1"})
        assert answer.status_code < 500 or answer.status_code == 503

    assert check
