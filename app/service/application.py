"""The application put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from ... import __version__
from ...corpus.schema import InputError
from ...nlp.pipeline import Pipeline
from ..store import Role, Store
from . import api, docs, errors, session
from .access import ROUTES, Access
from .analysis import Analyst
from .bodies import FindingIn
from .settings import Settings
from .shell import Shell


def create_app(
    store: Store,
    pipeline: Callable[[], Pipeline],
    settings: Settings = Settings(),  # noqa: B008  (it is frozen)
    pages: Sequence[APIRouter] = (),
    access: Mapping[str, Role | None] | None = None,
) -> FastAPI:
    """The service over a store.

    ``pipeline`` is called for each request (``lambda: bifinding.load(model)`` is quick once loaded and
    follows what is promoted). ``pages`` are more routes, and ``access`` says who may use them, as
    ``access.ROUTES`` does.

    Raises:
        InputError: for an address that others reach, where no token was made yet.
    """
    if not settings.loopback and not store.tokens.any():
        raise InputError(
            f"--host {settings.host}",
            "others can reach this address, and no token says who may",
            "make one first: `bifinding tokens add NAME --role admin`",
        )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.service.analyst.close()

    app = FastAPI(
        title="bifinding",
        version=__version__,
        description="Bilingual (English / Chinese) social-audit findings: align, classify, "
        "extract, check, review.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.service = api.Service(store, Analyst(pipeline, settings))
    for router in (*pages, api.work, api.kept, api.about, docs.router, session.router):
        app.include_router(router)
    errors.install(app)
    app.add_middleware(Access, store=store, settings=settings, routes={**ROUTES, **(access or {})})
    app.add_middleware(Shell, settings=settings)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Adds to the OpenAPI document what FastAPI cannot see: bodies that we read, the tokens, and
    what each route does in its first sentence."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = described()
        for operation in (one for path in document["paths"].values() for one in path.values()):
            about = " ".join(operation.get("description", operation["summary"]).split())
            operation["summary"] = about.partition(". ")[0].rstrip(".")
        model = FindingIn.model_json_schema(ref_template="#/components/schemas/{model}")
        parts = document["components"]
        parts["schemas"] |= model.pop("$defs", {}) | {"FindingIn": model}
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        return document

    app.openapi = openapi
