"""The OpenAPI page, from files of the package fastapi-offline: nothing comes from another host."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from .shell import HEADERS

_KINDS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_START = """SwaggerUIBundle({url: "openapi.json", dom_id: "#page", deepLinking: true});"""
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>bifinding: HTTP interface</title><link rel="stylesheet" href="docs/swagger-ui.css">
<main id="page"></main><script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script></html>
"""
# Swagger UI sets styles on elements; its scripts are files like ours.
_CSP = HEADERS["Content-Security-Policy"].replace("style-src", "style-src 'unsafe-inline'")

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def page() -> Response:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _CSP})


@router.get("/docs/{name}")
def asset(name: str) -> Response:
    if name == "start.js":
        return Response(_START, media_type="text/javascript")
    if name not in _KINDS:
        raise HTTPException(404, "there is no such file")
    data = files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(data, media_type=_KINDS[name], headers={"Cache-Control": "max-age=86400"})
