import httpx2
import pytest
from fastapi import Depends

from api.app import create_app
from api.document import accesses
from api.principal import Access, Purpose, Role
from api.role import PERSONS
from runtime.health import PROCESS_HEADER
from runtime.settings import Settings

CLERKS = "/api/v1/cases"


def undeclared(app):
    return [path for path, _, declared in accesses(app) if not declared]


def test_every_route_declares_who_may_call_it_and_what_for(app):
    found = list(accesses(app))
    assert len(found) > 20
    assert undeclared(app) == []
    for path, method, declared in found:
        assert all(access.roles and access.purpose for access in declared), (method, path)


def test_a_route_that_declares_nothing_is_noticed(app):
    @app.get("/open")
    async def open_to_all() -> None:
        """Forget to say who may call."""

    assert undeclared(app) == ["/open"]


def test_only_these_routes_are_open_to_anybody(app):
    public = {path for path, _, declared in accesses(app) for one in declared if Role.PUBLIC in one.roles}
    assert public == {
        "/api/v1/bundles",
        "/api/v1/bundles/{bundle_id}",
        "/healthz",
        "/readyz",
        "/v/{code}",
        "/static/{name}",
        "/openapi.json",
        "/docs",
        "/sign-in",
        "/sign-in/development",
        "/m",
        "/m/type",
        "/status",
        "/guides",
        "/guides/{bundle_id}",
        "/wall",
        "/api/v1/sign-in/development",
        "/api/v1/sign-in/wechat",
        "/api/v1/sign-in/provincial",
        "/sign-in/{provider}",
        "/sign-in/{provider}/callback",
    }


def unscoped(app):
    return [
        (method, path)
        for path, method, declared in accesses(app)
        for one in declared
        # An empty `under` says that no mandate covers it; what says nothing has been forgotten.
        if one.roles & PERSONS and "{number}" in path and not one.scopes and one.under is None
    ]


def test_every_route_of_persons_that_names_a_case_declares_what_a_mandate_has_to_cover(app):
    assert unscoped(app) == []


def test_a_route_of_persons_that_declares_no_scope_is_noticed(app):
    @app.get("/steered/{number}", dependencies=[Depends(Access(Purpose.STEER_CASE, PERSONS))])
    async def steered(number: str) -> str:
        return number

    assert unscoped(app) == [("GET", "/steered/{number}")]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("10.0.0.5", "http://127.0.0.1"),
        ("127.0.0.1", "http://evil.example"),
        ("not-an-address", "http://localhost"),
    ],
)
async def test_the_development_clerk_exists_on_loopback_only(app, client, host, address):
    del client
    transport = httpx2.ASGITransport(app=app, client=(host, 1), raise_app_exceptions=True)
    async with httpx2.AsyncClient(transport=transport, base_url=address) as stranger:
        answer = await stranger.get(CLERKS)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert (await stranger.get("/")).status_code == 401
        alive = await stranger.get("/healthz")
        assert (alive.status_code, PROCESS_HEADER in alive.headers) == (200, False)


@pytest.mark.parametrize(
    "header",
    [
        {"forwarded": "for=203.0.113.7"},
        {"x-forwarded-for": "203.0.113.7"},
        {"X-Forwarded-Host": "once.example"},
        {"x-real-ip": "203.0.113.7"},
        {"via": "1.1 proxy"},
    ],
)
async def test_whoever_comes_through_a_proxy_is_not_the_development_clerk(client, header):
    assert (await client.get(CLERKS, headers=header)).status_code == 401
    alive = await client.get("/healthz", headers=header)
    assert (alive.status_code, PROCESS_HEADER in alive.headers) == (200, False)
    assert (await client.get(CLERKS)).status_code == 200


class TestBehindAPlainProxy:
    @pytest.fixture
    def settings(self, tmp_path):
        return Settings(home=tmp_path, public_url="https://once.example")

    async def test_nobody_is_the_development_clerk_whatever_name_the_proxy_uses(self, client):
        assert (await client.get(CLERKS)).status_code == 401
        assert (await client.get("/")).status_code == 401
        for account in ("clerk", "administrator"):
            for place in ("/api/v1/sign-in/development", "/sign-in/development"):
                body = {"json" if "api" in place else "data": {"account": account}}
                assert (await client.post(place, **body)).status_code == 403
        assert "administrator" not in (await client.get("/sign-in")).text


@pytest.mark.parametrize("address", ["http://127.0.0.1", "http://localhost:8700", "http://[::1]:8700"])
async def test_by_every_loopback_name_the_clerk_is_the_clerk(app, client, address):
    del client
    transport = httpx2.ASGITransport(app=app, client=("::1", 1))
    async with httpx2.AsyncClient(transport=transport, base_url=address) as clerk:
        assert (await clerk.get(CLERKS)).status_code == 200


def test_the_application_builds_without_opening_anything(settings):
    assert create_app(settings).title.startswith("OneThing")
