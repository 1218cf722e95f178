"""A service over a store of its own, with a pipeline whose answers can be foretold."""

from __future__ import annotations

import pytest
from bifinding.app.service import Settings, create_app
from bifinding.app.store import ROLES, Store
from starlette.testclient import TestClient

from ..small_pipeline import SmallPipeline


@pytest.fixture
def store(tmp_path):
    store = Store(str(tmp_path / "store.db"))
    yield store
    store.close()


@pytest.fixture
def serve(store):
    """``serve(pipeline, **settings)``: a client of a service that is ended with the test."""
    clients = []

    def start(pipeline=None, **settings):
        pipeline = pipeline or SmallPipeline()
        app = create_app(store, lambda: pipeline, Settings(**settings))
        client = TestClient(app, base_url="http://localhost", follow_redirects=False)
        clients.append(client)
        return client.__enter__()

    yield start
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve):
    """A client on this machine, where no token was made: admin."""
    return serve()


@pytest.fixture
def tokens(store):
    """The header of each role."""
    return {
        role: {"Authorization": f"Bearer {store.tokens.add(role.title(), role)}"} for role in ROLES
    }


@pytest.fixture(scope="package")
def shared(tmp_path_factory):
    """The same for tests that put nothing in."""
    store = Store(str(tmp_path_factory.mktemp("shared") / "store.db"))
    app = create_app(store, SmallPipeline, Settings(max_body=64 << 20))
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client
    store.close()
