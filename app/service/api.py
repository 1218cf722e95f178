"""The routes of the service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from ... import __version__
from ...corpus.schema import Analysis, Model, Report
from ...corpus.tasks import TASKS
from ...models import registry
from ...nlp.pipeline import STAGES, Stage
from ..store import (
    Correction,
    Counts,
    Filters,
    FindingRow,
    Page,
    ReportRow,
    Store,
    StoredFinding,
    StoredIssue,
    StoredReport,
    Verdict,
)
from ..store.views import MAX_ID
from . import bodies
from .analysis import Analyst
from .errors import Refused, documented, error_body, refusal

_NDJSON = "application/x-ndjson"
Id = Annotated[int, Path(ge=1, le=MAX_ID)]


@dataclass(frozen=True)
class Service:
    """What the routes work with: ``request.app.state.service``."""

    store: Store
    analyst: Analyst


def service(request: Request) -> Service:
    return request.app.state.service


With = Annotated[Service, Depends(service)]


class AnalysedAnswer(Model):
    """A report after its analysis: ``stored`` is how lists show it, ``new`` whether the store did not
    have it yet."""

    stored: ReportRow
    new: bool
    report: Report
    findings: list[Analysis]
    issues: list[StoredIssue]


class Failure(Model):
    """A file that could not be read, and why."""

    file: str
    type: str
    message: str


class AnalyseAnswer(Model):
    reports: list[AnalysedAnswer]
    errors: list[Failure]


class IssueVerdicts(Model):
    """Verdicts on a report's issues by their keys; None takes one back."""

    issues: dict[str, Verdict | None] = Field(max_length=200)


class ModelRow(Model):
    """A model version; ``accuracy`` by task is that on the frozen reference set, where it is known."""

    version: str
    in_use: bool
    made: datetime
    accuracy: dict[str, float]


class Health(Model):
    status: str
    version: str


work = APIRouter(tags=["analysis"])
kept = APIRouter(tags=["store"])
about = APIRouter(tags=["service"])


# --- analysis -------------------------------------------------------------------------------


def _stage(path: str, stages: Sequence[Stage], summary: str) -> None:
    async def endpoint(request: Request, service: With) -> Analysis | list[Analysis]:
        report, many = await bodies.findings(request, service.analyst.settings)
        analyst = service.analyst
        done = await analyst.run(lambda: analyst.analyse(report, stages), len(report.findings))
        return done.findings if many else done.findings[0]

    work.add_api_route(
        f"/{path}",
        endpoint,
        methods=["POST"],
        name=path,
        summary=summary,
        openapi_extra=bodies.FINDINGS_BODY,
        responses=documented(400, 401, 413, 415, 422, 503),
    )


_stage("classify", ("classify",), "Area, question, status and severity; one finding or a list")
_stage("extract", ("extract",), "Laws, numbers, dates and other facts, with their values")
_stage("align", ("align",), "Which sentences of the two texts translate each other")
_stage("check", ("align", "extract", "check"), "Where English and Chinese part ways")


@work.post(
    "/analyse",
    response_model=AnalyseAnswer,
    openapi_extra=bodies.SOURCES_BODY,
    responses=documented(400, 401, 403, 413, 415, 422, 503),
)
async def analyse(request: Request, service: With) -> Any:
    """All stages on files of any kind that the command line reads, or on findings as JSON; the reports
    are stored. With `Accept: application/x-ndjson` each finding comes as a line as soon as it is
    there, `{"finding": …}`, and after those of a report `{"report": …}`, or `{"error": …}`."""
    found = await bodies.sources(request, service.analyst.settings)
    who = request.state.user.name
    if _NDJSON in request.headers.get("accept", ""):
        lines = _lines(service, found, who, request.state.request_id)
        await anext(lines)  # a refusal to begin is raised here, before the answer is 200
        return StreamingResponse(lines, media_type=_NDJSON)
    reports: list[AnalysedAnswer] = []
    failed: list[tuple[str, Refused]] = []

    def tell(event: Event) -> None:
        if isinstance(event, AnalysedAnswer):
            reports.append(event)
        elif isinstance(event, tuple):
            failed.append(event)

    await service.analyst.run(lambda: _analyse_all(service, found, who, tell))
    if not reports:
        said = "; ".join(dict.fromkeys(refused.message for _, refused in failed))
        raise Refused(failed[0][1].status, failed[0][1].type, said)
    errors = [Failure(file=file, type=r.type, message=r.message) for file, r in failed]
    return AnalyseAnswer(reports=reports, errors=errors)


Sources = Sequence[tuple[str, Callable[[], Report]]]
Event = Analysis | AnalysedAnswer | tuple[str, Refused]


def _analyse_all(service: Service, found: Sources, who: str, tell: Callable[[Event], None]) -> None:
    """Reads, analyses and stores one report after the other; one that fails costs no other."""
    for file, read in found:
        try:
            analysed = service.analyst.analyse(read(), STAGES, tell)
            id_, new = service.store.add(analysed, who)
            stored = service.store.report(id_)
            tell(
                AnalysedAnswer(
                    stored=ReportRow(**stored.model_dump(include=set(ReportRow.model_fields))),
                    new=new,
                    report=analysed.report.model_copy(update={"findings": []}),
                    findings=analysed.findings,
                    issues=stored.issues,
                )
            )
        except Exception as error:
            refused = refusal(error)
            if refused.status >= 500:
                raise
            tell((file, refused))


async def _lines(
    service: Service, found: Sources, who: str, request_id: str
) -> AsyncIterator[bytes]:
    """The events as lines of JSON, after an empty one that says that the work has begun. It goes on to
    its end where nobody listens any more."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[Event | None]()

    def tell(event: Event | None) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    def run() -> None:
        try:
            _analyse_all(service, found, who, tell)
        except Exception as error:
            tell(("", refusal(error)))
            raise
        finally:
            tell(None)

    future = service.analyst.start(run)
    yield b""
    while (event := await queue.get()) is not None:
        yield _line(event, request_id)
    await asyncio.wrap_future(future)


def _line(event: Event, request_id: str) -> bytes:
    if isinstance(event, tuple):
        line: dict[str, Any] = {"file": event[0], **error_body(event[1], request_id)}
    elif isinstance(event, Analysis):
        line = {"finding": event.model_dump(mode="json")}
    else:
        line = {"report": event.model_dump(mode="json", exclude={"findings"})}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


# --- the store ------------------------------------------------------------------------------


@kept.get("/reports", responses=documented(401, 422))
def reports(
    service: With,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=500)] = 50,
    supplier: Annotated[str | None, Query(max_length=300, pattern=r"^[^\x00]*$")] = None,
) -> Page[ReportRow]:
    """Reports, the last uploaded first."""
    return service.store.reports(page, size, supplier)


@kept.get("/reports/{id}", responses=documented(401, 404, 422))
def report(id: Id, service: With) -> StoredReport:
    """A report's header, tables and issues; its findings are at `/findings?report=`."""
    return service.store.report(id)


@kept.delete("/reports/{id}", status_code=204, responses=documented(401, 403, 404, 422))
def delete_report(id: Id, service: With) -> None:
    """Deletes a report with all that is known of it; it cannot be had back."""
    service.store.delete_report(id)


@kept.post("/reports/{id}/corrections", responses=documented(401, 403, 404, 422))
def judge_issues(id: Id, body: IssueVerdicts, service: With, request: Request) -> StoredReport:
    """Confirms or dismisses issues of a report."""
    for key, verdict in body.issues.items():
        service.store.judge_issue(id, key, verdict, request.state.user.name)
    return service.store.report(id)


@kept.get("/findings", responses=documented(401, 422))
def findings(service: With, filters: Annotated[Filters, Query()]) -> Page[FindingRow]:
    """Findings across reports; `order=worklist&reviewed=false` puts first what most needs a person."""
    return service.store.findings(filters)


@kept.get("/findings/{id}", responses=documented(401, 404, 422))
def finding(id: Id, service: With) -> StoredFinding:
    """A finding with its record, its defects and its history."""
    return service.store.finding(id)


@kept.post("/findings/{id}/corrections", responses=documented(401, 403, 404, 422))
def correct(id: Id, body: Correction, service: With, request: Request) -> StoredFinding:
    """What a person says of a finding: labels, verdicts on defects, or that it is right as it is."""
    return service.store.correct(id, body, request.state.user.name)


@kept.get(
    "/corrections",
    response_class=StreamingResponse,
    responses={200: {"content": {_NDJSON: {}}}, **documented(401)},
)
def corrections(service: With) -> Response:
    """What people corrected and accepted, as JSON lines: input of `bifinding train`."""
    return Response(_jsonl(service.store.corrections()), media_type=_NDJSON)


def _jsonl(values: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


@kept.get("/counts", responses=documented(401))
def counts(service: With) -> Counts:
    """The numbers of the dashboards."""
    return service.store.counts()


# --- the service ----------------------------------------------------------------------------


@about.get("/models", responses=documented(401))
def models() -> list[ModelRow]:
    """The model versions there are."""
    in_use, found = registry.in_use(), []
    for version in (registry.SHIPPED, *registry.versions()):
        folder = registry.folder_of(version)
        made = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        reached = registry.metrics(folder).get("both", {})
        accuracy = {t: s["accuracy"] for t, s in reached.items() if t in TASKS and "accuracy" in s}
        found.append(
            ModelRow(version=version, in_use=version == in_use, made=made, accuracy=accuracy)
        )
    return found


@about.get("/health", responses=documented(503))
def health(service: With) -> Health:
    """Whether the service can work."""
    if not service.store.alive():
        raise Refused(503, "store", "the store does not answer")
    return Health(status="ok", version=__version__)
