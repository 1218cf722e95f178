"""The pages, and who may see and do what on them."""

from __future__ import annotations

import io
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from ...corpus.labels import AREAS, LEVELS, SEVERITIES, STATUSES
from ...models import registry
from ...nlp.pipeline import STAGES
from ..export import write
from ..export.html import KEY_METRICS
from ..service import api, session
from ..service.access import LOGIN
from ..service.api import Id, With
from ..service.errors import Refused
from ..store import Filters, Role
from . import actions, charts, followup, training, upload
from .cards import (
    PAGE,
    SHOWS,
    Card,
    count,
    current,
    languages,
    next_unsure,
    outline,
    report_view,
    wanted,
)
from .page import (
    HOME,
    LANG_COOKIE,
    THEME_COOKIE,
    THEMES,
    PageRoute,
    after,
    keep,
    local,
    page,
    static,
)

ROUTES: dict[str, Role | None] = {
    "GET /": "reader",
    f"GET {LOGIN}": None,
    f"GET {HOME}": "reader",
    f"GET {HOME}/static/{{file}}": None,
    f"POST {HOME}/settings": None,
    f"GET {HOME}/help": "reader",
    f"POST {HOME}/upload": "reviewer",
    f"GET {HOME}/reports/{{id}}": "reader",
    f"GET {HOME}/reports/{{id}}/next": "reader",
    f"GET {HOME}/reports/{{id}}/follow-up": "reader",
    f"GET {HOME}/reports/{{id}}/download/{{kind}}": "reader",
    f"POST {HOME}/reports/{{id}}/issues": "reviewer",
    f"POST {HOME}/reports/{{id}}/again": "reviewer",
    f"GET {HOME}/reports/{{id}}/delete": "admin",
    f"POST {HOME}/reports/{{id}}/delete": "admin",
    f"GET {HOME}/findings/{{id}}": "reader",
    f"POST {HOME}/findings/{{id}}": "reviewer",
    f"GET {HOME}/work": "reader",
    f"GET {HOME}/work/next": "reader",
    f"GET {HOME}/dashboard": "reader",
    f"GET {HOME}/models": "reader",
    f"GET {HOME}/models/job": "reader",
    f"GET {HOME}/corrections.jsonl": "reader",
    f"POST {HOME}/models/train": "admin",
    f"POST {HOME}/models/promote": "admin",
    f"POST {HOME}/models/rollback": "admin",
}
_DOWNLOADS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "html": "text/html; charset=utf-8",
    "tmx": "application/xml",
}
_YEAR = "public, max-age=31536000, immutable"

router = APIRouter(route_class=PageRoute, include_in_schema=False)
router.include_router(upload.router)
router.include_router(actions.router)
router.include_router(training.router)
Number = Annotated[int, Query(ge=1, le=100_000)]
Word = Annotated[str, Query(max_length=300, pattern=r"^[^\x00]*$")]


def asked(request: Request) -> Filters:
    """The filters in an address; a field of a form that was left empty asks for nothing."""
    said = {k: v for k, v in request.query_params.items() if v and k in Filters.model_fields}
    try:
        return Filters.model_validate({k: v.replace("\0", "") for k, v in said.items()})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


Asked = Annotated[Filters, Depends(asked)]


@router.get("/")
def start() -> Response:
    return RedirectResponse(HOME, 307)


@router.get(f"{HOME}/static/{{file}}")
def static_file(file: str) -> Response:
    found = static(file)
    if not found:
        raise HTTPException(404, "there is no such file")
    return Response(found[0], media_type=found[1], headers={"Cache-Control": _YEAR})


@router.post(f"{HOME}/settings")
def settings(
    lang: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    back: Annotated[str, Form(max_length=2000)] = HOME,
) -> Response:
    """Language and theme, kept in cookies."""
    response = after(local(back))
    if lang in ("en", "zh"):
        keep(response, LANG_COOKIE, lang)
    if theme in THEMES:
        keep(response, THEME_COOKIE, theme)
    return response


# --- signing in -----------------------------------------------------------------------------


@router.get(LOGIN)
def login_page(request: Request) -> Response:
    return page(request, "login.html")


@router.post(LOGIN)
async def login(request: Request, token: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Signs in; says on the page where the token opens nothing."""
    try:
        return await session.login(request, token)
    except Refused as refused:
        return page(request, "login.html", refused.status, wrong=True)


# --- reports --------------------------------------------------------------------------------


@router.get(HOME)
def reports(request: Request, service: With, q: Word = "", number: Number = 1) -> Response:
    found = service.store.reports(number, 50, q=q)
    return page(request, "reports.html", found=found, q=q)


@router.get(f"{HOME}/help")
def help_page(request: Request) -> Response:
    return page(request, "help.html")


@router.get(f"{HOME}/reports/{{id}}")
def report(
    request: Request,
    service: With,
    id: Id,
    filters: Asked,
    show: Annotated[str, Query(pattern="^(all|open|unsure)$")] = "all",
) -> Response:
    """A report with a page of its findings."""
    store = service.store
    stored, rows = store.report(id), outline(store, id)
    filtered = any(getattr(filters, name) for name in ("area", "status", "severity", "level", "q"))
    found = store.outline(filters.model_copy(update={"report": id})) if filtered else rows
    found = [row for row in found if wanted(row, show)]
    pages = max(1, -(-len(found) // PAGE))
    number = min(filters.page, pages)
    chosen = found[(number - 1) * PAGE : number * PAGE]
    cards = [Card.of(store.finding(row.id), stored.report) for row in chosen]
    audits = store.audits(id)
    return page(
        request,
        "report.page.html",
        stored=stored,
        view=report_view(stored, rows),
        cards=cards,
        langs=languages(cards),
        first=number == 1 and not filtered and show == "all",
        found=len(found),
        number=number,
        pages=pages,
        filters=filters,
        show=show,
        shows=[(name, count(rows, name)) for name in SHOWS],
        accepted=sum(row.reviewed for row in rows),
        total=len(rows),
        earlier=len(audits) > 1,
        in_use=_in_use(service),
        key_metrics=KEY_METRICS,
        entity_labels=sorted({fact.label for card in cards for fact in card.view.facts}),
        downloads=tuple(_DOWNLOADS),
        **_choices(),
    )


def _in_use(service: api.Service) -> str | None:
    """The model that a new analysis would name."""
    classifier = getattr(service.analyst.pipeline(), "classifier", None)
    return classifier.name if classifier else None


def _choices() -> dict[str, Any]:
    return {
        "areas": AREAS,
        "statuses": STATUSES,
        "severities": tuple(reversed(SEVERITIES)),
        "levels": LEVELS,
        "questions": actions.questions_by_area(),
    }


@router.get(f"{HOME}/reports/{{id}}/next")
def next_in_report(
    request: Request, service: With, id: Id, after_: Annotated[int, Query(alias="after")] = -1
) -> Response:
    """To the next finding of the report that wants a person."""
    found = next_unsure(outline(service.store, id), after_)
    address = f"{HOME}/reports/{id}"
    if not found:
        return after(
            f"{address}#findings", actions.say(request, "Nothing uncertain is left in this report.")
        )
    number = found.position // PAGE + 1
    return RedirectResponse(f"{address}?page={number}#f{found.id}", 303)


@router.get(f"{HOME}/reports/{{id}}/follow-up")
def follow_up(
    request: Request, service: With, id: Id, against: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """The site's last audit beside this one."""
    audits = service.store.audits(id)
    this = next(row for row in audits if row.id == id)
    others = [row for row in audits if row.id != id]
    before = audits[: audits.index(this)]
    other = next((row for row in others if row.id == against), (before or others or [None])[-1])
    compared = None
    if other:
        compared = followup.compare(*map(service.store.report_findings, (other.id, id)))
    return page(
        request,
        "followup.html",
        this=this,
        other=other,
        others=others,
        compared=compared,
        current=current,
    )


@router.get(f"{HOME}/reports/{{id}}/download/{{kind}}")
def download(service: With, id: Id, kind: str) -> Response:
    """A report after review, in a format of the command line."""
    if kind not in _DOWNLOADS:
        raise HTTPException(404, "there is no such format")
    analysed = service.store.analysed(id)
    stream = io.BytesIO()
    write(kind, [analysed], stream, STAGES)
    name = "".join(
        c if c.isascii() and (c.isalnum() or c in "-_") else "_"
        for c in analysed.report.file.rpartition(".")[0]
    )
    headers = {"Content-Disposition": f'attachment; filename="{name or "report"}.{kind}"'}
    return Response(stream.getvalue(), media_type=_DOWNLOADS[kind], headers=headers)


# --- findings across reports ----------------------------------------------------------------


@router.get(f"{HOME}/findings/{{id}}")
def finding(request: Request, service: With, id: Id, work: bool = False) -> Response:
    """One finding with its history; ``work``: reached from the work list."""
    store = service.store
    stored = store.finding(id)
    rows = outline(store, stored.report_id)
    at = next(i for i, row in enumerate(rows) if row.id == id)
    head = store.report(stored.report_id)
    card = Card.of(stored, head.report)
    return page(
        request,
        "finding.html",
        card=card,
        head=head,
        langs=languages([card]),
        before=rows[at - 1] if at else None,
        following=rows[at + 1] if at + 1 < len(rows) else None,
        at=at + 1,
        total=len(rows),
        on_page=stored.position // PAGE + 1,
        work=work,
        **_choices(),
    )


@router.get(f"{HOME}/work")
def work_list(request: Request, service: With, filters: Asked, done: bool = False) -> Response:
    """Findings of all reports, first those that most need a person."""
    update: dict[str, Any] = {"order": "worklist", "size": 30}
    if not done:
        update["reviewed"] = False
    found = service.store.findings(filters.model_copy(update=update))
    names = sorted({s.supplier for s in service.store.counts().suppliers if s.supplier})
    return page(
        request,
        "work.html",
        found=found,
        items=[service.store.finding(row.id) for row in found.items],
        current=current,
        filters=filters,
        done=done,
        suppliers=names,
        **_choices(),
    )


@router.get(f"{HOME}/work/next")
def next_in_work(
    request: Request, service: With, after_: Annotated[int, Query(alias="after")] = 0
) -> Response:
    """To the finding after that one in the work list; to the first, where that one has left it."""
    found = service.store.findings(Filters(order="worklist", reviewed=False, size=100)).items
    ids = [row.id for row in found]
    if not ids:
        return after(f"{HOME}/work", actions.say(request, "Everything is reviewed."))
    place = (ids.index(after_) + 1) % len(ids) if after_ in ids else 0
    return RedirectResponse(f"{HOME}/findings/{ids[place]}?work=true", 303)


@router.get(f"{HOME}/dashboard")
def dashboard(request: Request, service: With) -> Response:
    counts = service.store.counts()
    return page(request, "dashboard.html", counts=counts, charts=charts.of(counts))


@router.get(f"{HOME}/corrections.jsonl")
def corrections(service: With) -> Response:
    """What people corrected, for ``bifinding train``."""
    response = api.corrections(service)
    response.headers["Content-Disposition"] = 'attachment; filename="corrections.jsonl"'
    return response


@router.get(f"{HOME}/models")
def models(request: Request, service: With) -> Response:
    job = training.jobs(request).last
    return page(
        request,
        "models.html",
        models=api.models(),
        shipped=registry.SHIPPED,
        corrections=len(service.store.corrections()),
        job=job,
    )
