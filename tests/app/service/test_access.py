"""Nobody gets what the table of routes does not give them."""

import pytest
from bifinding.app.service import Settings, create_app
from bifinding.app.service.access import ROUTES
from bifinding.app.store import ROLES
from bifinding.corpus.schema import InputError
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from ..small_pipeline import SmallPipeline, analysed

DATA = ("Dovecote", "exits", "出口", "lamps", "small-1")
FINDING = {"en": "An exit was locked.", "zh": "一个出口被锁。"}
BODIES = {
    "POST /analyse": FINDING,
    "POST /classify": FINDING,
    "POST /check": FINDING,
    "POST /align": FINDING,
    "POST /extract": FINDING,
    "POST /reports/{id}/corrections": {"issues": {}},
    "POST /findings/{id}/corrections": {"accepted": True},
}


def ask(client, route, **more):
    method, path = route.split()
    path = path.replace("{id}", "1").replace("{name}", "start.js")
    body = {"json": BODIES[route]} if route in BODIES else {}
    return client.request(method, path, **body, **more)


def routes_of(routes: list[BaseRoute]):
    """Every route of an application, also of the routers in it."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from (f"{method} {route.path}" for method in sorted(route.methods))
        elif inner := getattr(route, "original_router", None):
            yield from routes_of(inner.routes)
        else:
            yield str(route)


def test_every_route_stands_in_the_table_and_every_line_is_a_route(shared):
    assert set(routes_of(shared.app.routes)) == set(ROUTES)


@pytest.mark.parametrize("role", [*ROLES, None, "revoked", "unknown"])
def test_every_route_for_every_role(serve, store, tokens, role):
    store.add(analysed(), "ann")
    client, headers = serve(), tokens.get(role, {})
    if role == "revoked":
        store.tokens.revoke("Admin")
        headers = tokens["admin"]
    elif role == "unknown":
        headers = {"Authorization": "Bearer nonsense"}
    for route in sorted(ROUTES, key=lambda route: route.startswith("DELETE")):
        before = store.reports().total, len(store.finding(1).history)
        response, least = ask(client, route, headers=headers), ROUTES[route]
        if least and role in ROLES and ROLES.index(role) >= ROLES.index(least):
            assert response.status_code in (200, 204), route
            continue
        if least:
            assert response.status_code == (403 if role in ROLES else 401), route
            assert set(response.json()) == {"error"}
        assert (store.reports().total, len(store.finding(1).history)) == before, route
        if route != "GET /openapi.json":  # whose examples tell of exits
            assert not [word for word in DATA if word in response.text], route


def test_a_route_that_the_table_does_not_name_is_not_there(store):
    router = APIRouter()
    router.add_api_route("/secret", lambda: "secret")
    app = create_app(store, SmallPipeline, pages=[router])
    from starlette.testclient import TestClient

    client = TestClient(app, base_url="http://localhost")
    assert client.get("/secret").status_code == 404
    app = create_app(store, SmallPipeline, pages=[router], access={"GET /secret": "reader"})
    client = TestClient(app, base_url="http://localhost")
    assert client.get("/secret").json() == "secret"


@pytest.mark.parametrize(
    "path", ["//reports", "/reports/", "/REPORTS", "/reports/1/", "/./reports"]
)
def test_other_spellings_of_an_address_open_nothing(serve, tokens, store, path):
    store.add(analysed(), "ann")
    response = serve().get(path)
    assert response.status_code in (401, 404)
    assert "Dovecote" not in response.text


# --- sessions -------------------------------------------------------------------------------


def sign_in(client, token, **headers):
    return client.post("/login", data={"token": token}, headers=headers)


@pytest.fixture
def token(store):
    return store.tokens.add("Ann", "admin")


def test_the_form_signs_in_and_out(serve, store, token):
    client = serve()
    assert client.get("/reports", headers={"Accept": "text/html"}).headers["location"] == "/login"
    signed = sign_in(client, token)
    assert signed.status_code == 303
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert token not in signed.headers["location"]
    assert client.get("/reports").status_code == 200
    client.post("/logout", headers={"Origin": "http://localhost"})
    assert client.get("/reports").status_code == 401


def test_a_wrong_token_signs_nobody_in(serve, token):
    response = sign_in(serve(), "wrong")
    assert response.status_code == 401
    assert "set-cookie" not in response.headers


def test_a_session_ends_with_its_token(serve, store, token):
    client = serve()
    sign_in(client, token)
    store.tokens.revoke("Ann")
    assert client.get("/reports").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Referer": "http://localhost/reports/1"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:1234"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://evil.example/localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({}, 403),
    ],
)
def test_a_foreign_page_cannot_use_a_session(serve, store, token, headers, status):
    store.add(analysed(), "ann")
    client = serve()
    sign_in(client, token)
    response = client.post("/findings/1/corrections", json={"accepted": True}, headers=headers)
    assert response.status_code == status
    assert store.finding(1).reviewed is (status == 200)


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_nor_what_is_open_to_this_machine(client, store, headers):
    id_, _ = store.add(analysed(), "ann")
    files = {"files": ("x.txt", b"An exit was locked.")}
    assert client.post("/analyse", files=files, headers=headers).status_code == 403
    assert client.delete(f"/reports/{id_}", headers=headers).status_code == 403
    assert client.delete(f"/reports/{id_}").status_code == 204  # a program without a page


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_a_name_that_points_to_this_machine_is_not_this_machine(shared, host, status):
    assert shared.get("/reports", headers={"Host": host}).status_code == status


def test_with_tokens_any_name_will_do_as_behind_a_proxy(serve, tokens):
    headers = {**tokens["reader"], "Host": "audits.example"}
    assert serve().get("/reports", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "audits.example"])
def test_a_public_address_without_tokens_is_refused(store, host):
    with pytest.raises(InputError, match=r"tokens add .* admin"):
        create_app(store, SmallPipeline, Settings(host=host))
    store.tokens.add("Ann", "reader")
    create_app(store, SmallPipeline, Settings(host=host))


# --- headers --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/health", "/docs", "/reports", "/nowhere"])
def test_every_answer_has_the_headers_that_protect_it(shared, path):
    headers = shared.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "strict-transport-security" not in headers
    assert headers["x-request-id"]


def test_hsts_and_secure_cookies_where_the_page_came_by_https(serve, token):
    client = serve()
    client.base_url = "https://localhost"
    response = sign_in(client, token)
    assert "strict-transport-security" in response.headers
    assert "Secure" in response.headers["set-cookie"]


def test_the_openapi_page_asks_no_other_host(shared):
    page = shared.get("/docs").text
    for name in ("docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"):
        assert name in page
        assert shared.get(f"/{name}").status_code == 200
    assert "http" not in page.replace("<!doctype html>", "").replace("HTTP interface", "")
    assert shared.get("/docs/../errors.py").status_code == 404
    assert shared.get("/docs/redoc.standalone.js").status_code == 404


def test_nobody_is_asked_to_put_a_token_into_an_address(serve, store, token):
    client = serve()
    for query in ("token", "access_token", "bearer"):
        assert client.get(f"/reports?{query}={token}").status_code == 401
