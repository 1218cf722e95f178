"""Files that people drop on the page: read, masked where asked for, analysed and stored one by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from ...corpus.schema import Report
from ...nlp.pipeline import STAGES
from ...nlp.redact import Masked, redact
from ..service import bodies
from ..service.api import Service, With
from ..service.errors import refusal
from ..store import ReportRow
from .page import HOME, PageRoute, page, part

router = APIRouter(route_class=PageRoute)
_NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Result:
    """What became of a file: a report (``new``: not there before) with what was masked in it, or a
    refusal."""

    file: str
    row: ReportRow | None = None
    new: bool = False
    masked: tuple[Masked, ...] = ()
    lost: tuple[str, ...] = ()
    error: str = ""


@router.post(f"{HOME}/upload")
async def upload(request: Request, service: With) -> Response:
    """The files of a form, as a page that lists what became of each; or, for a script, as lines of
    JSON: ``{"done": 3, "of": 17}`` while it reads, and a ``{"html": …}`` for each file."""
    form = await request.form(max_files=service.analyst.settings.max_files)
    masking = bool(form.get("redact"))
    files = await bodies.sources(request, service.analyst.settings)
    name = request.state.user.name

    def work(tell: Callable[[int, int], None]) -> Iterable[Result]:
        for file, read in files:
            yield _take(service, file, read, masking, name, tell)

    if _NDJSON in request.headers.get("accept", ""):
        return StreamingResponse(_lines(request, service, work), media_type=_NDJSON)
    results = await service.analyst.run(lambda: list(work(lambda *_: None)))
    status = 200 if any(result.row for result in results) else 422
    return page(request, "uploaded.html", status, results=results)


def _take(
    service: Service,
    file: str,
    read: Callable[[], Report],
    masking: bool,
    who: str,
    tell: Callable[[int, int], None],
) -> Result:
    """One file; what is wrong with it is said and costs no other."""
    try:
        report = read()
        report, masked = redact(report) if masking else (report, [])
        of, done = len(report.findings), 0

        def count(_: Any) -> None:
            nonlocal done
            done += 1
            tell(done, of)

        tell(0, of)
        id_, new = service.store.add(service.analyst.analyse(report, STAGES, count), who)
        stored = service.store.report(id_)
        row = ReportRow(**stored.model_dump(include=set(ReportRow.model_fields)))
        lost = tuple(f"{p.place}: {p.what}; {p.mend}" for p in report.problems)
        return Result(file, row, new, tuple(masked), lost)
    except Exception as error:
        refused = refusal(error)
        if refused.status >= 500 and refused.type != "busy":
            raise
        return Result(file, error=refused.message.removeprefix(f"{file}: "))


async def _lines(
    request: Request, service: Service, work: Callable[[Any], Iterable[Result]]
) -> AsyncIterator[bytes]:
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[dict[str, Any] | None]()

    def put(line: dict[str, Any] | None) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, line)

    def run() -> None:
        try:
            for result in work(lambda done, of: put({"done": done, "of": of})):
                html = part(request, "upload.part.html", result=result)
                put({"html": html, "ok": result.row is not None})
        except Exception as error:
            result = Result("", error=refusal(error).message)
            put({"html": part(request, "upload.part.html", result=result), "ok": False})
            raise
        finally:
            put(None)

    future = service.analyst.start(run)
    while (line := await queue.get()) is not None:
        yield json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    await asyncio.wrap_future(future)
