"""Signing in from a browser: a form posts the token, a cookie that no script can read keeps it. The
form is a page of ``app/web``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from .access import COOKIE, LOGIN
from .errors import Refused

_SECONDS = 12 * 3600

router = APIRouter(include_in_schema=False)


@router.post(LOGIN)
async def login(request: Request, token: Annotated[str, Form(max_length=200)]) -> Response:
    """Signs in. The token stands in the body, never in an address. Raises Refused."""
    tokens = request.app.state.service.store.tokens
    if not await run_in_threadpool(tokens.who, token.strip()):
        raise Refused(401, "unauthorised", "this token opens nothing; an admin can make another")
    response = RedirectResponse("/", 303)
    response.set_cookie(
        COOKIE, token.strip(), max_age=_SECONDS, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


@router.post("/logout")
def logout() -> Response:
    response = RedirectResponse(LOGIN, 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response
