"""What stands around every request: an id, limits on its body, security headers, one line of log."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import Refused, answer, refusal
from .settings import Settings

log = logging.getLogger("bifinding.service")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers send forms with the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


class Shell:
    """ASGI middleware; the outermost, so that nothing is answered without it."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get("x-request-id", "")
        state = scope.setdefault("state", {})
        state["request_id"] = asked if _ID.fullmatch(asked) else uuid.uuid4().hex
        began, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            self._check_length(headers)
            await self.app(scope, self._limited(receive), send_on)
        except Exception as error:
            refused = refusal(error)
            if refused.status >= 500:
                self._log_error(scope, error)
            if not status:
                await answer(refused, state["request_id"])(scope, receive, send_on)
        finally:
            self._log(scope, status, time.perf_counter() - began)

    def _dress(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers["X-Request-ID"] = scope["state"]["request_id"]
        if scope["scheme"] == "https":
            headers["Strict-Transport-Security"] = _HSTS

    # --- the body ---------------------------------------------------------------------------

    def _check_length(self, headers: Headers) -> None:
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > self.settings.max_body:
            raise self._too_large()

    def _limited(self, receive: Receive) -> Receive:
        """``receive`` that ends where the body grows too large, or takes too long to come."""
        deadline = time.monotonic() + self.settings.max_seconds
        size, whole = 0, False

        async def limited() -> Message:
            nonlocal size, whole
            if whole:  # what comes now is that the client has gone
                return await receive()
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    message = await receive()
            except TimeoutError:
                raise Refused(408, "too_slow", "the body took too long to arrive") from None
            size += len(message.get("body", b""))
            if size > self.settings.max_body:
                raise self._too_large()
            whole = not message.get("more_body", False)
            return message

        return limited

    def _too_large(self) -> Refused:
        most = self.settings.max_body >> 20
        message = f"the body is larger than {most} MB; send fewer files at a time"
        # The rest of the body is not read, so the connection cannot go on.
        return Refused(413, "too_large", message, {"Connection": "close"})

    # --- the log ----------------------------------------------------------------------------

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        user = scope["state"].get("user")
        fields = {
            "request_id": scope["state"]["request_id"],
            "method": scope["method"],
            "path": scope["path"][:200],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "user": user.name if user else None,
        }
        if self.settings.log_text:  # a query may hold words of a finding
            fields["query"] = scope["query_string"].decode("latin-1")[:500]
        log.info("request", extra={"fields": fields})

    def _log_error(self, scope: Scope, error: Exception) -> None:
        """Where it happened; what it says may quote a finding."""
        trace, places = error.__traceback__, []
        while trace:
            places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
            trace = trace.tb_next
        fields = {
            "request_id": scope["state"]["request_id"],
            "error": type(error).__name__,
            "trace": places,
        }
        if self.settings.log_text:
            fields["message"] = str(error)[:2000]
        log.error("error", extra={"fields": fields})
