"""``serve`` and ``tokens``: the service with its store, and who may use it."""

from __future__ import annotations

import socket
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Model, stop

if TYPE_CHECKING:
    from ..store import Store

StoreAt = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="a SQLite file, or the address of a PostgreSQL database (postgresql://user@host/name); "
        "else findings.db in the user's data folder",
        envvar="BIFINDING_STORE",
        show_default=False,
    ),
]
tokens = typer.Typer(
    no_args_is_help=True, help="Who may use the service: add, list, revoke tokens."
)


class RoleName(StrEnum):
    reader = "reader"
    reviewer = "reviewer"
    admin = "admin"


def serve(
    host: Annotated[str, typer.Option("--host", help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8000,
    store: StoreAt = None,
    model: Model = "default",
    max_mb: Annotated[
        int, typer.Option("--max-mb", min=1, help="largest body of a request, in MB")
    ] = 32,
    log_text: Annotated[
        bool, typer.Option("--log-text", help="logs may hold words of findings")
    ] = False,
) -> None:
    """The review page and the HTTP service, for this machine alone unless tokens say who may use it.

    Example:  bifinding serve     then open http://127.0.0.1:8000
    """
    uvicorn = _needed("uvicorn")
    _needed("fastapi")
    from ... import load
    from ...corpus.schema import InputError
    from ..service import Settings, create_app
    from ..service.log import configuration
    from ..web import ROUTES, router

    settings = Settings(host=host, max_body=max_mb << 20, log_text=log_text)
    opened = _open(store)
    try:
        _check_free(host, port)
        load(model)  # now, and not with the first request; a wrong name ends it here
        app = create_app(opened, lambda: load(model), settings, [router], ROUTES)
    except InputError as error:
        stop(error)
    try:
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=configuration(),
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=int(settings.max_seconds),
        )
    finally:
        opened.close()


def _check_free(host: str, port: int) -> None:
    """Raises InputError where the service could not listen: now, and not when all is loaded."""
    from ...corpus.schema import InputError

    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    try:
        socket.create_server((name, port), family=family).close()
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (while")[0]
        what = f"cannot listen there ({why})"
        mend = "choose another --port, or end what listens there"
        raise InputError(f"--host {host} --port {port}", what, mend) from None


@tokens.command("add")
def add(
    name: Annotated[str, typer.Argument(help="whose it is; the history names people by it")],
    role: Annotated[
        RoleName,
        typer.Option("--role", help="reader: look; reviewer: upload, correct; admin: delete too"),
    ],
    store: StoreAt = None,
) -> None:
    """Makes a token and prints it, this once.

    Example:  bifinding tokens add ann --role reviewer
    """
    from ...corpus.schema import InputError

    opened = _open(store)
    try:
        typer.echo(opened.tokens.add(name, role.value))
    except InputError as error:
        stop(error)
    typer.echo("Only its hash is kept: write it down now.", err=True)


@tokens.command("list")
def list_(store: StoreAt = None) -> None:
    """Everybody who has or had a token."""
    for user in _open(store).tokens.list():
        state = f"revoked {user.revoked:%Y-%m-%d}" if user.revoked else ""
        typer.echo(f"{user.name:24}{user.role:10}made {user.created:%Y-%m-%d}  {state}".rstrip())


@tokens.command("revoke")
def revoke(name: Annotated[str, typer.Argument()], store: StoreAt = None) -> None:
    """Takes a token's rights away, at once."""
    from ...corpus.schema import InputError

    try:
        _open(store).tokens.revoke(name)
    except InputError as error:
        stop(error)
    typer.echo(f"the token of {name} opens nothing any more")


def _open(url: str | None) -> Store:
    _needed("sqlalchemy")
    _needed("alembic")
    from ...corpus.schema import InputError
    from ..store import Store

    try:
        return Store(url)
    except InputError as error:
        stop(error)


def _needed(package: str) -> Any:
    """The package; a line that says what to install, and exit 2, where it is not there."""
    from importlib import import_module

    try:
        return import_module(package)
    except ImportError:
        typer.echo(f'error: the service needs {package}; pip install "bifinding[serve]"', err=True)
        raise typer.Exit(2) from None
