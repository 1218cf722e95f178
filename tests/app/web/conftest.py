"""A review page over a store of its own, with a pipeline whose answers can be foretold."""

from __future__ import annotations

import pytest
from bifinding.app.service import Settings, create_app
from bifinding.app.store import ROLES, Store
from bifinding.app.web import ROUTES, router
from starlette.testclient import TestClient

from ..small_pipeline import SmallPipeline, analysed
from ..store.conftest import server, url  # noqa: F401  (fixtures)
from ..test_html import Node, parse


class Browser(TestClient):
    """Asks as a browser does, and reads what comes back."""

    def page(self, address: str, status: int = 200, **options) -> Node:
        response = self.get(address, **options)
        assert response.status_code == status, response.text[:500]
        return parse(response.text)

    def submit(self, address: str, **fields: str) -> str:
        """Posts a form; the address that it leads to."""
        response = self.post(address, data=fields)
        assert response.status_code == 303, response.text[:500]
        return response.headers["location"]


HEADERS = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture(scope="package")
def shown(tmp_path_factory):
    """A browser on a service with a report, for tests that only look."""
    store = Store(str(tmp_path_factory.mktemp("shown") / "store.db"))
    store.add(analysed(), "ann")
    app = create_app(store, SmallPipeline, Settings(), [router], ROUTES)
    with Browser(
        app, base_url="http://localhost", follow_redirects=False, headers=HEADERS
    ) as client:
        yield client
    store.close()


@pytest.fixture
def store(tmp_path):
    store = Store(str(tmp_path / "store.db"))
    yield store
    store.close()


@pytest.fixture
def app(store):
    return create_app(store, SmallPipeline, Settings(), [router], ROUTES)


@pytest.fixture
def browser(app):
    """On this machine, where no token was made: admin."""
    with Browser(
        app, base_url="http://localhost", follow_redirects=False, headers=HEADERS
    ) as client:
        yield client


@pytest.fixture
def lamps(store):
    """The id of a report with three findings; the second has a defect."""
    return store.add(analysed(), "ann")[0]


@pytest.fixture
def signed_in(store, browser):
    """``signed_in("reader")``: the browser with that role's session."""
    tokens = {role: store.tokens.add(role.title(), role) for role in ROLES}

    def sign_in(role: str) -> Browser:
        browser.cookies.clear()
        browser.headers["origin"] = "http://localhost"
        browser.submit("/login", token=tokens[role])
        return browser

    return sign_in
