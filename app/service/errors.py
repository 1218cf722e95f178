"""Refusals: whatever goes wrong, the answer has one shape, and a type that a program can go by.

{"error": {"type": "input", "message": "x.csv: row 3: …; fill in …", "request_id": "…"}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from ...corpus.schema import InputError
from ..store import NotFound

_INPUT = 422
_TYPES = {404: "not_found", 405: "method_not_allowed"}


class ErrorBody(BaseModel):
    type: str
    message: str
    request_id: str


class ErrorAnswer(BaseModel):
    """The answer to whatever could not be done."""

    error: ErrorBody


class Refused(Exception):
    """A request that is turned down: status, type and one line that says how to mend it."""

    def __init__(
        self, status: int, type: str, message: str, headers: Mapping[str, str] | None = None
    ):
        self.status, self.type, self.message, self.headers = status, type, message, headers
        super().__init__(message)


def refusal(error: Exception) -> Refused:
    """Any exception as a refusal. What is no refusal of ours says nothing of what happened inside."""
    match error:
        case Refused():
            return error
        case InputError():
            return Refused(_INPUT, "input", str(error))
        case NotFound():
            return Refused(404, "not_found", str(error))
        case RequestValidationError():
            return Refused(_INPUT, "input", validation_message(error.errors()))
        case HTTPException():
            type_ = _TYPES.get(error.status_code, "request")
            return Refused(error.status_code, type_, str(error.detail), error.headers)
    return Refused(500, "internal", "this should not happen; report it with the request id")


def validation_message(errors: Sequence[Any]) -> str:
    """One line for what pydantic found: the places and what is wrong there, not what stood there."""
    said = [f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in errors[:3]]
    more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
    return f"{'; '.join(said)}{more}; see /docs"


def error_body(error: Refused, request_id: str) -> dict[str, dict[str, str]]:
    return {"error": {"type": error.type, "message": error.message, "request_id": request_id}}


def answer(error: Refused, request_id: str) -> JSONResponse:
    return JSONResponse(
        error_body(error, request_id), status_code=error.status, headers=dict(error.headers or {})
    )


def install(app: FastAPI) -> None:
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return answer(refusal(error), request.state.request_id)

    for kind in (Refused, InputError, NotFound, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)


def documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The refusals of a route, for the OpenAPI page."""
    return {
        status: {"model": ErrorAnswer, "description": HTTPStatus(status).phrase}
        for status in statuses
    }
