"""Opening a database: SQLite or PostgreSQL, set up so that what is committed stays, and migrated."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ...corpus.schema import InputError
from ...models.registry import home

_FILE = "findings.db"
_WAIT = 30  # seconds for another writer, or for a connection
_ENGINE: dict[str, Any] = {
    "pool_size": 10,
    "max_overflow": 40,  # a thread of the service each
    "hide_parameters": True,  # errors must not quote findings
    "json_serializer": partial(json.dumps, ensure_ascii=False),
}
_MIGRATING = 0x62696669  # the key of the lock that one migration at a time holds


def now() -> str:
    """The time as the tables hold it: ISO, in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def open_database(url: str | None) -> Engine:
    """An engine over the migrated database at ``url``: a URL of SQLite or PostgreSQL, a path, or None
    for the file in the user's data folder.

    Raises:
        InputError: where it cannot be opened, without the password that a URL may hold.
    """
    place = _url(url)
    shown = _shown(place)
    try:
        if place.get_backend_name() == "sqlite":
            engine = _sqlite(place)
        else:
            engine = create_engine(place, pool_pre_ping=True, **_ENGINE)
        migrate(engine)
    except ImportError:
        mend = 'pip install "bifinding[postgres]"'
        raise InputError(shown, "the driver for PostgreSQL is not installed", mend) from None
    except (SQLAlchemyError, OSError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        what = f"the store cannot be opened ({reason[:300]})"
        raise InputError(shown, what, "check the address, and that it may be written") from None
    return engine


def _url(url: str | None) -> URL:
    if url is None:
        home().mkdir(parents=True, exist_ok=True)
        return URL.create("sqlite", database=str(home() / _FILE))
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).absolute()))
    try:
        place = make_url(url)
    except ArgumentError:
        raise InputError("--store", "no URL", "as in postgresql://user@host/name") from None
    if place.get_backend_name() == "postgresql":
        return place.set(drivername="postgresql+psycopg")
    if place.get_backend_name() != "sqlite" or not place.database or ":memory:" in place.database:
        what = f"no store in {place.drivername or 'nothing'}"
        raise InputError("--store", what, "name a file, or a URL as postgresql://user@host/name")
    return place.set(drivername="sqlite")


def _shown(place: URL) -> str:
    """As the user names it: a path, or an address without the password and the driver."""
    if place.get_backend_name() == "sqlite":
        return str(place.database)
    return place.set(drivername="postgresql").render_as_string(hide_password=True)


def _sqlite(place: URL) -> Engine:
    engine = create_engine(place, connect_args={"timeout": _WAIT}, **_ENGINE)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # what is committed is on the disk
            "foreign_keys = ON",
            "secure_delete = ON",  # what is deleted is overwritten
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer asks for its lock at once: one that first reads could not wait for another writer.
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def migrate(engine: Engine, to: str = "head") -> None:
    """Brings the tables to a version; one process at a time, all of it or nothing."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", f"{__package__}:migrations")
    with engine.execution_options(writing=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def forget(engine: Engine) -> None:
    """Takes what was deleted out of the files too: search index, journal, dead rows."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL reports, findings, corrections, search"))
        return
    connection = engine.raw_connection()  # outside of any transaction
    try:
        connection.execute("INSERT INTO search(search) VALUES ('optimize')").close()
        for _ in range(3):  # each waits for readers of the old state, who hold the journal up
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                break
    finally:
        connection.close()
