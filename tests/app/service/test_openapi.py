"""schemathesis makes requests out of the OpenAPI document; none may end in a 5xx."""

import pytest
import schemathesis
from bifinding.app.service import create_app
from bifinding.app.service.access import ROUTES
from bifinding.app.store import Store
from hypothesis import HealthCheck, Phase, given, settings

from ..small_pipeline import SmallPipeline, analysed

LOCAL = {"Host": "localhost"}
SCHEMA = [
    route for route in ROUTES if not route.endswith(("/docs", "}", ".json", "login", "logout"))
] + ["GET /reports/{id}", "DELETE /reports/{id}", "GET /findings/{id}"]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    store = Store(str(tmp_path_factory.mktemp("openapi") / "store.db"))
    store.add(analysed(), "ann")
    app = create_app(store, SmallPipeline)
    yield schemathesis.openapi.from_asgi("/openapi.json", app, headers=LOCAL)
    store.close()


def test_the_document_describes_every_route_of_the_interface(document):
    described = {
        f"{method.upper()} {path}"
        for path, methods in document.raw_schema["paths"].items()
        for method in methods
    }
    assert described == set(SCHEMA)


@pytest.mark.parametrize("route", SCHEMA)
def test_no_request_ends_in_a_server_error(document, route):
    method, path = route.split()

    @settings(
        max_examples=20,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(document[path][method].as_strategy())
    def ask(case):
        status = case.call(headers=LOCAL).status_code
        assert status < 500
        assert status not in (401, 421)  # it came through

    ask()
