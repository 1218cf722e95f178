"""What people send: findings as JSON, or files, both read as the command line reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Self

from fastapi import Request
from pydantic import Field, TypeAdapter, ValidationError, field_validator, model_validator
from starlette.datastructures import UploadFile

from ...corpus.readers import read_bytes
from ...corpus.readers.columns import Row, findings_of
from ...corpus.schema import Given, Model, Report
from .errors import Refused, validation_message
from .settings import Settings

_JSON = "application/json"
_FORM = "multipart/form-data"
_NAME = "request"  # the file that JSON is said to come from
_MAX_NAME = 200


class FindingIn(Model):
    """A finding: its text in English, in Chinese or in both, and what a report states about it."""

    id: str | None = Field(default=None, max_length=_MAX_NAME)
    site_id: str | None = Field(default=None, max_length=_MAX_NAME)
    en: str | None = None
    zh: str | None = None
    given: Given | None = None

    @field_validator("id", "site_id")
    @classmethod
    def _printable(cls, name: str | None) -> str | None:
        if name is not None and not (name.isprintable() and name.strip()):
            raise ValueError("give printable characters")
        return name

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if not (self.en or "").strip() and not (self.zh or "").strip():
            raise ValueError("there is no text; fill in en, zh or both")
        return self


_ONE, _MANY = TypeAdapter(FindingIn), TypeAdapter(list[FindingIn])
# What these bodies look like, for the OpenAPI page; FastAPI itself is not to read them.
_FINDINGS = {
    "schema": {
        "anyOf": [
            {"$ref": "#/components/schemas/FindingIn"},
            {"type": "array", "items": {"$ref": "#/components/schemas/FindingIn"}, "minItems": 1},
        ]
    },
    "example": {
        "en": "The emergency exit of the sewing workshop was locked.",
        "zh": "缝纫车间的紧急出口被锁。",
    },
}
_FILES = {
    "schema": {
        "type": "object",
        "required": ["files"],
        "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
    }
}
FINDINGS_BODY = {"requestBody": {"required": True, "content": {_JSON: _FINDINGS}}}
SOURCES_BODY = {"requestBody": {"required": True, "content": {_FORM: _FILES, _JSON: _FINDINGS}}}


async def findings(request: Request, settings: Settings) -> tuple[Report, bool]:
    """The findings in a JSON body as a table, and whether they came as a list.

    Raises:
        Refused: for a body that is no such JSON, with the place of what is wrong.
    """
    if _kind(request) != _JSON:
        raise Refused(415, "media_type", f"send {_JSON}: a finding or a list of findings")
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "no JSON in UTF-8"
        raise Refused(400, "json", f"the body is broken JSON ({what})") from None
    many = isinstance(body, list)
    try:
        found = _MANY.validate_python(body) if many else [_ONE.validate_python(body)]
    except ValidationError as error:
        raise Refused(422, "input", validation_message(error.errors())) from None
    if not found:
        raise Refused(422, "input", "there is no finding in the list; send one or more")
    if len(found) > settings.max_findings:
        message = f"more than {settings.max_findings:,} findings; send fewer at a time"
        raise Refused(413, "too_many", message)
    for number, finding in enumerate(found):
        longest = max(len(finding.en or ""), len(finding.zh or ""))
        if longest > settings.max_text:
            what = f"finding {number}: a text of {longest:,} characters"
            message = f"{what}, more than {settings.max_text:,}; split it into findings"
            raise Refused(413, "too_long", message)
    rows = [
        Row(number, "finding", finding.model_dump(exclude_none=True))
        for number, finding in enumerate(found, 1)
    ]
    return findings_of(rows, _NAME), many


async def sources(request: Request, settings: Settings) -> list[tuple[str, Callable[[], Report]]]:
    """The reports in a body, files or findings: the name of each, and how to read it.

    Raises:
        Refused: for a body that holds neither.
    """
    if _kind(request) != _FORM:
        report, _ = await findings(request, settings)
        return [(report.file, lambda: report)]
    found = []
    async with request.form(max_files=settings.max_files, max_fields=settings.max_files) as form:
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                found.append(_source(await value.read(), _name(value.filename)))
    if not found:
        raise Refused(422, "input", "there is no file in the form; send one as `files`")
    return found


def _source(data: bytes, name: str) -> tuple[str, Callable[[], Report]]:
    return name, lambda: read_bytes(data, name)


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _name(sent: Any) -> str:
    """The file's own name, without folders and without what could not be printed."""
    name = PurePath(str(sent or "").replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[-_MAX_NAME:].strip() or "upload"
