"""What every page has: language and theme from cookies, the user, one shape of error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment

from ...corpus.labels import LANGS, Lang
from ..export.html import asset, environment
from ..service.errors import refusal
from ..store import User
from . import words

HOME = "/review"
LANG_COOKIE, THEME_COOKIE, SAID_COOKIE = "bifinding_lang", "bifinding_theme", "bifinding_said"
THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600
# The files a page loads, by where they lie: what the exported page has too, and what is ours.
_SHARED = ("report.css", "marks.js")
_OURS = ("web.css", "review.js", "upload.js", "follow.js")
_KINDS = {"css": "text/css", "js": "text/javascript"}


def language(request: Request) -> Lang:
    """The interface's language: as chosen, else as the browser asks."""
    chosen = request.cookies.get(LANG_COOKIE)
    if chosen in LANGS:
        return chosen
    first = request.headers.get("accept-language", "").partition(",")[0]
    return "zh" if first.strip().lower().startswith("zh") else "en"


def theme(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else "auto"


def user(request: Request) -> User | None:
    return getattr(request.state, "user", None)


# --- rendering ------------------------------------------------------------------------------


@cache
def _environment(ui: Lang) -> Environment:
    made = environment(
        _template,
        ui,
        partial(words.word, ui=ui),
        partial(words.name, ui=ui),
        partial(words.plural, ui=ui),
    )
    made.globals |= {
        "static": static_address,
        "home": HOME,
        "query": query,
        "laws": partial(words.law, ui=ui),
        "in_words": partial(words.in_words, ui=ui),
    }
    made.filters["when"] = lambda time: f"{time:%Y-%m-%d %H:%M}"
    return made


def _template(file: str) -> str | None:
    path = files(__name__.rpartition(".")[0]).joinpath("templates", file)
    return path.read_text(encoding="utf-8") if path.is_file() else None


def query(**fields: Any) -> str:
    """``?a=1&b=2`` of the fields that say something."""
    said = {key: value for key, value in fields.items() if value not in (None, "", False)}
    return f"?{urlencode(said)}" if said else ""


def part(request: Request, template: str, **context: Any) -> str:
    """A template's HTML in the user's language."""
    ui, who = language(request), user(request)
    return (
        _environment(ui)
        .get_template(template)
        .render(
            request=request,
            path=request.url.path,
            here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
            user=who,
            may=lambda role: who is not None and who.may(role),
            theme=theme(request),
            **context,
        )
    )


def page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A whole page; says what the request before it left to be said."""
    said = unquote(request.cookies.get(SAID_COOKIE, ""))[:500]
    html = part(request, template, said_before=said, **context)
    # A lone half of a character pair, which a text may hold, is no UTF-8.
    response = HTMLResponse(html.encode("utf-8", "replace"), status)
    if said:
        response.delete_cookie(SAID_COOKIE, httponly=True, samesite="strict")
    return response


def after(address: str, said: str = "") -> Response:
    """To another page once something was done; the page says what."""
    response = RedirectResponse(address, 303)
    if said:
        response.set_cookie(SAID_COOKIE, quote(said), max_age=60, httponly=True, samesite="strict")
    return response


def local(address: str | None, otherwise: str = HOME) -> str:
    """An address of ours; whatever else a form names leads nowhere."""
    parts = urlsplit(address or "")
    ours = parts.path == HOME or parts.path.startswith(f"{HOME}/") or parts.path == "/login"
    plain = not (parts.scheme or parts.netloc) and "\\" not in (address or "")
    return address if address and ours and plain and address.isprintable() else otherwise


def keep(response: Response, cookie: str, value: str) -> None:
    response.set_cookie(cookie, value, max_age=_YEAR, httponly=True, samesite="lax")


class PageRoute(APIRoute):
    """A route whose refusals are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                refused = refusal(error)
                if refused.status >= 500:
                    raise
                return page(request, "refused.html", refused.status, refused=refused)

        return handle_page


# --- static files ---------------------------------------------------------------------------


@cache
def static(file: str) -> tuple[bytes, str] | None:
    """A file that pages load, and its kind; None for any other."""
    if file in _SHARED:
        text = asset(file)
    elif file in _OURS:
        text = (
            files(__name__.rpartition(".")[0]).joinpath("static", file).read_text(encoding="utf-8")
        )
    else:
        return None
    return text.encode(), _KINDS[file.rpartition(".")[2]]


@cache
def static_address(file: str) -> str:
    """Its address, which changes with what is in it, so that a browser may keep it."""
    found = static(file)
    assert found, file
    return f"{HOME}/static/{file}?v={hashlib.sha256(found[0]).hexdigest()[:10]}"
