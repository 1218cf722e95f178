"""Who may do what: the table of routes, tokens and sessions, and requests from foreign pages.

A path that the table does not name is not found, so a new route stays shut until it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from ..store import Role, Store, User
from .errors import Refused, answer
from .settings import Settings

COOKIE = "bifinding_session"
LOGIN = "/login"
# The least role that each route asks for; None is open to everybody and tells nothing of the store.
ROUTES: dict[str, Role | None] = {
    "GET /health": None,
    "GET /docs": None,
    "GET /docs/{name}": None,
    "GET /openapi.json": None,
    "POST /login": None,
    "POST /logout": None,
    "POST /analyse": "reviewer",
    "POST /classify": "reader",
    "POST /check": "reader",
    "POST /align": "reader",
    "POST /extract": "reader",
    "GET /reports": "reader",
    "GET /reports/{id}": "reader",
    "DELETE /reports/{id}": "admin",
    "POST /reports/{id}/corrections": "reviewer",
    "GET /findings": "reader",
    "GET /findings/{id}": "reader",
    "POST /findings/{id}/corrections": "reviewer",
    "GET /corrections": "reader",
    "GET /counts": "reader",
    "GET /models": "reader",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_LOCAL = User("local", "admin", datetime.fromtimestamp(0, UTC))


class Access:
    """ASGI middleware that lets through whom the table lets through, as ``request.state.user``.

    Bound to loopback and without any token in the store, everybody on this machine is admin.
    """

    def __init__(
        self, app: ASGIApp, store: Store, settings: Settings, routes: Mapping[str, Role | None]
    ):
        self.app, self.store, self.settings = app, store, settings
        self._routes: list[tuple[str, re.Pattern[str], Role | None]] = []
        for route, role in routes.items():
            method, path = route.split()
            self._routes.append((method, compile_path(path)[0], role))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._admit(scope)
        except Refused as refused:
            headers = Headers(scope=scope)
            page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
            if refused.status == 401 and page:
                await RedirectResponse(LOGIN, 303)(scope, receive, send)
            else:
                await answer(refused, scope["state"]["request_id"])(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        is_open = self.settings.loopback and not await run_in_threadpool(self.store.tokens.any)
        if is_open and _host(headers.get("host", "")) not in ("localhost", "127.0.0.1", "::1"):
            # A page whose name points to this machine (DNS rebinding) would read everything.
            message = "this service answers to localhost only; `bifinding tokens add` opens it"
            raise Refused(421, "wrong_host", message)
        role = self._least_role(scope)
        token, by_cookie = _token(headers)
        if scope["method"] not in _SAFE and (by_cookie or not token):
            _check_origin(headers, by_cookie)  # no foreign page can send a token in a header
        user = _LOCAL if is_open else None
        if token and not is_open:
            user = await run_in_threadpool(self.store.tokens.who, token)
        scope["state"]["user"] = user
        if role is None:
            return
        if user is None:
            message = "give a token: Authorization: Bearer …; an admin makes one: bifinding tokens"
            raise Refused(401, "unauthorised", message, {"WWW-Authenticate": "Bearer"})
        if not user.may(role):
            raise Refused(403, "forbidden", f"this needs the role {role}; you have {user.role}")

    def _least_role(self, scope: Scope) -> Role | None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        there = False
        for name, pattern, role in self._routes:
            if pattern.match(scope["path"]):
                if name == method:
                    return role
                there = True
        if there:
            raise Refused(405, "method_not_allowed", f"{scope['method']} is not for this address")
        raise Refused(404, "not_found", "there is nothing at this address; see /docs")


def _token(headers: Headers) -> tuple[str | None, bool]:
    """The token of a request, and whether the browser sent it by itself."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip(), False
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return (cookie.value, True) if cookie else (None, False)


def _check_origin(headers: Headers, by_cookie: bool) -> None:
    """Refuses what a foreign page makes a browser send (CSRF). A program that sends neither an origin
    nor a cookie is no browser."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin") or headers.get("referer")
    foreign = (site and site not in ("same-origin", "none")) or (
        origin is not None and urlsplit(origin).netloc != headers.get("host")
    )
    if foreign or (by_cookie and not (site or origin)):
        raise Refused(403, "foreign_origin", "the request comes from another site's page")


def _host(header: str) -> str | None:
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None
